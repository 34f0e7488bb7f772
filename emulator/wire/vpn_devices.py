"""The list of VPN devices, whose elements are in no namespace and have their names as attributes, and scripts."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.domain import vpn_devices
from emulator.domain.vpn_devices import Platform, Vendor
from emulator.wire.terms import XML
from emulator.wire.values import escape
from emulator.wire.writing import Context


def _quoted(text: str) -> str:
    return '"' + escape(text).replace('"', "&quot;") + '"'


def _named(name: str, what: str, inside: str = "") -> str:
    start = f"<{name} name={_quoted(what)}"
    return f"{start}>{inside}</{name}>" if inside else f"{start}/>"


def _platform(platform: Platform) -> str:
    return _named("Platform", platform.name, "".join(_named("OSFamily", one) for one in platform.os_families))


class DeviceList:
    """Writes the list of devices."""

    media_type = XML

    def write(self, record: Sequence[Vendor], _context: Context) -> bytes:
        """Return the document."""
        vendors = (_named("Vendor", one.name, "".join(map(_platform, one.platforms))) for one in record)
        return f"<VpnDeviceList version={_quoted(vpn_devices.VERSION)}>{''.join(vendors)}</VpnDeviceList>".encode()


class Script:
    """Writes a text as it is."""

    media_type = "text/plain"

    def write(self, record: str, _context: Context) -> bytes:
        """Return the text."""
        return record.encode()


DEVICE_LIST, SCRIPT = DeviceList(), Script()
