"""What resource providers say of themselves."""

from __future__ import annotations

from emulator.wire.common import nothing, pairs
from emulator.wire.contract import Contract, column, flat

_PROPERTY = Contract("ResourceProviderProperty", nothing, (column("Key", attribute="name"), column("Value")))
PROPERTIES = Contract(
    "ResourceProviderProperties", nothing, (flat(_PROPERTY, get=lambda properties, _c: pairs(properties)),)
)
