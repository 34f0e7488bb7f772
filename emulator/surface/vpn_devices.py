"""Rows: VPN devices, and the scripts that configure them for a gateway."""

from __future__ import annotations

from functools import partial

from emulator.domain import vpn_devices
from emulator.domain.refusals import DOCUMENTED, SEEN
from emulator.surface.gateways import FAMILY, FIRST_GENERATION, GATEWAY, NETWORKING
from emulator.surface.operation import Operation, Query
from emulator.wire import vpn_devices as documents

_read = partial(Operation, family=FAMILY, method="GET", since=FIRST_GENERATION)

ROWS = (
    _read(
        name="ListSupportedDevices",
        path=f"{NETWORKING}/supporteddevices",
        does=vpn_devices.list_supported,
        writes=documents.DEVICE_LIST,
        evidence=SEEN,
    ),
    _read(
        name="GetDeviceConfigurationScript",
        path=f"{GATEWAY}/vpndeviceconfigurationscript",
        does=vpn_devices.script,
        writes=documents.SCRIPT,
        query=(
            Query("vendor", "vendor", required=True),
            Query("platform", "platform", required=True),
            Query("OSfamily", "os_family", required=True),
        ),
        evidence=DOCUMENTED,
    ),
)
