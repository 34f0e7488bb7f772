"""What the documents of Service Bus share: its namespace, its way with refusals, and the envelopes of its feeds."""

from __future__ import annotations

from datetime import datetime

from emulator.domain.entropy import derived_guid
from emulator.wire.atom import DECLARATION, Envelope, title, updated
from emulator.wire.dialects import COMMON, Dialect
from emulator.wire.errors import string_document
from emulator.wire.values import DATE, Value
from emulator.wire.writing import Context

CONNECT = "http://schemas.microsoft.com/netservices/2010/10/servicebus/connect"

SERVICE_BUS = Dialect(
    headers=(*COMMON, ("server-sb", "Service-Bus-Resource-Provider/SN1")), refusal=string_document, bare=True
)
"""That its answers have `server-sb` is known; what it says is assumed."""


def _write_milliseconds(moment: datetime) -> str:
    text = moment.isoformat(timespec="milliseconds")[:23]
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}Z"


MILLISECONDS = Value(DATE.read, _write_milliseconds)
"""A time with milliseconds, written without the zeros that they end in."""


def _numbered(_record: object, context: Context) -> str:
    """The id has a GUID that stays, and a number that rises from each feed to its entries and on to the next answer."""
    entropy = context.subscription.entropy
    return f"<id>uuid:{derived_guid(entropy.seed, 'atom')};id={entropy.serial()}</id>"


PROVIDER = Envelope(
    feed=lambda record, context: f"{title('')}{_numbered(record, context)}{updated(context)}",
    entry=lambda record, context: f"{_numbered(record, context)}{title('')}{updated(context)}",
    declaration=DECLARATION,
)
"""Of what is told of namespaces as such."""
