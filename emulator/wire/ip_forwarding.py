"""IP forwarding."""

from __future__ import annotations

from emulator.domain import ip_forwarding
from emulator.wire.contract import Contract, column

IP_FORWARDING = Contract("IPForwarding", ip_forwarding.IPForwarding, (column("State", required=True),))
