"""Every refusal of the service by name, but for those of the parts of this catalogue, which `catalogue` knows."""

from __future__ import annotations

from emulator.domain import (
    errors_application_gateways,
    errors_networks,
    errors_scheduler,
    errors_sql,
    errors_web,
)
from emulator.domain.refusals import ASSUMED, DOCUMENTED, QUOTED, SEEN, Earlier, Refusal, bad, conflict, missing

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
WRONG_JSON = bad("The request body's JSON was invalid or not correctly specified. {why}")
UNKNOWN_PATH = missing("The resource service name {name} is not supported.{hint}", QUOTED)
ENDPOINT_NOT_FOUND = missing("Endpoint not found.{hint}")
METHOD_NOT_ALLOWED = Refusal("MethodNotAllowed", 405, "Method not allowed.{hint}", SEEN)
DECLINED = Refusal("NotImplemented", 501, "{name} is known to this emulator, which declines it. {why}", ASSUMED)
INTERNAL_ERROR = Refusal(
    "InternalError", 500, "The server encountered an internal error. Please retry the request.", SEEN
)
BAD_PARAMETER = bad("A parameter was incorrect. {why}", DOCUMENTED)
BODY_TOO_LARGE = bad("The request body is longer than {limit} bytes.")
OVER_QUOTA = bad(
    "The subscription policy limit for resource type '{resource}' was exceeded. The limit for resource type "
    "'{resource}' is {limit} per subscription, the current count is {current}, and the requested increment is "
    "{increment}.",
    QUOTED,
)  # quoted words; that the code is BadRequest is assumed

# ---- what a healthy cloud has no reason to say: raised where a fault asks for it
PARAMETER_INCORRECT = bad("A parameter was incorrect", SEEN)
SUBSCRIPTION_DISABLED = Refusal("SubscriptionDisabled", 403, "The subscription is in a disabled state.", DOCUMENTED)
RESOURCE_NOT_FOUND = missing("The specified resource does not exist.", DOCUMENTED)
OPERATION_TIMED_OUT = Refusal(
    "OperationTimedOut", 500, "The operation could not be completed within the permitted time.", DOCUMENTED
)
TOO_MANY_REQUESTS = Refusal("TooManyRequests", 503, "Too many requests received. Retry after some time.", SEEN)
SERVER_BUSY = Refusal(
    "ServerBusy",
    503,
    "The server (or an internal component) is currently unavailable to receive requests. Please retry your request.",
    DOCUMENTED,
)

# ---- operations
OPERATION_NOT_FOUND = missing("The operation request ID was not found.", ASSUMED)

# ---- resource providers
RESOURCE_TYPE_UNKNOWN = missing("The service name is unknown.")
RESOURCE_TYPE_REGISTERED = conflict("The resource type {name} is already registered for this subscription.", SEEN)
RESOURCE_TYPE_NOT_REGISTERED = missing("The resource type {name} is not registered for this subscription.", ASSUMED)
RESOURCE_TYPE_BUSY = conflict(
    "The operation cannot be performed at this time because a conflicting operation is underway. Please retry later.",
    SEEN,
)

# ---- locations and affinity groups
LOCATION_NOT_FOUND = bad("The location constraint is not valid. The location '{name}' does not exist.")
LOCATION_OR_GROUP = bad("Either a Location or an AffinityGroup has to be specified, and not both.")
AFFINITY_GROUP_NOT_FOUND = missing("The affinity group does not exist.")
AFFINITY_GROUP_EXISTS = conflict("An affinity group with that name already exists in the current subscription.", SEEN)
AFFINITY_GROUP_NAME = bad("The affinity group name is invalid.", SEEN)
AFFINITY_GROUP_IN_USE = bad(
    "The affinity group cannot be deleted because it is not empty: {members} still belong to it."
)

