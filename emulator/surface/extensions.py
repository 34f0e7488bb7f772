"""Rows: extensions of hosted services and of virtual machines, and what only their publishers may do."""

from __future__ import annotations

from emulator.domain import extensions
from emulator.domain.refusals import SEEN
from emulator.surface.operation import Operation
from emulator.wire import extensions as documents

_SERVICES = "/{subscription_id}/services"
_OF_SERVICE = f"{_SERVICES}/hostedservices/{{service_name}}/extensions"
_FAMILY = "extensions"


def _publishers(name: str, method: str, path: str, status: int = 202) -> Operation:
    """Return the row of an operation that every recorded subscription was refused."""
    return Operation(
        name=name,
        family=_FAMILY,
        method=method,
        path=f"{_SERVICES}/{path}",
        since="2014-08-01",
        does=extensions.publishers_only,
        status=status,
        evidence=SEEN,
        note="The first x-ms-version that had it is assumed.",
    )


ROWS = (
    Operation(
        name="ListResourceExtensions",
        family=_FAMILY,
        method="GET",
        path=f"{_SERVICES}/resourceextensions",
        since="2014-04-01",
        does=extensions.list_resource_extensions,
        writes=documents.RESOURCE_EXTENSIONS,
        evidence=SEEN,
    ),
    Operation(
        name="ListResourceExtensionVersions",
        family=_FAMILY,
        method="GET",
        path=f"{_SERVICES}/resourceextensions/{{publisher_name}}/{{extension_name}}",
        since="2014-04-01",
        does=extensions.list_resource_extension_versions,
        writes=documents.RESOURCE_EXTENSIONS,
        evidence=SEEN,
    ),
    Operation(
        name="ListAvailableExtensions",
        family=_FAMILY,
        method="GET",
        path=f"{_SERVICES}/extensions",
        since="2013-03-01",
        does=extensions.list_available,
        writes=documents.EXTENSION_IMAGES,
    ),
    Operation(
        name="ListExtensionVersions",
        family=_FAMILY,
        method="GET",
        path=f"{_SERVICES}/extensions/{{provider_name_space}}/{{extension_type}}",
        since="2013-03-01",
        does=extensions.list_versions,
        writes=documents.EXTENSION_IMAGES,
    ),
    _publishers("ListPublisherExtensions", "GET", "publisherextensions", 200),
    _publishers("RegisterExtension", "POST", "extensions"),
    _publishers("UpdateExtension", "PUT", "extensions?action=update"),
    _publishers("UnregisterExtension", "DELETE", "extensions/{provider_name_space}/{extension_type}/{version}"),
    Operation(
        name="ListExtensions",
        family=_FAMILY,
        method="GET",
        path=_OF_SERVICE,
        since="2013-03-01",
        does=extensions.list_all,
        writes=documents.EXTENSIONS,
        evidence=SEEN,
    ),
    Operation(
        name="AddExtension",
        family=_FAMILY,
        method="POST",
        path=_OF_SERVICE,
        since="2013-03-01",
        reads=documents.ADD_EXTENSION,
        does=extensions.add,
        confidential=True,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
    Operation(
        name="GetExtension",
        family=_FAMILY,
        method="GET",
        path=f"{_OF_SERVICE}/{{extension_id}}",
        since="2013-03-01",
        does=extensions.get,
        writes=documents.EXTENSION,
    ),
    Operation(
        name="DeleteExtension",
        family=_FAMILY,
        method="DELETE",
        path=f"{_OF_SERVICE}/{{extension_id}}",
        since="2013-03-01",
        does=extensions.delete,
        evidence=SEEN,
    ),
)
