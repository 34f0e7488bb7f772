"""Every refusal of the service, by name: its code, its status, its words, and how we know them.

The domain raises these; `emulator.wire.errors` alone knows what they look like on the wire. `{name}` in a message
is filled in where it is raised. `Evidence` says how much to believe:

SEEN        recorded answers of the service carry these very words
QUOTED      several independent third parties quote these words
DOCUMENTED  Microsoft's pages state the refusal, its code or its words
ASSUMED     somebody's guess, ours included; listed on the page of assumptions
"""

from __future__ import annotations

from collections.abc import Mapping
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
    """A refusal: `refusal` is its kind, `message` its words with the names filled in. The world is unchanged.

    `values` are those names, and what else is known of why: `operation` is the id of the one that is in the way. Some
    services tell them apart from the words.
    """

    def __init__(self, refusal: Refusal, message: str, values: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.refusal, self.message, self.values = refusal, message, values or {}

    def worded(self, version: str) -> ServiceError:
        """Return the refusal in the words for callers of that version of the API, which may have other ones."""
        earlier = self.refusal.earlier
        if earlier is None or version >= earlier.until:
            return self
        return ServiceError(self.refusal, earlier.message.format(**self.values), self.values)

    @property
    def code(self) -> str:
        """The `Code` element, such as `ResourceNotFound`."""
        return self.refusal.code

    @property
    def status(self) -> int:
        """The HTTP status that goes with the code."""
        return self.refusal.status


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the service said instead to callers of a version before `until`. It uses the same values."""

    until: str
    message: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """One way in which the service says no. Call it with the values of its message to get what is raised.

    `extended_code` is the number that web sites give beside the code, where it is known. `earlier` is what older
    versions of the API were told.
    """

    code: str
    status: int
    message: str
    evidence: Evidence
    extended_code: str | None = None
    earlier: Earlier | None = None

    def __call__(self, **values: object) -> ServiceError:
        """Return what is raised, the values filled into the message; it may have more of them than the message."""
        return ServiceError(self, self.message.format(**values) if values else self.message, values)


def _bad(message: str, evidence: Evidence = ASSUMED, earlier: Earlier | None = None) -> Refusal:
    return Refusal("BadRequest", 400, message, evidence, earlier=earlier)


def _missing(message: str, evidence: Evidence = SEEN, earlier: Earlier | None = None) -> Refusal:
    return Refusal("ResourceNotFound", 404, message, evidence, earlier=earlier)


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
WRONG_JSON = _bad("The request body's JSON was invalid or not correctly specified. {why}")
UNKNOWN_PATH = _missing("The resource service name {name} is not supported.{hint}", QUOTED)
ENDPOINT_NOT_FOUND = _missing("Endpoint not found.{hint}")
METHOD_NOT_ALLOWED = Refusal("MethodNotAllowed", 405, "Method not allowed.{hint}", SEEN)
DECLINED = Refusal("NotImplemented", 501, "{name} is known to this emulator, which declines it. {why}", ASSUMED)
INTERNAL_ERROR = Refusal(
    "InternalError", 500, "The server encountered an internal error. Please retry the request.", SEEN
)
BAD_PARAMETER = _bad("A parameter was incorrect. {why}", DOCUMENTED)
BODY_TOO_LARGE = _bad("The request body is longer than {limit} bytes.")
OVER_QUOTA = _bad(
    "The subscription policy limit for resource type '{resource}' was exceeded. The limit for resource type "
    "'{resource}' is {limit} per subscription, the current count is {current}, and the requested increment is "
    "{increment}.",
    QUOTED,
)  # quoted words; that the code is BadRequest is assumed

# ---- what a healthy cloud has no reason to say: raised where a fault asks for it
PARAMETER_INCORRECT = _bad("A parameter was incorrect", SEEN)
SUBSCRIPTION_DISABLED = Refusal("SubscriptionDisabled", 403, "The subscription is in a disabled state.", DOCUMENTED)
RESOURCE_NOT_FOUND = _missing("The specified resource does not exist.", DOCUMENTED)
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
OPERATION_NOT_FOUND = _missing("The operation request ID was not found.", ASSUMED)

# ---- resource providers
RESOURCE_TYPE_UNKNOWN = _missing("The service name is unknown.")
RESOURCE_TYPE_REGISTERED = _conflict("The resource type {name} is already registered for this subscription.", SEEN)
RESOURCE_TYPE_NOT_REGISTERED = _missing("The resource type {name} is not registered for this subscription.", ASSUMED)
RESOURCE_TYPE_BUSY = _conflict(
    "The operation cannot be performed at this time because a conflicting operation is underway. Please retry later.",
    SEEN,
)

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

# ---- service certificates
CERTIFICATE_FORMAT_INVALID = _bad("The certificate format '{format}' is neither pfx nor cer.")
CERTIFICATE_IN_USE = _conflict(
    "The certificate with thumbprint {thumbprint} is in use by the deployment {deployment} and cannot be deleted."
)
TOO_MANY_SERVICE_CERTIFICATES = _bad("A hosted service has at most {limit} certificates.", DOCUMENTED)

# ---- extensions
EXTENSION_NOT_FOUND = _missing("The extension with the ID {id} does not exist.", ASSUMED)
EXTENSION_EXISTS = _conflict("An extension with the ID {id} already exists in this hosted service.")
EXTENSION_IN_USE = _conflict("The extension ID {id} is already in use for this deployment", QUOTED)
EXTENSION_INVALID = _bad("The extension {id} is invalid: {why}")
EXTENSION_CONFIGURATION_INVALID = _bad("The extension configuration is invalid: {why}")

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
PACKAGE_NOT_FOUND = _bad("The package {url} cannot be read: no such blob is known to the storage in use.")
PACKAGE_INVALID = _bad("The package is invalid: {why}")
WARNINGS_AS_ERRORS = _bad("The deployment has warnings, which are to be treated as errors. {warnings}")
UPGRADE_NOT_POSSIBLE = _bad(
    "The deployment cannot be upgraded to this package: {why}", DOCUMENTED
)  # what cannot be changed is documented, the words are ours
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
MODE_INVALID = _bad("The mode '{mode}' is none of {known}.")
FORCE_NEEDED = _bad(
    "The upgrade adds, removes or resizes roles ({roles}), by which local data of role instances is lost: "
    "it needs Force.",
    DOCUMENTED,
)  # the condition is documented, the words are ours
UPDATE_ABANDONED = _conflict("The update was not finished: the operation with x-ms-requestid {operation} replaced it.")
ROLLBACK_NOT_ALLOWED = _conflict("The deployment {name} has no update or upgrade in progress that can be rolled back.")
NO_UPGRADE_DOMAIN_TO_WALK = _conflict("The deployment {name} has no manual update or upgrade waiting to be walked.")
UPGRADE_DOMAIN_ORDER = _bad("The upgrade domain {given} cannot be walked now: upgrade domain {next} is the next one.")
ROLE_INSTANCE_NOT_FOUND = _missing("The role instance {name} was not found in the deployment {deployment}.", ASSUMED)
ROLE_INSTANCES_INVALID = _bad("The role instances to delete are invalid: {why}")
CONTAINER_URI_INVALID = _bad("The container URI '{url}' is no address of a container: http or https, a host, a path.")

# ---- virtual machines
ROLE_NOT_FOUND = _missing("Role {role} was not found in the currently deployed service.")
ROLE_INVALID = _bad("The role {role} is invalid: {why}")
ROLE_EXISTS = _conflict("The role {role} already exists in the deployment.")
ONLY_ROLE = _bad(
    "Role {role} is the only role present in the deployment and so cannot be removed. Please delete the deployment or "
    "add another role before removing this role.",
    SEEN,
)
MAINTENANCE_COMPLETED = _bad("User initiated maintenance on the Virtual Machine was successfully completed.", SEEN)
ROLE_STOPPED = _conflict("The role {role} is stopped and cannot be restarted. Start it instead.")
POST_SHUTDOWN_ACTION_INVALID = _bad("The PostShutdownAction '{action}' is neither Stopped nor StoppedDeallocated.")
ONLY_FOR_VIRTUAL_MACHINES = _bad("This operation is only possible on a deployment of virtual machines.")
LUN_IN_USE = _conflict("The logical unit number {lun} of role {role} is already in use by a data disk.")
DATA_DISK_NOT_FOUND = _missing("No data disk with the logical unit number {lun} was found.", ASSUMED)
LOAD_BALANCED_SET_NOT_FOUND = _missing("The load-balanced endpoint set '{name}' does not exist.", ASSUMED)
NO_REMOTE_DESKTOP = _bad(
    "An external endpoint to the Remote Desktop port (3389) must first be added to the role.", SEEN
)
ROLE_SIZE_UNKNOWN = _bad("The role size '{size}' does not exist or is not for {kind}.")
PORT_IN_USE = _bad(
    "Port {port} is already in use by one of the endpoints in this deployment. "
    "Ensure that the port numbers are unique across endpoints within a deployment.",
    SEEN,
)
IO_TYPE_IMPLICIT = _bad(
    "IOType is implicitly determined from the MediaLink. This should not be explicitly specified in the request.", SEEN
)
VM_DEPLOYMENT_SLOT = _bad("Virtual machines can only be deployed to the Production slot.")

# ---- virtual networks
VIRTUAL_NETWORK_NOT_FOUND = _bad("The virtual network {name} does not exist.", SEEN)
VIRTUAL_NETWORK_LOCATION = _bad("The virtual network {name} is in {there}, not in {here} as the hosted service is.")
VIRTUAL_NETWORK_IN_USE = _bad("Cannot delete or modify virtual network while in use '{name}'.", QUOTED)
VIRTUAL_NETWORK_PLACE = _bad(
    "Neither Affinity Group nor Location elemet is specified in virtual network site '{name}'. "
    "Either Affinity Group or Location must be specified for every virtual network.",
    QUOTED,
)  # "elemet" is how it is quoted
VIRTUAL_NETWORK_CHANGE = _bad("The deployment {deployment} cannot be moved from one virtual network to another.")
# ---- gateways and local networks
GATEWAY_NETWORK_NOT_FOUND = _bad(
    "The specified virtual network name '{name}' is not valid or could not be found.", SEEN
)
GATEWAY_SITE_NOT_FOUND = _bad(
    "The specified local network site name '{name}' is not valid or could not be found.", SEEN
)
GATEWAY_STATE = _bad("The current provisioning status of the gateway prevents this operation.", SEEN)
GATEWAY_STATIC = _bad("The current operation or request is invalid against Static-Routing gateway.", SEEN)
GATEWAY_MODE = _bad("This operation is enabled only for the following gateway mode(s): BrooklynLite. ", SEEN)
SHARED_KEY_INVALID = _bad(
    "The specified shared key was not valid. The key must be an alpha-numeric string of 1 to 128 characters. ", SEEN
)
SHARED_KEY_LENGTH = _bad("The specified key length was not valid. It should be a value between 1 and {limit}.")
GATEWAY_DIAGNOSTICS_ACCOUNT = _bad(
    "The specified CustomerStorageName was not valid. It should be the name of a storage account that you have access "
    "to.",
    SEEN,
)
GATEWAY_DIAGNOSTICS_KEY = _bad(
    "The specified CustomerStorageKey was not valid. It should be the unencrypted value of the key used to access the "
    "provided storage account.",
    SEEN,
)
GATEWAY_DIAGNOSTICS_DURATION = _bad(
    "The specified CaptureDurationInSeconds was not valid. It should be an integer which should be a value between 1 "
    "and 300. ",
    SEEN,
)
GATEWAY_DIAGNOSTICS_STORAGE = _bad(
    "The input stoarge information is incorrect. Please check it and retry the public diagnostics again.", SEEN
)
GATEWAY_DIAGNOSTICS_STATE = _bad("The public diagnostics of the gateway are in the state {state}.")
CLIENT_ROOT_CERTIFICATE_MISSING = _missing(
    "There must be at least one client root certificate authority installed on the Gateway"
)
CLIENT_ROOT_CERTIFICATE_NOT_FOUND = _missing("The client root certificate {thumbprint} does not exist.", ASSUMED)
CLIENT_ROOT_CERTIFICATE_EXISTS = _conflict("The client root certificate {thumbprint} already exists.")
CLIENT_ROOT_CERTIFICATE_LIMIT = _bad("A gateway has at most {limit} client root certificates.", DOCUMENTED)
CLIENT_ROOT_CERTIFICATE_INVALID = _bad("The client root certificate is not valid. {why}")
GATEWAY_BUSY = _conflict("Another operation on the gateway is in progress. Please try this operation again later.")
GATEWAY_SUBNET_MISSING = _bad(
    "The virtual network {name} has no subnet of the name GatewaySubnet.", DOCUMENTED
)  # the condition is documented, the words are ours
GATEWAY_PARAMETER = _bad("The specified {name} '{value}' is none of {known}.")
GATEWAY_NAME = _bad("The gateway name '{name}' is invalid.")
GATEWAY_ADDRESS = _bad("The specified IP address '{address}' is not valid.")
GATEWAY_EXISTS = _conflict("A gateway with the name {name} already exists.")
GATEWAY_NOT_FOUND = _missing("The gateway does not exist.")  # recorded of an application gateway
GATEWAY_CONNECTED = _bad("The gateway {name} cannot be deleted while it has a connection.")
GATEWAY_CONNECTION_NOT_FOUND = _missing("The gateway connection does not exist.", ASSUMED)
GATEWAY_CONNECTION_EXISTS = _conflict("A connection between these gateways already exists.")
LOCAL_NETWORK_GATEWAY_NOT_FOUND = _missing("The local network gateway does not exist.", ASSUMED)
VPN_DEVICE_NOT_FOUND = _missing("There is no configuration script for this device.", ASSUMED)

# ---- network configurations
NETWORK_CONFIGURATION_MISSING = _missing("Network configuration does not exist.")
NETWORK_CONFIGURATION_SCHEMA = _bad("XML Schema validation error in network configuration at line 0,0.", SEEN)
NETWORK_CONFIGURATION_BUSY = _conflict(
    "An update to your network configuration is currently underway. Please try this operation again later.", SEEN
)
NETWORK_CONFIGURATION_INVALID = _bad("The network configuration is invalid: {why}")
NETWORK_PREFIX_INVALID = _bad("IP address prefix is not valid", QUOTED)  # quoted for ranges that overlap
SUBNET_NOT_FOUND = _bad("The subnet {subnet} does not exist in the virtual network {name}.")
SUBNET_WITHOUT_NETWORK = _bad("{name} is of a virtual network, and the deployment is in none.")
SUBNET_FULL = _bad("The subnet {name} has no free address left.")
ADDRESS_UNAVAILABLE = _bad("The address {address} is not free in the virtual network {name}.")

# ---- addresses, load balancers and DNS servers of deployments
RESERVED_IP_NOT_FOUND = _missing("The reserved IP {name} does not exist.", ASSUMED)
RESERVED_IP_EXISTS = _conflict("A reserved IP with the name {name} already exists.")
RESERVED_IP_NAME = _bad("The reserved IP name '{name}' is invalid.")
RESERVED_IP_INVALID = _bad("The reserved IP {name} is invalid: {why}")
RESERVED_IP_BUSY = _conflict("Windows Azure is currently performing an operation on the reserved IP {name}.")
RESERVED_IP_IN_USE = _bad(
    "The reserved IP {name} is in use by the deployment {deployment} of the hosted service {service}."
)
RESERVED_IP_LOCATION = _bad("The reserved IP {name} is in {there}, not in {here} as the hosted service is.")
RESERVED_IP_ELSEWHERE = _bad(
    "The reserved IP {name} is not associated with the virtual IP {virtual_ip} of the deployment {deployment}."
)
VIRTUAL_IP_NOT_FOUND = _missing("The virtual IP {name} does not exist in the deployment {deployment}.", ASSUMED)
VIRTUAL_IP_UNKNOWN = _bad("An endpoint is to be behind the virtual IP {name}, which does not exist.")
VIRTUAL_IP_EXISTS = _conflict("The deployment {deployment} has a virtual IP with the name {name} already.")
VIRTUAL_IP_NAME = _bad("The virtual IP name '{name}' is invalid.")
VIRTUAL_IP_RESERVED = _bad("The virtual IP {name} is associated with the reserved IP {reserved} already.")
VIRTUAL_IP_IN_USE = _bad("The virtual IP {name} cannot be removed: {why}")
LOAD_BALANCER_EXISTS = _bad(
    "LoadBalancer already exists: {name}. Only one internal load balancer allowed per deployment.", SEEN
)
LOAD_BALANCER_NOT_FOUND = _missing("The load balancer {name} does not exist in the deployment {deployment}.", ASSUMED)
LOAD_BALANCER_UNKNOWN = _bad("An endpoint is to be behind the load balancer {name}, which does not exist.")
LOAD_BALANCER_NAME = _bad("The load balancer name '{name}' is invalid.")
LOAD_BALANCER_TYPE = _bad("The type '{type}' of the load balancer {name} is not Private.")
LOAD_BALANCER_IN_USE = _bad("The load balancer {name} cannot be removed: an endpoint is behind it.")
DNS_SERVER_NOT_FOUND = _missing("The DNS server {name} does not exist in the deployment {deployment}.", ASSUMED)
DNS_SERVER_EXISTS = _conflict("There is a DNS server with the name {name} already.")
DNS_SERVER_NAME = _bad("The DNS server name '{name}' is invalid.")
DNS_SERVER_ADDRESS = _bad("The address '{address}' of the DNS server {name} is not an IPv4 address.")
NETWORK_INTERFACE_NOT_FOUND = _missing("The network interface {name} does not exist in the role {role}.", ASSUMED)
NETWORK_INTERFACE_NAME = _bad("The network interface name '{name}' is invalid or stands twice.")
IP_FORWARDING_INVALID = _bad("The state '{state}' of IP forwarding is neither Enabled nor Disabled.")
RENAMED = _bad("The {kind} {name} cannot be renamed to {given}.")

# ---- network security groups. What belongs to a subnet is refused with its names, what to a role with the role's.
SUBNET_NETWORK_NOT_FOUND = _missing("The virtual network {name} does not exist.")
SUBNET_NOT_IN_NETWORK = _missing("Subnet name {subnet} was not found in Virtual Network {name}.")
NETWORK_SECURITY_GROUP_NOT_FOUND = _missing("The Network Security Group {name} does not exist.")
NETWORK_SECURITY_GROUP_NAME = _bad("Network Security Group name {name} is invalid.")
NETWORK_SECURITY_GROUP_EXISTS = _bad("The Network Security Group {name} cannot be created. It already exists.")
NETWORK_SECURITY_GROUP_LABEL = _bad("The label of the Network Security Group {name} is longer than {limit} characters.")
NETWORK_SECURITY_GROUP_IN_USE = _bad("The Network Security Group {name} cannot be deleted: {holder} has it assigned.")
NETWORK_SECURITY_GROUP_REGION = _bad(
    "The region {here} specified for the Network Security Group {name} is different than the region {there} that "
    "Virtual Network {network} belongs to, they need to belong to the same region.",
    SEEN,
)
NETWORK_SECURITY_GROUP_ROLE_REGION = _bad(
    "The region {here} specified for the Network Security Group {name} is different than the region {there} that the "
    "hosted service {service} belongs to, they need to belong to the same region."
)
SUBNET_HAS_SECURITY_GROUP = _bad("The virtual network name {id} is already mapped to network security group.", SEEN)
ROLE_HAS_SECURITY_GROUP = _bad("The {kind} {name} is already mapped to network security group.")
NO_SECURITY_GROUP_ON_SUBNET = _missing(
    "The virtual network name {name} and subnet {subnet} does not have any network security group assigned."
)
NO_SECURITY_GROUP_ON_ROLE = _missing("The {kind} {name} does not have any network security group assigned.")
NETWORK_SECURITY_PREFIX_INVALID = _bad(
    "The {which} Address Prefix provided '{prefix}' is invalid. "
    "Please provide correct CIDR address or one of the allowed Address Tags.",
    SEEN,
)  # seen of a source
NETWORK_SECURITY_RULE_NAME = _bad("Network Security Rule name {name} is invalid.")
NETWORK_SECURITY_RULE_INVALID = _bad("The {what} '{value}' of the Network Security Rule {name} is not {wanted}.")
NETWORK_SECURITY_RULE_NOT_FOUND = _missing("The Network Security Rule {name} does not exist.", ASSUMED)
NETWORK_SECURITY_PRIORITY_TAKEN = _bad("The {type} rule {other} has the priority {priority} already.")
NETWORK_SECURITY_RULE_QUOTA = _bad("The Network Security Group {name} has {limit} rules, which is the limit.")

# ---- migration to Resource Manager
DEPLOYMENT_MIGRATING = _bad(
    "Deployment {name} in HostedService {service} is in the process of being migrated and hence cannot be changed.",
    SEEN,
)
MIGRATING = _bad("{kind} {name} is in the process of being migrated and hence cannot be changed.")
MIGRATION_BUSY = _conflict("The migration of {kind} {name} is in the state {state}: an operation is in progress.")
MIGRATION_STATE = _bad("The migration of {kind} {name} is in the state {state}, in which it cannot be {wanted}.")
MIGRATION_VM_STATE = _bad(
    "Migration is not allowed for HostedService {service} because it has VM {role} in State : {status}. Migration is "
    "allowed only when the VM is in one of the following states - Running, Stopped, Stopped Deallocated.",
    SEEN,
)
MIGRATION_OF_WEB_ROLES = _bad(
    "Migration is not supported for Deployment {name} in HostedService {service} because it is a PaaS deployment "
    "(Web/Worker)."
)
MIGRATION_NOT_ALLOWED = _bad("Migration is not allowed for {kind} {name} because {why}.")
MIGRATION_DESTINATION = _bad("The destination of the migration is invalid: {why}.")

# ---- route tables
ROUTE_TABLE_UNNAMED = _bad("Route Table name is null or empty.", SEEN)
ROUTE_TABLE_NAME = _bad("Route Table name {name} is invalid.")
ROUTE_TABLE_NOT_FOUND = _missing("The Route Table {name} does not exist.")
ROUTE_TABLE_EXISTS = _bad(
    "The Route Table {name} cannot be created. A Route Table with the specified name already exists."
)
ROUTE_TABLE_IN_USE = _bad("The Route Table {name} cannot be deleted: the subnet {subnet} of {network} is associated.")
ROUTE_TABLE_REGION = _bad(
    "The region {here} specified for the Route Table {name} is different than the region {there} that "
    "Virtual Network {network} belongs to, they need to belong to the same region."
)
NO_ROUTE_TABLE_ON_SUBNET = _missing(
    "The virtual network name {name} and subnet {subnet} does not have any Route Table associated."
)
ROUTE_NAME = _bad("Route name {name} is invalid.", SEEN)
ROUTE_NOT_FOUND = _missing("The Route {name} does not exist.")
ROUTE_EXISTS = _bad(
    "The Route {table} cannot be added to Route Table {name}. A Route with the specified name already exists.", SEEN
)  # the service itself exchanged the two names
ROUTE_QUOTA = _bad("The Route Table {name} has {limit} routes, which is the limit.")
# Until other routes than the default one were possible, their refusals were about that (assumption 231).
_ROUTES = "2015-04-01"
_DEFAULT_ROUTE = Earlier(
    _ROUTES, "The address prefix {prefix} is not supported yet. Please use address prefix 0.0.0.0/0."
)
ROUTE_PREFIX_MISSING = _bad(
    "The address prefix is a mandatory parameter, but it is not specified.", SEEN, _DEFAULT_ROUTE
)
ROUTE_PREFIX_INVALID = _bad(
    "The address prefix {prefix} is invalid. Please use valid CIDR notation.", SEEN, _DEFAULT_ROUTE
)
NEXT_HOP_MISSING = _bad(
    "The next hop is a mandatory parameter, but it is not specified.",
    SEEN,
    Earlier(_ROUTES, "The next hop type is not specified. Please use next hop types VPNGateway,Backend."),
)
NEXT_HOP_INVALID = _bad(
    "The next hop type is invalid. Please use next hop types VPNGateway, VirtualAppliance, Internet, VNETLocal, Null.",
    SEEN,
    Earlier(_ROUTES, "The next hop type {type} is not supported yet. Please use next hop type VPNGateway."),
)
NEXT_HOP_ADDRESS = _bad("The next hop IP address '{address}' is invalid for the next hop type {type}.")

# ---- Traffic Manager
PROFILE_NOT_FOUND = _missing("The specified profile name {name} does not exist.")
NO_PROFILES = _missing("The specified subscription {subscription} does not exist")
PROFILE_DOMAIN_INVALID = _bad(
    "A policy with the requested domain name could not be created because the name {name} does not end with the "
    "expected value .trafficmanager.net.",
    SEEN,
)
PROFILE_PREFIX_INVALID = _bad("The domain name {name} is invalid.")
PROFILE_DOMAIN_TAKEN = _conflict("A policy with the requested domain name {name} already exists.")
PROFILE_NAME = _bad("The profile name {name} is invalid.")
PROFILE_EXISTS = _conflict("A profile with the name {name} already exists.")
PROFILE_STATUS = _bad("The status '{status}' is neither Enabled nor Disabled.")
PROFILE_UNDEFINED = _bad("The profile {name} has no definition of version {version}.")
DEFINITION_NOT_FOUND = _missing("The profile {name} does not have a definition.", ASSUMED)
DEFINITION_INVALID = _bad("The definition is invalid: {why}")

# ---- storage accounts
STORAGE_ACCOUNT_NOT_FOUND = _missing(
    "The storage account '{name}' was not found.",
    earlier=Earlier("2013-03-01", "The requested storage account '{name}' was not found."),
)  # that the version tells the two apart is assumption 232
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
    Earlier(
        "2014-10-01",
        "Storage account {name} has  container(s) which have an active image and/or disk artifacts. "
        "Ensure those artifacts are removed from the image repository before deleting this storage account.",
    ),
)  # that the version tells the two apart is assumption 232
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
OS_STATE_INVALID = _bad("The state '{state}' of the operating system is neither Generalized nor Specialized.")
VM_IMAGE_DISK_NOT_FOUND = _bad("The image {name} has no data disk {disk}.")
VM_IMAGE_BUSY = _conflict("The image {name} is in the state {state}.")
VM_IMAGE_LUNS = _bad("The LUNs of the data disks {luns} are not distinct or fit.")
SHARING_PERMISSION_INVALID = _bad("The permission '{permission}' is none of {known}.")
IMAGE_NOT_REPLICATED = _bad(
    "The image {name} has to be replicated before it is shared.", DOCUMENTED
)  # the condition is documented, the words are ours
CAPTURE_ACTION_INVALID = _bad("The PostCaptureAction '{action}' is neither Delete nor Reprovision.")
CAPTURE_NEEDS_STOPPED = _bad("The role {role} is in the state {state}: it has to be stopped before it is captured.")
OS_INVALID = _bad("The operating system '{os}' is neither Linux nor Windows.")
MEDIA_LINK_INVALID = _bad("The media link '{url}' is not the address of a blob in a storage account.")
MEDIA_LINK_LOCATION = _bad(
    "The storage account {account} of the media link is in {location}, not in {expected} as the service is."
)
MEDIA_LINK_NOT_FOUND = _bad("The blob {url} does not exist.")
MEDIA_LINK_ACCOUNT = _bad("The storage account {account} of the media link does not belong to this subscription.")
VHD_INVALID = _bad("The blob {url} is not a fixed VHD: {why}")
MEDIA_LINK_EXISTS = _conflict("A blob with the media link {url} exists already.")
BLOB_EXISTS = _conflict("The blob {url} exists, and is not to be overwritten.")
STORAGE_UNUSABLE = Refusal("InternalError", 500, "The storage at {url} cannot be used: {why}", ASSUMED)
BLOB_NOT_WRITTEN = Refusal("InternalError", 500, "The blob {url} could not be written.", ASSUMED)
DISK_NOT_FOUND = _missing("The disk with the specified name does not exist.", ASSUMED)
DISK_EXISTS = _conflict("A disk with the name {name} already exists.")
DISK_NAME = _bad("The disk name '{name}' is invalid.")
DISK_IN_USE = _bad(
    "A disk with name {name} is currently in use by virtual machine {role} running within hosted service {service}, "
    "deployment {deployment}.",
    QUOTED,
)
DISK_SHRINK = _bad("The disk {name} has {size} GB and cannot be made smaller.")

# ---- Service Bus: whatever it refuses, the front end says no more than this
_DOWNLEVEL = "Request to a downlevel service failed."
SERVICE_BUS_NAMESPACE_NOT_FOUND = _missing(_DOWNLEVEL)
SERVICE_BUS_NAMESPACE_TAKEN = Refusal("ForbiddenError", 403, _DOWNLEVEL, SEEN)
SERVICE_BUS_NAMESPACE_QUOTA = Refusal("ForbiddenError", 403, _DOWNLEVEL, ASSUMED)
SERVICE_BUS_NAMESPACE_INVALID = _bad(_DOWNLEVEL)  # its name, its region or its type
SERVICE_BUS_NAMESPACE_INACTIVE = _conflict(_DOWNLEVEL)  # nothing is made in one that is not Active
SERVICE_BUS_RULE_NOT_FOUND = _missing(_DOWNLEVEL, ASSUMED)
SERVICE_BUS_RULE_EXISTS = _conflict(_DOWNLEVEL)
SERVICE_BUS_RULE_INVALID = _bad(_DOWNLEVEL)
SERVICE_BUS_ENTITY_NOT_FOUND = _missing(_DOWNLEVEL, ASSUMED)
SERVICE_BUS_ENTITY_EXISTS = _conflict(_DOWNLEVEL)
SERVICE_BUS_ENTITY_INVALID = _bad(_DOWNLEVEL)
SERVICE_BUS_METRIC_NOT_FOUND = _missing(_DOWNLEVEL, ASSUMED)  # nor a rollup of that name

# ---- public addresses of machines
PUBLIC_IP_INVALID = _bad("The public IP {name} is invalid: {why}")

# ---- names, labels and properties
LABEL_INVALID = _bad("The label is invalid: {why}")
DESCRIPTION_TOO_LONG = _bad("The description is longer than {limit} characters.", DOCUMENTED)
EXTENDED_PROPERTY_INVALID = _bad("The extended property '{name}' is invalid: {why}", DOCUMENTED)
TOO_MANY_EXTENDED_PROPERTIES = _bad("There are more than {limit} extended properties.", DOCUMENTED)


def catalogue() -> dict[str, Refusal]:
    """All refusals by the name of their constant, in the order of this module and then of those of its parts."""
    from emulator.domain import (  # noqa: PLC0415 - made of what stands here
        errors_application_gateways,
        errors_scheduler,
        errors_sql,
        errors_web,
    )

    modules = errors_application_gateways, errors_scheduler, errors_sql, errors_web
    parts = globals(), *(vars(module) for module in modules)
    return {name: value for part in parts for name, value in part.items() if isinstance(value, Refusal)}
