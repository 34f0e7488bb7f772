"""What clients of older generations are shown: which elements an answer has from which x-ms-version on.

Every version that a client is known to send asks for the same things of the same cloud, over mutual TLS. The tables
are whole: an element that is in an answer and not in its table fails, and so does one that is missing.
"""

from __future__ import annotations

import base64
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest
import requests
from azure.servicemanagement import (
    ConfigurationSet,
    ConfigurationSetInputEndpoint,
    LinuxConfigurationSet,
    OSVirtualHardDisk,
    ServiceManagementService,
)

FIRST, LAST = "2009-10-01", "2017-01-01"
VERSIONS = (
    *("2009-10-01", "2010-04-01", "2010-10-28", "2011-02-25", "2011-04-01", "2011-06-01", "2011-08-01", "2011-10-01"),
    *("2011-12-01", "2012-03-01", "2012-08-01", "2012-12-01", "2013-03-01", "2013-06-01", "2013-08-01", "2013-10-01"),
    *("2013-11-01", "2014-01-01", "2014-02-01", "2014-04-01", "2014-05-01", "2014-06-01", "2014-08-01", "2014-09-01"),
    *("2014-10-01", "2015-02-01", "2015-03-01", "2015-04-01", "2015-05-01", "2015-09-01", "2016-03-01", "2016-06-01"),
    *("2016-07-01", LAST),
)
GENERATIONS = {"azure 0.8.4": "2013-06-01", "azure 0.11.1": "2014-06-01", "azure-servicemanagement-legacy": "2014-10-01"}
"""What the Python SDK sent in its time."""

BLOB = "https://myaccount.blob.core.windows.net/vhds/{}.vhd"
IMAGE = "OpenLogic__OpenLogic-CentOS-62-20120531-en-us-30GB.vhd"
GONE_IN_2014 = {"StorageServiceProperties": ("GeoReplicationEnabled", "SecondaryReadEnabled")}
"""AccountType of 2014-06-01 took their place."""


class Cloud(NamedTuple):
    """A subscription in use, and a session that opens it."""

    session: requests.Session
    url: str
    sms: ServiceManagementService

    def ask(self, path, version):
        """Return the answer to a GET."""
        return self.session.get(f"{self.url}/{path}", headers={"x-ms-version": version}, timeout=30)

    def elements(self, path, version):
        """Return the elements of a document as paths below its root."""
        answer = self.ask(path, version)
        assert answer.status_code == 200, answer.text
        return set(below(ET.fromstring(answer.content)))


def below(element, start=""):
    """Yield the paths of all elements below one."""
    for child in element:
        path = start + child.tag.partition("}")[2]
        yield path
        yield from below(child, f"{path}/")


def listed(text):
    """Return the paths of a table: its lines, each with an element's children in brackets."""
    paths: set[str] = set()
    for line in text.split("\n"):
        parent, bracket, children = line.strip().partition(" [")
        paths.update(f"{parent}/{child}" if bracket else parent for child in (children or " ").rstrip("]").split(" "))
    return {path.rstrip("/") for path in paths if path.strip("/")}


@pytest.fixture(scope="module")
def cloud(emulator, configuration):
    """A cloud with a service of worker roles in an affinity group, one of a machine, and a storage account."""
    identity = emulator.identity()
    sms = identity.sdk(ServiceManagementService)
    own = {"Owner": "me"}
    sms.create_affinity_group("mygroup", "label", "West US", "description")
    sms.create_hosted_service("myservice", "label", affinity_group="mygroup", extended_properties=own)
    sms.create_storage_account("myaccount", "description", "label", "mygroup", None, True, own, "Standard_RAGRS")
    workers = base64.b64encode(configuration("one-worker")).decode()
    package = "https://myaccount.blob.core.windows.net/packages/Worker.cspkg"
    sms.create_deployment("myservice", "staging", "workers", package, "label", workers, True, extended_properties=own)
    add_machines(sms, "mymachines")
    session = requests.Session()
    session.cert, session.verify, session.trust_env = str(identity.pem_path), str(emulator.ca_path), False
    return Cloud(session, f"{emulator.endpoint}/{identity.subscription_id}", sms)


def add_machines(sms, name):
    """Create a service with a deployment of one machine, each of that name but for the role, which is `myvm`."""
    sms.create_hosted_service(name, "label", "description", "West US")
    network = ConfigurationSet()
    network.input_endpoints.input_endpoints.append(ConfigurationSetInputEndpoint("SSH", "tcp", "22", "22"))
    sms.create_virtual_machine_deployment(
        name,
        name,
        "production",
        "label",
        "myvm",
        LinuxConfigurationSet("myvm", "myuser", "Passw0rd!", True),
        OSVirtualHardDisk(IMAGE, BLOB.format(name)),
        network,
        "myset",
        provision_guest_agent=True,
    )
    sms.add_data_disk(name, name, "myvm", 1, media_link=BLOB.format(f"{name}-data"), logical_disk_size_in_gb=10)


# ---- the tables: from which version on an element is there; one without a version was always there

HOSTED_SERVICE_PROPERTIES = {
    FIRST: "HostedServiceProperties [Description AffinityGroup Label]",
    "2012-03-01": """HostedServiceProperties [Status DateCreated DateLastModified ExtendedProperties]
        HostedServiceProperties/ExtendedProperties [ExtendedProperty ExtendedProperty/Name ExtendedProperty/Value]""",
}
