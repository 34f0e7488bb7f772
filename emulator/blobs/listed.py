"""The accounts that an Azurite is started with, and its address: what both it and the emulator are told."""

from __future__ import annotations

import base64
import re
from urllib.parse import urlsplit

from emulator.domain.blobs import AccountKeys

AZURITE_ACCOUNTS = "AZURITE_ACCOUNTS"
"""The variable that Azurite reads its accounts from, too."""
DEVELOPMENT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""Public: the same everywhere."""
DEVELOPMENT = {"devstoreaccount1": AccountKeys(DEVELOPMENT_KEY, DEVELOPMENT_KEY)}
"""The account of an Azurite that was told of none."""

_ACCOUNT = re.compile(r"[a-z0-9]{3,24}", re.ASCII)


def read_azurite_accounts(text: str) -> dict[str, AccountKeys]:
    """Read accounts with their keys as Azurite does: `name:key1[:key2];...`, keys in base64; raise ValueError.

    An account with one key has it twice.
    """
    accounts = {}
    for number, entry in enumerate(filter(None, text.strip().split(";")), 1):
        name, *keys = entry.strip().split(":")
        if not _ACCOUNT.fullmatch(name) or len(keys) not in (1, 2) or not all(map(_is_key, keys)):
            # Not what it says: that holds keys.
            raise ValueError(f"{AZURITE_ACCOUNTS}: its part {number} is not NAME:KEY or NAME:KEY:KEY, in base64")
        accounts[name] = AccountKeys(keys[0], keys[-1])
    return accounts


def _is_key(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except ValueError:
        return False


def url_of_service(text: str) -> str:
    """Read the URL of a blob service, which is a scheme, a host and a port; raise ValueError saying what it takes."""
    url = text.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and url == f"{parts.scheme}://{parts.netloc}"
        good = good and parts.username is None and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ValueError("registry, a directory, or the URL of a blob service such as http://127.0.0.1:10000")
    return url
