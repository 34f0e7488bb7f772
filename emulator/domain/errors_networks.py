"""The refusals of networks, of what is in them, and of Traffic Manager: part of the catalogue of `errors`."""

from __future__ import annotations

from emulator.domain.refusals import ASSUMED, DOCUMENTED, QUOTED, SEEN, Earlier, bad, conflict, missing

# ---- virtual networks
VIRTUAL_NETWORK_NOT_FOUND = bad("The virtual network {name} does not exist.", SEEN)
VIRTUAL_NETWORK_LOCATION = bad("The virtual network {name} is in {there}, not in {here} as the hosted service is.")
VIRTUAL_NETWORK_IN_USE = bad("Cannot delete or modify virtual network while in use '{name}'.", QUOTED)
VIRTUAL_NETWORK_PLACE = bad(
    "Neither Affinity Group nor Location elemet is specified in virtual network site '{name}'. "
    "Either Affinity Group or Location must be specified for every virtual network.",
    QUOTED,
)  # "elemet" is how it is quoted
VIRTUAL_NETWORK_CHANGE = bad("The deployment {deployment} cannot be moved from one virtual network to another.")
# ---- gateways and local networks
GATEWAY_NETWORK_NOT_FOUND = bad("The specified virtual network name '{name}' is not valid or could not be found.", SEEN)
GATEWAY_SITE_NOT_FOUND = bad("The specified local network site name '{name}' is not valid or could not be found.", SEEN)
GATEWAY_STATE = bad("The current provisioning status of the gateway prevents this operation.", SEEN)
GATEWAY_STATIC = bad("The current operation or request is invalid against Static-Routing gateway.", SEEN)
GATEWAY_MODE = bad("This operation is enabled only for the following gateway mode(s): BrooklynLite. ", SEEN)
SHARED_KEY_INVALID = bad(
    "The specified shared key was not valid. The key must be an alpha-numeric string of 1 to 128 characters. ", SEEN
)
SHARED_KEY_LENGTH = bad("The specified key length was not valid. It should be a value between 1 and {limit}.")
GATEWAY_DIAGNOSTICS_ACCOUNT = bad(
    "The specified CustomerStorageName was not valid. It should be the name of a storage account that you have access "
    "to.",
    SEEN,
)
GATEWAY_DIAGNOSTICS_KEY = bad(
    "The specified CustomerStorageKey was not valid. It should be the unencrypted value of the key used to access the "
    "provided storage account.",
    SEEN,
)
GATEWAY_DIAGNOSTICS_DURATION = bad(
    "The specified CaptureDurationInSeconds was not valid. It should be an integer which should be a value between 1 "
    "and 300. ",
    SEEN,
)
GATEWAY_DIAGNOSTICS_STORAGE = bad(
    "The input stoarge information is incorrect. Please check it and retry the public diagnostics again.", SEEN
)
GATEWAY_DIAGNOSTICS_STATE = bad("The public diagnostics of the gateway are in the state {state}.")
CLIENT_ROOT_CERTIFICATE_MISSING = missing(
    "There must be at least one client root certificate authority installed on the Gateway"
)
CLIENT_ROOT_CERTIFICATE_NOT_FOUND = missing("The client root certificate {thumbprint} does not exist.", ASSUMED)
CLIENT_ROOT_CERTIFICATE_EXISTS = conflict("The client root certificate {thumbprint} already exists.")
CLIENT_ROOT_CERTIFICATE_LIMIT = bad("A gateway has at most {limit} client root certificates.", DOCUMENTED)
CLIENT_ROOT_CERTIFICATE_INVALID = bad("The client root certificate is not valid. {why}")
GATEWAY_BUSY = conflict("Another operation on the gateway is in progress. Please try this operation again later.")
GATEWAY_SUBNET_MISSING = bad(
    "The virtual network {name} has no subnet of the name GatewaySubnet.", DOCUMENTED
)  # the condition is documented, the words are ours
GATEWAY_PARAMETER = bad("The specified {name} '{value}' is none of {known}.")
GATEWAY_NAME = bad("The gateway name '{name}' is invalid.")
GATEWAY_ADDRESS = bad("The specified IP address '{address}' is not valid.")
GATEWAY_EXISTS = conflict("A gateway with the name {name} already exists.")
GATEWAY_NOT_FOUND = missing("The gateway does not exist.")  # recorded of an application gateway
GATEWAY_CONNECTED = bad("The gateway {name} cannot be deleted while it has a connection.")
GATEWAY_CONNECTION_NOT_FOUND = missing("The gateway connection does not exist.", ASSUMED)
GATEWAY_CONNECTION_EXISTS = conflict("A connection between these gateways already exists.")
LOCAL_NETWORK_GATEWAY_NOT_FOUND = missing("The local network gateway does not exist.", ASSUMED)
VPN_DEVICE_NOT_FOUND = missing("There is no configuration script for this device.", ASSUMED)

