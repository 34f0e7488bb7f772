"""The token of the control API: whoever reaches it from elsewhere has to show it, and finds it in a file.

May not know what the API does.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from typing import TYPE_CHECKING

from emulator.identity import files
from emulator.settings import LOOPBACK, TOKEN_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from emulator.settings import Settings

BYTES = 32


def needed(settings: Settings, directory: Path | None) -> str | None:
    """Return the token that these settings need, which is then in the directory too; None where none is needed.

    One is needed where it is given, and where the API listens on more than the loopback address; that one is made
    once for a directory. Raises AuthorityError when the directory cannot be written to.
    """
    token = settings.control_token
    if token is None and is_loopback(settings.control_host):
        return None
    path = None if directory is None else directory / TOKEN_FILE
    if token is None and path is not None:
        token = (files.read(path) or b"").decode("ascii", "ignore").strip()
    token = token or secrets.token_urlsafe(BYTES)
    if path is not None:
        files.write(path, f"{token}\n".encode())
    return token


def is_shown(authorization: str, token: str) -> bool:
    """Tell whether an Authorization header shows the token: as a bearer's, or as a password, which browsers ask for."""
    scheme, _, shown = authorization.partition(" ")
    given = shown.strip().encode()
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).partition(b":")[2]
        except binascii.Error:
            return False
    elif scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(given, token.encode())


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches what listens at an address; of another name it is not known."""
    if host in LOOPBACK:
        return True
    from ipaddress import ip_address  # noqa: PLC0415 - start-up time

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