# ---- management certificates
CERTIFICATE_NOT_FOUND = missing("The certificate was not found.")
CERTIFICATE_INVALID = bad("The certificate data is not a valid X.509 certificate. {why}")
CERTIFICATE_MISMATCH = bad("The {part} does not belong to the certificate in SubscriptionCertificateData.")
TOO_MANY_CERTIFICATES = bad("A subscription has at most {limit} management certificates.", DOCUMENTED)

# ---- service certificates
CERTIFICATE_FORMAT_INVALID = bad("The certificate format '{format}' is neither pfx nor cer.")
CERTIFICATE_IN_USE = conflict(
    "The certificate with thumbprint {thumbprint} is in use by the deployment {deployment} and cannot be deleted."
)
TOO_MANY_SERVICE_CERTIFICATES = bad("A hosted service has at most {limit} certificates.", DOCUMENTED)

# ---- extensions
EXTENSION_NOT_FOUND = missing("The extension with the ID {id} does not exist.", ASSUMED)
EXTENSION_EXISTS = conflict("An extension with the ID {id} already exists in this hosted service.")
EXTENSION_IN_USE = conflict("The extension ID {id} is already in use for this deployment", QUOTED)
EXTENSION_INVALID = bad("The extension {id} is invalid: {why}")
EXTENSION_CONFIGURATION_INVALID = bad("The extension configuration is invalid: {why}")

# ---- hosted services
HOSTED_SERVICE_NOT_FOUND = missing("The hosted service does not exist.")
HOSTED_SERVICE_NAME = bad("The hosted service name is invalid.", SEEN)
DNS_NAME_TAKEN = conflict("The specified DNS name is already taken.", SEEN)
NOTHING_TO_UPDATE = bad("At least one of Label, Description and ExtendedProperties has to be specified.", DOCUMENTED)
HOSTED_SERVICE_HAS_DEPLOYMENTS = bad(
    "The hosted service {name} cannot be deleted: it still has the deployment {deployment}. Delete it first.",
    DOCUMENTED,
)  # the condition is documented, the words are ours
HOSTED_SERVICE_BUSY = conflict(
    "Windows Azure is currently performing an operation on this hosted service that requires exclusive access.", SEEN
)

# ---- deployments
NO_DEPLOYMENTS = missing("No deployments were found.")
DEPLOYMENT_NOT_FOUND = missing("The deployment name '{name}' does not exist.")
DEPLOYMENT_BUSY = conflict(
    "Windows Azure is currently performing an operation with x-ms-requestid {operation} on this deployment that "
    "requires exclusive access.",
    SEEN,
)
DEPLOYMENT_TRANSITIONING = conflict(
    "The deployment {name} is in the state {status}: an update or upgrade of it is still in progress."
)
SLOT_OCCUPIED = conflict("The specified deployment slot {slot} is occupied.", QUOTED)
SLOT_INVALID = bad("The deployment slot '{slot}' is neither Production nor Staging.")
DEPLOYMENT_NAME_TAKEN = conflict("The specified deployment name {name} is already in use in this hosted service.")
DEPLOYMENT_NAME = bad("The deployment name is invalid.")
DEPLOYMENT_STATUS_INVALID = bad("The deployment status '{status}' is neither Running nor Suspended.")
PACKAGE_URL_INVALID = bad("The package URL '{url}' is not the address of a blob: http or https, a host and a path.")
PACKAGE_NOT_FOUND = bad("The package {url} cannot be read: no such blob is known to the storage in use.")
PACKAGE_INVALID = bad("The package is invalid: {why}")
WARNINGS_AS_ERRORS = bad("The deployment has warnings, which are to be treated as errors. {warnings}")
UPGRADE_NOT_POSSIBLE = bad(
    "The deployment cannot be upgraded to this package: {why}", DOCUMENTED
)  # what cannot be changed is documented, the words are ours
CONFIGURATION_INVALID = bad("The service configuration is invalid: {why}")
CONFIGURATION_MISMATCH = bad("The service configuration does not fit the service definition: {why}")
OS_FAMILY_UNKNOWN = bad("The guest operating system {version} of family {family} does not exist.")
SERVICE_CERTIFICATE_NOT_FOUND = bad("The certificate with thumbprint {thumbprint} was not found.", QUOTED)
SWAP_NEEDS_STAGING = conflict(
    "The deployments to swap are not in the slots named: {why}", DOCUMENTED
)  # 409 is documented, the words are ours
SWAP_VIRTUAL_MACHINES = bad("A deployment of virtual machines cannot be swapped.")
SWAP_ENDPOINTS = bad("The deployments have different numbers of input endpoints and cannot be swapped.")
NOT_FOR_VIRTUAL_MACHINES = bad("This operation is not possible on a deployment of virtual machines.")
MODE_INVALID = bad("The mode '{mode}' is none of {known}.")
FORCE_NEEDED = bad(
    "The upgrade adds, removes or resizes roles ({roles}), by which local data of role instances is lost: "
    "it needs Force.",
    DOCUMENTED,
)  # the condition is documented, the words are ours
UPDATE_ABANDONED = conflict("The update was not finished: the operation with x-ms-requestid {operation} replaced it.")
ROLLBACK_NOT_ALLOWED = conflict("The deployment {name} has no update or upgrade in progress that can be rolled back.")
NO_UPGRADE_DOMAIN_TO_WALK = conflict("The deployment {name} has no manual update or upgrade waiting to be walked.")
UPGRADE_DOMAIN_ORDER = bad("The upgrade domain {given} cannot be walked now: upgrade domain {next} is the next one.")
ROLE_INSTANCE_NOT_FOUND = missing("The role instance {name} was not found in the deployment {deployment}.", ASSUMED)
ROLE_INSTANCES_INVALID = bad("The role instances to delete are invalid: {why}")
CONTAINER_URI_INVALID = bad("The container URI '{url}' is no address of a container: http or https, a host, a path.")

