"""A local stand-in for the classic Azure Service Management API (ASM, RDFE)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.version import VERSION

if TYPE_CHECKING:
    from emulator.embedded import Emulator
    from emulator.identity.authority import Identity
    from emulator.settings import Settings

__version__ = VERSION
__all__ = ["Emulator", "Identity", "Settings", "__version__"]

_HOMES = {"Emulator": "emulator.embedded", "Identity": "emulator.identity.authority", "Settings": "emulator.settings"}


def __getattr__(name: str) -> object:
    """Import on first use: whoever only asks for the version does not pay for the server."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(_HOMES[name]), name)