# ---- network configurations
NETWORK_CONFIGURATION_MISSING = missing("Network configuration does not exist.")
NETWORK_CONFIGURATION_SCHEMA = bad("XML Schema validation error in network configuration at line 0,0.", SEEN)
NETWORK_CONFIGURATION_BUSY = conflict(
    "An update to your network configuration is currently underway. Please try this operation again later.", SEEN
)
NETWORK_CONFIGURATION_INVALID = bad("The network configuration is invalid: {why}")
NETWORK_PREFIX_INVALID = bad("IP address prefix is not valid", QUOTED)  # quoted for ranges that overlap
SUBNET_NOT_FOUND = bad("The subnet {subnet} does not exist in the virtual network {name}.")
SUBNET_WITHOUT_NETWORK = bad("{name} is of a virtual network, and the deployment is in none.")
SUBNET_FULL = bad("The subnet {name} has no free address left.")
ADDRESS_UNAVAILABLE = bad("The address {address} is not free in the virtual network {name}.")

# ---- addresses, load balancers and DNS servers of deployments
RESERVED_IP_NOT_FOUND = missing("The reserved IP {name} does not exist.", ASSUMED)
RESERVED_IP_EXISTS = conflict("A reserved IP with the name {name} already exists.")
RESERVED_IP_NAME = bad("The reserved IP name '{name}' is invalid.")
RESERVED_IP_INVALID = bad("The reserved IP {name} is invalid: {why}")
RESERVED_IP_BUSY = conflict("Windows Azure is currently performing an operation on the reserved IP {name}.")
RESERVED_IP_IN_USE = bad(
    "The reserved IP {name} is in use by the deployment {deployment} of the hosted service {service}."
)
RESERVED_IP_LOCATION = bad("The reserved IP {name} is in {there}, not in {here} as the hosted service is.")
RESERVED_IP_ELSEWHERE = bad(
    "The reserved IP {name} is not associated with the virtual IP {virtual_ip} of the deployment {deployment}."
)
VIRTUAL_IP_NOT_FOUND = missing("The virtual IP {name} does not exist in the deployment {deployment}.", ASSUMED)
VIRTUAL_IP_UNKNOWN = bad("An endpoint is to be behind the virtual IP {name}, which does not exist.")
VIRTUAL_IP_EXISTS = conflict("The deployment {deployment} has a virtual IP with the name {name} already.")
VIRTUAL_IP_NAME = bad("The virtual IP name '{name}' is invalid.")
VIRTUAL_IP_RESERVED = bad("The virtual IP {name} is associated with the reserved IP {reserved} already.")
VIRTUAL_IP_IN_USE = bad("The virtual IP {name} cannot be removed: {why}")
LOAD_BALANCER_EXISTS = bad(
    "LoadBalancer already exists: {name}. Only one internal load balancer allowed per deployment.", SEEN
)
LOAD_BALANCER_NOT_FOUND = missing("The load balancer {name} does not exist in the deployment {deployment}.", ASSUMED)
LOAD_BALANCER_UNKNOWN = bad("An endpoint is to be behind the load balancer {name}, which does not exist.")
LOAD_BALANCER_NAME = bad("The load balancer name '{name}' is invalid.")
LOAD_BALANCER_TYPE = bad("The type '{type}' of the load balancer {name} is not Private.")
LOAD_BALANCER_IN_USE = bad("The load balancer {name} cannot be removed: an endpoint is behind it.")
DNS_SERVER_NOT_FOUND = missing("The DNS server {name} does not exist in the deployment {deployment}.", ASSUMED)
DNS_SERVER_EXISTS = conflict("There is a DNS server with the name {name} already.")
DNS_SERVER_NAME = bad("The DNS server name '{name}' is invalid.")
DNS_SERVER_ADDRESS = bad("The address '{address}' of the DNS server {name} is not an IPv4 address.")
NETWORK_INTERFACE_NOT_FOUND = missing("The network interface {name} does not exist in the role {role}.", ASSUMED)
NETWORK_INTERFACE_NAME = bad("The network interface name '{name}' is invalid or stands twice.")
IP_FORWARDING_INVALID = bad("The state '{state}' of IP forwarding is neither Enabled nor Disabled.")
RENAMED = bad("The {kind} {name} cannot be renamed to {given}.")

