"""Extensions: those of the platform, those of a hosted service, and those that a deployment names."""

from __future__ import annotations

from typing import Any

from emulator.domain import extensions, references
from emulator.domain.records import Deployment, ExtensionReference
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, child, column, flat, group, many
from emulator.wire.values import BASE64, BOOLEAN, INTEGER, MOMENT, Value
from emulator.wire.writing import Context

# ---- what the platform offers

ENCODED = Value(lambda text: BASE64.read(text).decode(), lambda text: BASE64.write(text.encode()))
"""Text that stands in base64 on the wire."""

_SCHEMAS = (column("PublicConfigurationSchema", ENCODED), column("PrivateConfigurationSchema", ENCODED))
_DESCRIBED = (
    column("SampleConfig", ENCODED, since="2013-11-01"),
    column("ReplicationCompleted", BOOLEAN, since="2014-04-01"),
    column("Eula", since="2014-04-01"),
    column("PrivacyUri", since="2014-04-01"),
    column("HomepageUri", since="2014-04-01"),
    column("IsJsonExtension", BOOLEAN, since="2014-04-01"),
)
_PUBLISHED = (
    column("DisallowMajorVersionUpgrade", BOOLEAN, since="2014-06-01"),
    column("SupportedOS", since="2014-06-01"),
    column("CompanyName", since="2014-06-01"),
    column("PublishedDate", MOMENT, since="2014-06-01"),
    column("Regions", since="2014-06-01"),
)

RESOURCE_EXTENSIONS = Contract(
    "ResourceExtensions",
    nothing,
    (
        flat(
            Contract(
                "ResourceExtension",
                nothing,
                (
                    column("Publisher"),
                    column("Name"),
                    column("Version"),
                    column("Label"),
                    column("Description"),
                    *_SCHEMAS,
                    *_DESCRIBED,
                    *_PUBLISHED,
                ),
            )
        ),
    ),
)

EXTENSION_IMAGES = Contract(
    "ExtensionImages",
    nothing,
    (
        flat(
            Contract(
                "ExtensionImage",
                nothing,
                (
                    column("ProviderNameSpace"),
                    column("Type"),
                    column("Version"),
                    column("Label"),
                    column("Description"),
                    column("HostingResources"),
                    column("ThumbprintAlgorithm"),
                    *_SCHEMAS,
                    column("BlockRoleUponFailure", BOOLEAN),
                    *_DESCRIBED,
                    *_PUBLISHED,
                ),
            )
        ),
    ),
)

# ---- what a service has

ADD_EXTENSION = Contract(
    "Extension",
    extensions.AddExtension,
    (
        column("ProviderNameSpace", required=True),
        column("Type", required=True),
        column("Id", required=True),
        column("Thumbprint"),
        column("ThumbprintAlgorithm"),
        column("PublicConfiguration", BASE64),
        column("PrivateConfiguration", BASE64),
        column("Version"),
    ),
)

EXTENSION = Contract(
    "Extension",
    nothing,
    (
        column("ProviderNameSpace"),
        column("Type"),
        column("Id"),
        column("Version"),
        column("Thumbprint"),
        column("ThumbprintAlgorithm"),
        column("PublicConfiguration", BASE64),
    ),
)

EXTENSIONS = Contract("Extensions", nothing, (flat(EXTENSION),))

# ---- what a deployment names

_NAMED = Contract(
    "Extension",
    references.NamedExtension,
    (column("Id", required=True), column("SequenceNumber", INTEGER, since="2014-06-01"), column("State")),
)

EXTENSION_CONFIGURATION_IN = child(
    "ExtensionConfiguration",
    Contract(
        "ExtensionConfiguration",
        references.ExtensionConfiguration,
        (
            many("AllRoles", _NAMED),
            many(
                "NamedRoles",
                Contract(
                    "Role",
                    references.RoleExtensions,
                    (column("RoleName", required=True), many("Extensions", _NAMED)),
                ),
            ),
        ),
    ),
    since="2013-03-01",
)
"""The extensions of a deployment, as a caller gives them together with its configuration."""

_REFERENCE = Contract("Extension", nothing, (column("Id"), column("State", since="2014-06-01")))

_ROLE = Contract(
    "Role",
    nothing,
    (column("RoleName", get=lambda p, _c: p[0]), many("Extensions", _REFERENCE, get=lambda p, _c: p[1])),
)


def _named_roles(deployment: Deployment, _context: Context) -> list[tuple[str, list[ExtensionReference]]]:
    common = references.common_extensions(deployment) or ()
    own = {name: [one for one in found if one not in common] for name, found in (deployment.extensions or {}).items()}
    return [(name, found) for name, found in own.items() if found]


def extension_configuration_out(get: Any) -> Any:
    """Return the column that shows the extensions of a deployment, if anybody ever gave some."""

    def deployment(record: object, context: Context) -> Deployment | None:
        found: Deployment = get(record, context)
        return None if found.extensions is None else found

    return group(
        "ExtensionConfiguration",
        many("AllRoles", _REFERENCE, get=lambda d, _c: references.common_extensions(d)),
        many("NamedRoles", _ROLE, get=_named_roles),
        since="2013-03-01",
        get=deployment,
    )