# ---- virtual machines
ROLE_NOT_FOUND = missing("Role {role} was not found in the currently deployed service.")
ROLE_INVALID = bad("The role {role} is invalid: {why}")
ROLE_EXISTS = conflict("The role {role} already exists in the deployment.")
ONLY_ROLE = bad(
    "Role {role} is the only role present in the deployment and so cannot be removed. Please delete the deployment or "
    "add another role before removing this role.",
    SEEN,
)
MAINTENANCE_COMPLETED = bad("User initiated maintenance on the Virtual Machine was successfully completed.", SEEN)
ROLE_STOPPED = conflict("The role {role} is stopped and cannot be restarted. Start it instead.")
POST_SHUTDOWN_ACTION_INVALID = bad("The PostShutdownAction '{action}' is neither Stopped nor StoppedDeallocated.")
ONLY_FOR_VIRTUAL_MACHINES = bad("This operation is only possible on a deployment of virtual machines.")
LUN_IN_USE = conflict("The logical unit number {lun} of role {role} is already in use by a data disk.")
DATA_DISK_NOT_FOUND = missing("No data disk with the logical unit number {lun} was found.", ASSUMED)
LOAD_BALANCED_SET_NOT_FOUND = missing("The load-balanced endpoint set '{name}' does not exist.", ASSUMED)
NO_REMOTE_DESKTOP = bad("An external endpoint to the Remote Desktop port (3389) must first be added to the role.", SEEN)
ROLE_SIZE_UNKNOWN = bad("The role size '{size}' does not exist or is not for {kind}.")
PORT_IN_USE = bad(
    "Port {port} is already in use by one of the endpoints in this deployment. "
    "Ensure that the port numbers are unique across endpoints within a deployment.",
    SEEN,
)
IO_TYPE_IMPLICIT = bad(
    "IOType is implicitly determined from the MediaLink. This should not be explicitly specified in the request.", SEEN
)
VM_DEPLOYMENT_SLOT = bad("Virtual machines can only be deployed to the Production slot.")