# ---- network security groups. What belongs to a subnet is refused with its names, what to a role with the role's.
SUBNET_NETWORK_NOT_FOUND = missing("The virtual network {name} does not exist.")
SUBNET_NOT_IN_NETWORK = missing("Subnet name {subnet} was not found in Virtual Network {name}.")
NETWORK_SECURITY_GROUP_NOT_FOUND = missing("The Network Security Group {name} does not exist.")
NETWORK_SECURITY_GROUP_NAME = bad("Network Security Group name {name} is invalid.")
NETWORK_SECURITY_GROUP_EXISTS = bad("The Network Security Group {name} cannot be created. It already exists.")
NETWORK_SECURITY_GROUP_LABEL = bad("The label of the Network Security Group {name} is longer than {limit} characters.")
NETWORK_SECURITY_GROUP_IN_USE = bad("The Network Security Group {name} cannot be deleted: {holder} has it assigned.")
NETWORK_SECURITY_GROUP_REGION = bad(
    "The region {here} specified for the Network Security Group {name} is different than the region {there} that "
    "Virtual Network {network} belongs to, they need to belong to the same region.",
    SEEN,
)
NETWORK_SECURITY_GROUP_ROLE_REGION = bad(
    "The region {here} specified for the Network Security Group {name} is different than the region {there} that the "
    "hosted service {service} belongs to, they need to belong to the same region."
)
SUBNET_HAS_SECURITY_GROUP = bad("The virtual network name {id} is already mapped to network security group.", SEEN)
ROLE_HAS_SECURITY_GROUP = bad("The {kind} {name} is already mapped to network security group.")
NO_SECURITY_GROUP_ON_SUBNET = missing(
    "The virtual network name {name} and subnet {subnet} does not have any network security group assigned."
)
NO_SECURITY_GROUP_ON_ROLE = missing("The {kind} {name} does not have any network security group assigned.")
NETWORK_SECURITY_PREFIX_INVALID = bad(
    "The {which} Address Prefix provided '{prefix}' is invalid. "
    "Please provide correct CIDR address or one of the allowed Address Tags.",
    SEEN,
)  # seen of a source
NETWORK_SECURITY_RULE_NAME = bad("Network Security Rule name {name} is invalid.")
NETWORK_SECURITY_RULE_INVALID = bad("The {what} '{value}' of the Network Security Rule {name} is not {wanted}.")
NETWORK_SECURITY_RULE_NOT_FOUND = missing("The Network Security Rule {name} does not exist.", ASSUMED)
NETWORK_SECURITY_PRIORITY_TAKEN = bad("The {type} rule {other} has the priority {priority} already.")
NETWORK_SECURITY_RULE_QUOTA = bad("The Network Security Group {name} has {limit} rules, which is the limit.")

