"""How blobs are named: by account, container and name, and by URLs. Knows nothing of what is in them."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

from msgspec import Struct

DEFAULT_ENDPOINT = "https://{account}.blob.core.windows.net"
ROOT = "$root"

_HOST = re.compile(r"([a-z0-9]{3,24})\.blob\..+", re.ASCII)
_ACCOUNT = re.compile(r"[a-z0-9]{3,24}", re.ASCII)
_CONTAINER = re.compile(r"(?=.{3,63}\Z)[a-z0-9](-?[a-z0-9])*|\$root|\$logs", re.ASCII)
_MOST_NAME = 1024


class Address(Struct, frozen=True):
    """Where a blob lies. Account and container have the forms that the service gave them, and the name no `..`."""

    account: str
    container: str
    name: str

    def __str__(self) -> str:
        return f"{self.account}/{self.container}/{self.name}"


class Endpoint(Struct, frozen=True):
    """Under which URLs the accounts' blobs are known; `{account}` stands for the name of the account."""

    template: str = DEFAULT_ENDPOINT

    def url(self, address: Address) -> str:
        """Return the URL of a blob."""
        container = "" if address.container == ROOT else f"{address.container}/"
        return f"{self.of(address.account)}/{container}{quote(address.name)}"

    def of(self, account: str) -> str:
        """Return the URL of an account, without a slash at its end."""
        return self.template.replace("{account}", account)

    def address(self, url: str) -> Address | None:
        """Return the blob that a URL names, without its query; None where it is no URL of a blob."""
        split = self._split(url)
        if split is None:
            return None
        account, path = split
        segments = unquote(path).strip("/").split("/")
        container, name = (ROOT, segments[0]) if len(segments) == 1 else (segments[0], "/".join(segments[1:]))
        good = _ACCOUNT.fullmatch(account) and _CONTAINER.fullmatch(container) and _is_name(name)
        return Address(account, container, name) if good else None

    def _split(self, url: str) -> tuple[str, str] | None:
        """Return the account that a URL names, and the path below it; in its host, or where the template has it."""
        plain = url.strip().partition("?")[0].partition("#")[0]
        configured = re.escape(self.template).replace(r"\{account\}", "([a-z0-9]{3,24})")
        if found := re.fullmatch(f"(?i:{configured})/(.*)", plain):
            return found[1].lower(), found[2]
        try:
            parts = urlsplit(plain)
            host = (parts.hostname or "").lower()
        except ValueError:
            return None
        found = _HOST.fullmatch(host)
        return (found[1], parts.path) if found and parts.scheme in ("http", "https") else None


def _is_name(name: str) -> bool:
    """Tell whether a blob can have a name, and a file below its container's directory, too."""
    segments = name.split("/")
    return (
        0 < len(name) <= _MOST_NAME
        and name.isprintable()
        and "\\" not in name
        and not any(segment in ("", ".", "..") for segment in segments)
    )