# ---- migration to Resource Manager
DEPLOYMENT_MIGRATING = bad(
    "Deployment {name} in HostedService {service} is in the process of being migrated and hence cannot be changed.",
    SEEN,
)
MIGRATING = bad("{kind} {name} is in the process of being migrated and hence cannot be changed.")
MIGRATION_BUSY = conflict("The migration of {kind} {name} is in the state {state}: an operation is in progress.")
MIGRATION_STATE = bad("The migration of {kind} {name} is in the state {state}, in which it cannot be {wanted}.")
MIGRATION_VM_STATE = bad(
    "Migration is not allowed for HostedService {service} because it has VM {role} in State : {status}. Migration is "
    "allowed only when the VM is in one of the following states - Running, Stopped, Stopped Deallocated.",
    SEEN,
)
MIGRATION_OF_WEB_ROLES = bad(
    "Migration is not supported for Deployment {name} in HostedService {service} because it is a PaaS deployment "
    "(Web/Worker)."
)
MIGRATION_NOT_ALLOWED = bad("Migration is not allowed for {kind} {name} because {why}.")
MIGRATION_DESTINATION = bad("The destination of the migration is invalid: {why}.")

# ---- storage accounts
STORAGE_ACCOUNT_NOT_FOUND = missing(
    "The storage account '{name}' was not found.",
    earlier=Earlier("2013-03-01", "The requested storage account '{name}' was not found."),
)  # that the version tells the two apart is assumption 232
STORAGE_ACCOUNT_NAME = bad(
    "The name is not a valid storage account name. Storage account names must be between 3 and 24 characters in "
    "length and use numbers and lower-case letters only.",
    SEEN,
)
STORAGE_ACCOUNT_TAKEN = conflict("The storage account named '{name}' is already taken.", ASSUMED)
STORAGE_ACCOUNT_IN_USE = bad(
    "Storage account {name} has some active image(s) and/or disk(s), e.g. {example}. Ensure these image(s) and/or "
    "disk(s) are removed before deleting this storage account.",
    SEEN,
    Earlier(
        "2014-10-01",
        "Storage account {name} has  container(s) which have an active image and/or disk artifacts. "
        "Ensure those artifacts are removed from the image repository before deleting this storage account.",
    ),
)  # that the version tells the two apart is assumption 232
STORAGE_ACCOUNT_BUSY = conflict(
    "Windows Azure is currently performing an operation on this storage account that requires exclusive access.", SEEN
)
ACCOUNT_TYPE_INVALID = bad("The account type '{type}' is none of {known}.")
ACCOUNT_TYPE_CHANGE = bad("A storage account of type {old} cannot be changed to {new}.")
KEY_TYPE_INVALID = bad("The key type '{type}' is neither Primary nor Secondary.")

