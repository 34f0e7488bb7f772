"""Every refusal of the service, by name: its code, its status, its words, and how we know them.

The domain raises these; `emulator.wire.errors` alone knows what they look like on the wire. `{name}` in a message
is filled in where it is raised. `Evidence` says how much to believe:

SEEN        recorded answers of the service carry these very words
QUOTED      several independent third parties quote these words
DOCUMENTED  Microsoft's pages state the refusal, its code or its words
ASSUMED     somebody's guess, ours included; listed on the page of assumptions
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Evidence(Enum):
    """How a claim about the service is known."""

    SEEN = "seen in recorded answers"
    QUOTED = "quoted by several third parties"
    DOCUMENTED = "documented"
    ASSUMED = "assumed"


SEEN, QUOTED, DOCUMENTED, ASSUMED = Evidence


class ServiceError(Exception):
    """A refusal: `refusal` is its kind, `message` its words with the names filled in. The world is unchanged."""

    def __init__(self, refusal: Refusal, message: str) -> None:
        super().__init__(message)
        self.refusal, self.message = refusal, message

    @property
    def code(self) -> str:
        """The `Code` element, such as `ResourceNotFound`."""
        return self.refusal.code

    @property
    def status(self) -> int:
        """The HTTP status that goes with the code."""
        return self.refusal.status


@dataclass(frozen=True, slots=True)
class Refusal:
    """One way in which the service says no. Call it with the values of its message to get what is raised."""

    code: str
    status: int
    message: str
    evidence: Evidence

    def __call__(self, **values: object) -> ServiceError:
        """Return what is raised, the values filled into the message."""
        return ServiceError(self, self.message.format(**values) if values else self.message)


def _bad(message: str, evidence: Evidence = ASSUMED) -> Refusal:
    return Refusal("BadRequest", 400, message, evidence)


def _missing(message: str, evidence: Evidence = SEEN) -> Refusal:
    return Refusal("ResourceNotFound", 404, message, evidence)


def _conflict(message: str, evidence: Evidence = ASSUMED) -> Refusal:
    return Refusal("ConflictError", 409, message, evidence)


# ---- any request
NOT_ALLOWED = Refusal(
    "ForbiddenError",
    403,
    "The server failed to authenticate the request. "
    "Verify that the certificate is valid and is associated with this subscription.",
    QUOTED,
)
NOT_A_PUBLISHER = Refusal(
    "ForbiddenError", 403, "This operation is not allowed for this subscription.", SEEN
)  # replicating, sharing and their like are for publishers of images
WRONG_VERSION = Refusal("MissingOrIncorrectVersionHeader", 400, "{why}", DOCUMENTED)
WRONG_VERB = Refusal("InvalidHttpVerb", 400, "{why}", DOCUMENTED)
WRONG_QUERY = Refusal("MissingOrInvalidRequiredQueryParameter", 400, "{why}", DOCUMENTED)
WRONG_XML = Refusal(
    "InvalidXmlRequest", 400, "The request body's XML was invalid or not correctly specified. {why}", DOCUMENTED
)
UNKNOWN_PATH = _missing("The resource service name {name} is not supported.{hint}", QUOTED)
DECLINED = Refusal("NotImplemented", 501, "{name} is known to this emulator, which declines it. {why}", ASSUMED)
INTERNAL_ERROR = Refusal(
    "InternalError", 500, "The server encountered an internal error. Please retry the request.", SEEN
)
BAD_PARAMETER = _bad("A parameter was incorrect. {why}", SEEN)
BODY_TOO_LARGE = _bad("The request body is longer than {limit} bytes.")
OVER_QUOTA = _bad(
    "The subscription policy limit for resource type '{resource}' was exceeded. The limit for resource type "
    "'{resource}' is {limit} per subscription, the current count is {current}, and the requested increment is "
    "{increment}.",
    QUOTED,
)  # quoted words; that the code is BadRequest is assumed

# ---- operations
OPERATION_NOT_FOUND = _missing("The operation request ID was not found.", ASSUMED)

# ---- locations and affinity groups
LOCATION_NOT_FOUND = _bad("The location constraint is not valid. The location '{name}' does not exist.")
LOCATION_OR_GROUP = _bad("Either a Location or an AffinityGroup has to be specified, and not both.")
AFFINITY_GROUP_NOT_FOUND = _missing("The affinity group does not exist.")
AFFINITY_GROUP_EXISTS = _conflict("An affinity group with that name already exists in the current subscription.", SEEN)
AFFINITY_GROUP_NAME = _bad("The affinity group name is invalid.", SEEN)
AFFINITY_GROUP_IN_USE = _bad(
    "The affinity group cannot be deleted because it is not empty: {members} still belong to it."
)

# ---- management certificates
CERTIFICATE_NOT_FOUND = _missing("The certificate was not found.")
CERTIFICATE_INVALID = _bad("The certificate data is not a valid X.509 certificate. {why}")
CERTIFICATE_MISMATCH = _bad("The {part} does not belong to the certificate in SubscriptionCertificateData.")
TOO_MANY_CERTIFICATES = _bad("A subscription has at most {limit} management certificates.", DOCUMENTED)

# ---- hosted services
HOSTED_SERVICE_NOT_FOUND = _missing("The hosted service does not exist.")
HOSTED_SERVICE_NAME = _bad("The hosted service name is invalid.", SEEN)
DNS_NAME_TAKEN = _conflict("The specified DNS name is already taken.", SEEN)
NOTHING_TO_UPDATE = _bad("At least one of Label, Description and ExtendedProperties has to be specified.", DOCUMENTED)
HOSTED_SERVICE_HAS_DEPLOYMENTS = _bad(
    "The hosted service {name} cannot be deleted: it still has the deployment {deployment}. Delete it first.",
    DOCUMENTED,
)  # the condition is documented, the words are ours
HOSTED_SERVICE_BUSY = _conflict(
    "Windows Azure is currently performing an operation on this hosted service that requires exclusive access.", SEEN
)

# ---- deployments
NO_DEPLOYMENTS = _missing("No deployments were found.")
DEPLOYMENT_NOT_FOUND = _missing("The deployment name '{name}' does not exist.")
DEPLOYMENT_BUSY = _conflict(
    "Windows Azure is currently performing an operation with x-ms-requestid {operation} on this deployment that "
    "requires exclusive access.",
    SEEN,
)
DEPLOYMENT_TRANSITIONING = _conflict(
    "The deployment {name} is in the state {status}: an update or upgrade of it is still in progress."
)
SLOT_OCCUPIED = _conflict("The specified deployment slot {slot} is occupied.", QUOTED)
SLOT_INVALID = _bad("The deployment slot '{slot}' is neither Production nor Staging.")
DEPLOYMENT_NAME_TAKEN = _conflict("The specified deployment name {name} is already in use in this hosted service.")
DEPLOYMENT_NAME = _bad("The deployment name is invalid.")
DEPLOYMENT_STATUS_INVALID = _bad("The deployment status '{status}' is neither Running nor Suspended.")
PACKAGE_URL_INVALID = _bad("The package URL '{url}' is not the address of a blob: http or https, a host and a path.")
CONFIGURATION_INVALID = _bad("The service configuration is invalid: {why}")
CONFIGURATION_MISMATCH = _bad("The service configuration does not fit the service definition: {why}")
OS_FAMILY_UNKNOWN = _bad("The guest operating system {version} of family {family} does not exist.")
SERVICE_CERTIFICATE_NOT_FOUND = _bad("The certificate with thumbprint {thumbprint} was not found.", QUOTED)
SWAP_NEEDS_STAGING = _conflict(
    "The deployments to swap are not in the slots named: {why}", DOCUMENTED
)  # 409 is documented, the words are ours
SWAP_VIRTUAL_MACHINES = _bad("A deployment of virtual machines cannot be swapped.")
SWAP_ENDPOINTS = _bad("The deployments have different numbers of input endpoints and cannot be swapped.")
NOT_FOR_VIRTUAL_MACHINES = _bad("This operation is not possible on a deployment of virtual machines.")
MODE_INVALID = _bad("The mode '{mode}' is none of Auto, Manual and Simultaneous.")

# ---- virtual machines
ROLE_NOT_FOUND = _missing("Role {role} was not found in the currently deployed service.")
ROLE_INVALID = _bad("The role {role} is invalid: {why}")
ROLE_SIZE_UNKNOWN = _bad("The role size '{size}' does not exist or is not for {kind}.")
PORT_IN_USE = _bad(
    "Port {port} is already in use by one of the endpoints in this deployment. "
    "Ensure that the port numbers are unique across endpoints within a deployment.",
    SEEN,
)
VIRTUAL_NETWORK_NOT_FOUND = _bad("The virtual network {name} does not exist.", SEEN)
IO_TYPE_IMPLICIT = _bad(
    "IOType is implicitly determined from the MediaLink. This should not be explicitly specified in the request.", SEEN
)
VM_DEPLOYMENT_SLOT = _bad("Virtual machines can only be deployed to the Production slot.")

# ---- storage accounts
STORAGE_ACCOUNT_NOT_FOUND = _missing("The storage account '{name}' was not found.")
STORAGE_ACCOUNT_NAME = _bad(
    "The name is not a valid storage account name. Storage account names must be between 3 and 24 characters in "
    "length and use numbers and lower-case letters only.",
    SEEN,
)
STORAGE_ACCOUNT_TAKEN = _conflict("The storage account named '{name}' is already taken.", ASSUMED)
STORAGE_ACCOUNT_IN_USE = _bad(
    "Storage account {name} has some active image(s) and/or disk(s), e.g. {example}. Ensure these image(s) and/or "
    "disk(s) are removed before deleting this storage account.",
    SEEN,
)
STORAGE_ACCOUNT_BUSY = _conflict(
    "Windows Azure is currently performing an operation on this storage account that requires exclusive access.", SEEN
)
ACCOUNT_TYPE_INVALID = _bad("The account type '{type}' is none of {known}.")
ACCOUNT_TYPE_CHANGE = _bad("A storage account of type {old} cannot be changed to {new}.")
KEY_TYPE_INVALID = _bad("The key type '{type}' is neither Primary nor Secondary.")

# ---- images and disks
IMAGE_NOT_FOUND = _missing("The image with the specified name does not exist.")
IMAGE_EXISTS = _conflict("An image with the name {name} already exists.")
IMAGE_NAME = _bad("The image name '{name}' is invalid.")
IMAGE_READ_ONLY = Refusal("ForbiddenError", 403, "The platform image {name} cannot be changed or deleted.", ASSUMED)
IMAGE_IN_USE = _bad("The image {name} is in use by the disk {disk} and cannot be deleted together with its blob.")
OS_INVALID = _bad("The operating system '{os}' is neither Linux nor Windows.")
MEDIA_LINK_INVALID = _bad("The media link '{url}' is not the address of a blob in a storage account.")
MEDIA_LINK_LOCATION = _bad(
    "The storage account {account} of the media link is in {location}, not in {expected} as the service is."
)
MEDIA_LINK_TAKEN = _conflict("The blob {url} is already in use by {holder}.")
DISK_NOT_FOUND = _missing("The disk with the specified name does not exist.", ASSUMED)
DISK_EXISTS = _conflict("A disk with the name {name} already exists.")
DISK_NAME = _bad("The disk name '{name}' is invalid.")
DISK_IN_USE = _bad(
    "A disk with name {name} is currently in use by virtual machine {role} running within hosted service {service}, "
    "deployment {deployment}.",
    QUOTED,
)
DISK_SHRINK = _bad("The disk {name} has {size} GB and cannot be made smaller.")

# ---- names, labels and properties
LABEL_INVALID = _bad("The label is invalid: {why}")
DESCRIPTION_TOO_LONG = _bad("The description is longer than {limit} characters.", DOCUMENTED)
EXTENDED_PROPERTY_INVALID = _bad("The extended property '{name}' is invalid: {why}", DOCUMENTED)
TOO_MANY_EXTENDED_PROPERTIES = _bad("There are more than {limit} extended properties.", DOCUMENTED)


def catalogue() -> dict[str, Refusal]:
    """All refusals by the name of their constant, in the order of this module."""
    return {name: value for name, value in globals().items() if isinstance(value, Refusal)}
