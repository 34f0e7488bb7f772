"""Role instances as they are named, their reboots as they are shown, and how many a configuration says there are."""

from __future__ import annotations

import re
from xml.parsers import expat

from emulator.domain import role_instances
from emulator.domain.configuration import ServiceConfiguration, role_key
from emulator.wire.common import nothing
from emulator.wire.configuration import NAMESPACE
from emulator.wire.contract import Column, Contract, column, many
from emulator.wire.values import PRECISE_DATE, TEXT

ROLE_INSTANCES = Contract(
    "RoleInstances",
    role_instances.RoleInstances,
    (Column("Name", "names", value=TEXT, item="Name", flat=True),),
)

REBOOT_EVENT = Contract(
    "RebootEvent",
    nothing,
    (
        column("RoleName"),
        column("InstanceName"),
        column("RebootReason"),
        column("RebootStartTime", PRECISE_DATE),
    ),
)

DEPLOYMENT_EVENT_COLLECTION = Contract(
    "DeploymentEventCollection", nothing, (many("RebootEvents", REBOOT_EVENT, attribute="items"),)
)

_COUNT = re.compile(rb"""(\scount\s*=\s*["'])[^"']*""")


def with_counts(text: bytes, content: ServiceConfiguration) -> bytes:
    """Return a configuration's text with the instance counts of `content`; all else stays byte for byte."""
    encoding = _encoding(text)
    plain = text.decode(encoding).encode()
    for at, count in reversed(_places(plain, {role_key(r.name): r.instance_count for r in content.roles})):
        plain = plain[:at] + _COUNT.sub(rb"\g<1>%d" % count, plain[at:], count=1)
    return plain.decode().encode(encoding)


def _encoding(text: bytes) -> str:
    if text[:2] in (b"\xff\xfe", b"<\0"):
        return "utf-16-le"
    return "utf-16-be" if text[:2] in (b"\xfe\xff", b"\0<") else "utf-8"


def _places(plain: bytes, counts: dict[str, int]) -> list[tuple[int, int]]:
    """Return where each role's `Instances` element begins, with the count that it shall have."""
    found: list[tuple[int, int]] = []
    role = ""
    parser = expat.ParserCreate("utf-8", " ")

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal role
        if name == f"{NAMESPACE} Role":
            role = role_key(attributes["name"])
        elif name == f"{NAMESPACE} Instances":
            found.append((parser.CurrentByteIndex, counts[role]))

    parser.StartElementHandler = start
    parser.Parse(plain, True)
    return found