# ---- images and disks
IMAGE_NOT_FOUND = missing("The image with the specified name does not exist.")
IMAGE_EXISTS = conflict("An image with the name {name} already exists.")
IMAGE_NAME = bad("The image name '{name}' is invalid.")
IMAGE_READ_ONLY = Refusal("ForbiddenError", 403, "The platform image {name} cannot be changed or deleted.", ASSUMED)
OS_STATE_INVALID = bad("The state '{state}' of the operating system is neither Generalized nor Specialized.")
VM_IMAGE_DISK_NOT_FOUND = bad("The image {name} has no data disk {disk}.")
VM_IMAGE_BUSY = conflict("The image {name} is in the state {state}.")
VM_IMAGE_LUNS = bad("The LUNs of the data disks {luns} are not distinct or fit.")
SHARING_PERMISSION_INVALID = bad("The permission '{permission}' is none of {known}.")
IMAGE_NOT_REPLICATED = bad(
    "The image {name} has to be replicated before it is shared.", DOCUMENTED
)  # the condition is documented, the words are ours
CAPTURE_ACTION_INVALID = bad("The PostCaptureAction '{action}' is neither Delete nor Reprovision.")
CAPTURE_NEEDS_STOPPED = bad("The role {role} is in the state {state}: it has to be stopped before it is captured.")
OS_INVALID = bad("The operating system '{os}' is neither Linux nor Windows.")
MEDIA_LINK_INVALID = bad("The media link '{url}' is not the address of a blob in a storage account.")
MEDIA_LINK_LOCATION = bad(
    "The storage account {account} of the media link is in {location}, not in {expected} as the service is."
)
MEDIA_LINK_NOT_FOUND = bad("The blob {url} does not exist.")
MEDIA_LINK_ACCOUNT = bad("The storage account {account} of the media link does not belong to this subscription.")
VHD_INVALID = bad("The blob {url} is not a fixed VHD: {why}")
MEDIA_LINK_EXISTS = conflict("A blob with the media link {url} exists already.")
BLOB_EXISTS = conflict("The blob {url} exists, and is not to be overwritten.")
STORAGE_UNUSABLE = Refusal("InternalError", 500, "The storage at {url} cannot be used: {why}", ASSUMED)
BLOB_NOT_WRITTEN = Refusal("InternalError", 500, "The blob {url} could not be written.", ASSUMED)
DISK_NOT_FOUND = missing("The disk with the specified name does not exist.", ASSUMED)
DISK_EXISTS = conflict("A disk with the name {name} already exists.")
DISK_NAME = bad("The disk name '{name}' is invalid.")
DISK_IN_USE = bad(
    "A disk with name {name} is currently in use by virtual machine {role} running within hosted service {service}, "
    "deployment {deployment}.",
    QUOTED,
)
DISK_SHRINK = bad("The disk {name} has {size} GB and cannot be made smaller.")

# ---- Service Bus: whatever it refuses, the front end says no more than this
_DOWNLEVEL = "Request to a downlevel service failed."
SERVICE_BUS_NAMESPACE_NOT_FOUND = missing(_DOWNLEVEL)
SERVICE_BUS_NAMESPACE_TAKEN = Refusal("ForbiddenError", 403, _DOWNLEVEL, SEEN)
SERVICE_BUS_NAMESPACE_QUOTA = Refusal("ForbiddenError", 403, _DOWNLEVEL, ASSUMED)
SERVICE_BUS_NAMESPACE_INVALID = bad(_DOWNLEVEL)  # its name, its region or its type
SERVICE_BUS_NAMESPACE_INACTIVE = conflict(_DOWNLEVEL)  # nothing is made in one that is not Active
SERVICE_BUS_RULE_NOT_FOUND = missing(_DOWNLEVEL, ASSUMED)
SERVICE_BUS_RULE_EXISTS = conflict(_DOWNLEVEL)
SERVICE_BUS_RULE_INVALID = bad(_DOWNLEVEL)
SERVICE_BUS_ENTITY_NOT_FOUND = missing(_DOWNLEVEL, ASSUMED)
SERVICE_BUS_ENTITY_EXISTS = conflict(_DOWNLEVEL)
SERVICE_BUS_ENTITY_INVALID = bad(_DOWNLEVEL)
SERVICE_BUS_METRIC_NOT_FOUND = missing(_DOWNLEVEL, ASSUMED)  # nor a rollup of that name

# ---- names, labels and properties
LABEL_INVALID = bad("The label is invalid: {why}")
DESCRIPTION_TOO_LONG = bad("The description is longer than {limit} characters.", DOCUMENTED)
EXTENDED_PROPERTY_INVALID = bad("The extended property '{name}' is invalid: {why}", DOCUMENTED)
TOO_MANY_EXTENDED_PROPERTIES = bad("There are more than {limit} extended properties.", DOCUMENTED)


def catalogue() -> dict[str, Refusal]:
    """All refusals by the name of their constant, in the order of this module and then of those of its parts."""
    modules = errors_networks, errors_application_gateways, errors_scheduler, errors_sql, errors_web
    parts = globals(), *(vars(module) for module in modules)
    return {name: value for part in parts for name, value in part.items() if isinstance(value, Refusal)}
