"""What `serve` and `start` print: where the emulator is, and the lines to paste to point a client at it.

Made of the facts that `serve --json` prints; knows nothing of how an emulator runs.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulator.commands.base import typed

STARTED = """\
The Azure Service Management API is served at {endpoint}
The control API is {control}
{portal}Certificates are in {certs}:
  ca.pem (clients must trust it), client.pem, client.cer, client.pfx, client.publishsettings

To point the clients of another shell at it:
  eval "$({env})"
Python SDK
  ServiceManagementService(host={host})
libcloud
  get_driver(Provider.AZURE)({subscription}, {pem}, host={hostname}, port={port})
Node, with a subscription's credentials
  createComputeManagementClient(credentials, {url})
Go
  management.ClientFromPublishSettingsFile({publish_settings}, "")
curl
  curl --cacert {shell_ca} --cert {shell_pem} -H x-ms-version:2014-10-01 {endpoint}/{id}/locations
"""


def banner(facts: Mapping[str, Any]) -> str:
    """Return the lines about an emulator; `facts` as `serve --json` prints them."""
    endpoint, certs = facts["endpoint"], Path(facts["certs"])
    host = endpoint.removeprefix("https://")
    hostname, _, port = host.rpartition(":")
    return STARTED.format(
        endpoint=endpoint,
        control=f"at {facts['control_endpoint']}" if facts["control_endpoint"] else "switched off",
        portal=f"The portal is at {facts['control_endpoint']}/portal/\n" if facts["control_endpoint"] else "",
        certs=certs,
        env=typed("env", "--certs", str(certs)),
        shell_ca=shlex.quote(str(certs / "ca.pem")),
        shell_pem=shlex.quote(facts["client"]),
        id=facts["subscription"],
        # JSON's string literals are also Python's, JavaScript's and Go's.
        subscription=json.dumps(facts["subscription"]),
        pem=json.dumps(facts["client"]),
        publish_settings=json.dumps(str(certs / "client.publishsettings")),
        url=json.dumps(endpoint),
        host=json.dumps(host),
        hostname=json.dumps(hostname),
        port=port,
    )