# ---- route tables
ROUTE_TABLE_UNNAMED = bad("Route Table name is null or empty.", SEEN)
ROUTE_TABLE_NAME = bad("Route Table name {name} is invalid.")
ROUTE_TABLE_NOT_FOUND = missing("The Route Table {name} does not exist.")
ROUTE_TABLE_EXISTS = bad(
    "The Route Table {name} cannot be created. A Route Table with the specified name already exists."
)
ROUTE_TABLE_IN_USE = bad("The Route Table {name} cannot be deleted: the subnet {subnet} of {network} is associated.")
ROUTE_TABLE_REGION = bad(
    "The region {here} specified for the Route Table {name} is different than the region {there} that "
    "Virtual Network {network} belongs to, they need to belong to the same region."
)
NO_ROUTE_TABLE_ON_SUBNET = missing(
    "The virtual network name {name} and subnet {subnet} does not have any Route Table associated."
)
ROUTE_NAME = bad("Route name {name} is invalid.", SEEN)
ROUTE_NOT_FOUND = missing("The Route {name} does not exist.")
ROUTE_EXISTS = bad(
    "The Route {table} cannot be added to Route Table {name}. A Route with the specified name already exists.", SEEN
)  # the service itself exchanged the two names
ROUTE_QUOTA = bad("The Route Table {name} has {limit} routes, which is the limit.")
# Until other routes than the default one were possible, their refusals were about that (assumption 231).
_ROUTES = "2015-04-01"
_DEFAULT_ROUTE = Earlier(
    _ROUTES, "The address prefix {prefix} is not supported yet. Please use address prefix 0.0.0.0/0."
)
ROUTE_PREFIX_MISSING = bad(
    "The address prefix is a mandatory parameter, but it is not specified.", SEEN, _DEFAULT_ROUTE
)
ROUTE_PREFIX_INVALID = bad(
    "The address prefix {prefix} is invalid. Please use valid CIDR notation.", SEEN, _DEFAULT_ROUTE
)
NEXT_HOP_MISSING = bad(
    "The next hop is a mandatory parameter, but it is not specified.",
    SEEN,
    Earlier(_ROUTES, "The next hop type is not specified. Please use next hop types VPNGateway,Backend."),
)
NEXT_HOP_INVALID = bad(
    "The next hop type is invalid. Please use next hop types VPNGateway, VirtualAppliance, Internet, VNETLocal, Null.",
    SEEN,
    Earlier(_ROUTES, "The next hop type {type} is not supported yet. Please use next hop type VPNGateway."),
)
NEXT_HOP_ADDRESS = bad("The next hop IP address '{address}' is invalid for the next hop type {type}.")

# ---- Traffic Manager
PROFILE_NOT_FOUND = missing("The specified profile name {name} does not exist.")
NO_PROFILES = missing("The specified subscription {subscription} does not exist")
PROFILE_DOMAIN_INVALID = bad(
    "A policy with the requested domain name could not be created because the name {name} does not end with the "
    "expected value .trafficmanager.net.",
    SEEN,
)
PROFILE_PREFIX_INVALID = bad("The domain name {name} is invalid.")
PROFILE_DOMAIN_TAKEN = conflict("A policy with the requested domain name {name} already exists.")
PROFILE_NAME = bad("The profile name {name} is invalid.")
PROFILE_EXISTS = conflict("A profile with the name {name} already exists.")
PROFILE_STATUS = bad("The status '{status}' is neither Enabled nor Disabled.")
PROFILE_UNDEFINED = bad("The profile {name} has no definition of version {version}.")
DEFINITION_NOT_FOUND = missing("The profile {name} does not have a definition.", ASSUMED)
DEFINITION_INVALID = bad("The definition is invalid: {why}")

# ---- public addresses of machines
PUBLIC_IP_INVALID = bad("The public IP {name} is invalid: {why}")
