"""A service configuration as values: what a .cscfg file says of the roles and the network of one hosted service.

Knows no XML and no file: `wire/configuration.py` reads one into these values.
"""

from msgspec import Struct


class Setting(Struct, frozen=True):
    """One configuration setting of a role; the value may be empty."""

    name: str
    value: str


class CertificateReference(Struct, frozen=True):
    """A certificate that a role needs installed; the thumbprint is kept as it was written."""

    name: str
    thumbprint: str
    thumbprint_algorithm: str


class RoleConfiguration(Struct, frozen=True, kw_only=True):
    """How many instances of one role there are to be, and what they are given.

    `vm_name` is the prefix of the computers' names, `os_image` the image of the old VM role.
    """

    name: str
    vm_name: str | None = None
    instance_count: int
    settings: tuple[Setting, ...] = ()
    certificates: tuple[CertificateReference, ...] = ()
    os_image: str | None = None


class AccessControlRule(Struct, frozen=True):
    """One line of an access control list: `action` is `permit` or `deny`, the lowest `order` is tried first."""

    order: int
    action: str
    remote_subnet: str
    description: str | None = None


class AccessControl(Struct, frozen=True):
    """A named access control list."""

    name: str
    rules: tuple[AccessControlRule, ...] = ()


class EndpointAcl(Struct, frozen=True):
    """Puts the access control list of that name before one input endpoint of a role."""

    role: str
    endpoint: str
    access_control: str


class DnsServer(Struct, frozen=True):
    """A name server for every instance of the deployment."""

    name: str
    ip_address: str


class InstanceAddress(Struct, frozen=True):
    """The subnets of the virtual network that a role's instances take their addresses from."""

    role_name: str
    subnets: tuple[str, ...] = ()


class ReservedIP(Struct, frozen=True):
    """A reserved address, by name, that the deployment takes as its public one."""

    name: str


class AddressAssignments(Struct, frozen=True):
    """Which addresses the deployment gets, inside and outside."""

    instance_addresses: tuple[InstanceAddress, ...] = ()
    reserved_ips: tuple[ReservedIP, ...] = ()


class NetworkConfiguration(Struct, frozen=True, kw_only=True):
    """What a configuration says of the network; every part of it may be absent."""

    access_controls: tuple[AccessControl, ...] = ()
    endpoint_acls: tuple[EndpointAcl, ...] = ()
    dns_servers: tuple[DnsServer, ...] = ()
    virtual_network_site: str | None = None
    address_assignments: AddressAssignments = AddressAssignments()


class ServiceConfiguration(Struct, frozen=True, kw_only=True):
    """A whole configuration. The defaults are those of the schema: guest OS family 1, its newest version (`*`)."""

    service_name: str
    os_family: str = "1"
    os_version: str = "*"
    schema_version: str | None = None
    roles: tuple[RoleConfiguration, ...]
    network: NetworkConfiguration | None = None

    @property
    def instance_count(self) -> int:
        """The number of role instances that the whole deployment has."""
        return sum(role.instance_count for role in self.roles)

    def role(self, name: str) -> RoleConfiguration | None:
        """Return the role of that name, or None; letters count without regard to case, as in `role_key`."""
        return next((role for role in self.roles if role_key(role.name) == role_key(name)), None)


def role_key(name: str) -> str:
    """Return what two spellings of one role's name have in common.

    Assumed: no source says whether `WebRole1` and `webrole1` were one role; they share a folder on Windows.
    """
    return name.casefold()
