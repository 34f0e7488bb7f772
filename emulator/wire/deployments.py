"""Deployments and their role instances, as they are asked for and as they are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from emulator.domain import addresses, deployments, errors, networking, updates, web_roles
from emulator.domain.lifecycle import INSTANCE_LIFECYCLES, UPDATE_FACES, Face
from emulator.domain.network_records import VirtualNetwork
from emulator.domain.records import Deployment, HostedService, InputEndpoint, Role, RoleInstance, Update
from emulator.domain.web_roles import ConfigurationDocument
from emulator.wire.common import EXTENDED_PROPERTIES_IN, extended_properties_out, nothing
from emulator.wire.configuration import ConfigurationError, normalised, read_configuration
from emulator.wire.configuration_text import write_configuration
from emulator.wire.contract import Contract, child, column, group, many
from emulator.wire.dns_servers import dns
from emulator.wire.extensions import EXTENSION_CONFIGURATION_IN, extension_configuration_out
from emulator.wire.guest_agent import GUEST_AGENT_STATUS, RESOURCE_EXTENSION_STATUS_LIST, once_up
from emulator.wire.load_balancers import LOAD_BALANCERS
from emulator.wire.machines import EXTENSION_REFERENCES, LOCAL_HARD_DISKS, PROBE, RULE, SETTINGS
from emulator.wire.network_interfaces import INSTANCE_NETWORK_INTERFACES, NETWORK_OUT
from emulator.wire.public_ips import PUBLIC_IPS_OF_INSTANCE
from emulator.wire.role_instances import with_counts
from emulator.wire.values import BASE64, BOOLEAN, DATE, INTEGER, TEXT, Value, write_date
from emulator.wire.virtual_ips import RESERVED_IP_NAME, VIRTUAL_IPS, vip, virtual_ip_name
from emulator.wire.writing import Context

# ---- as they are asked for


def _read_configuration(text: str) -> ConfigurationDocument:
    raw = BASE64.read(text)
    try:
        return ConfigurationDocument(normalised(raw), read_configuration(raw))
    except ConfigurationError as error:
        raise ValueError(f"not a valid service configuration: {error}") from None


CONFIGURATION = Value(_read_configuration, lambda document: BASE64.write(document.text))
"""A service configuration, read through to its roles."""

CREATE_DEPLOYMENT = Contract(
    "CreateDeployment",
    deployments.CreateDeployment,
    (
        column("Name", required=True),
        column("PackageUrl", required=True),
        column("Label", BASE64, required=True),
        column("Configuration", CONFIGURATION, required=True),
        column("StartDeployment", BOOLEAN, since="2010-04-01"),
        column("TreatWarningsAsError", BOOLEAN, since="2011-04-01"),
        EXTENDED_PROPERTIES_IN,
        EXTENSION_CONFIGURATION_IN,
    ),
)

UPDATE_DEPLOYMENT_STATUS = Contract(
    "UpdateDeploymentStatus", deployments.UpdateDeploymentStatus, (column("Status", required=True),)
)

SWAP = Contract("Swap", deployments.Swap, (column("Production"), column("SourceDeployment", required=True)))


# ---- as they are shown: every column is about (service, deployment), (deployment, instance) or (deployment, role)

Shown = tuple[HostedService, Deployment]

WITHOUT_ENDPOINT_LIST = "2015-04-01"
"""The oldest x-ms-version in which a deployment with endpoints was recorded: it has no list of them."""

DEALLOCATED_SINCE = "2013-06-01"
"""The first x-ms-version that lists instances without resources, and deployments that have no others."""


def _url(shown: Shown, _context: Context) -> str:
    """In production the service's name leads to a deployment, in staging its private id."""
    service, deployment = shown
    return f"http://{service.name if deployment.slot == 'Production' else deployment.private_id}.cloudapp.net/"


_MADE_UP = (
    '<ServiceConfiguration xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns="http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration">'
)


def _configuration(shown: Shown, _context: Context) -> bytes:
    return configuration_of(shown[1])


def configuration_of(deployment: Deployment) -> bytes:
    """Give back the configuration as it came, less the instances deleted, or as the service has changed it.

    For machines, it is what the service made up.
    """
    if deployment.configuration is not None:
        text = deployment.configuration_text
        if not text:
            return write_configuration(deployment.configuration)
        return with_counts(text, deployment.configuration) if deployment.recounted else text
    lines = [_MADE_UP]
    for role in deployment.roles.values():
        lines += [f'  <Role name="{role.role_name}">', '    <Instances count="1" />', "  </Role>"]
    return "\r\n".join([*lines, "</ServiceConfiguration>"]).encode()


def _face(instance: RoleInstance) -> Face:
    return INSTANCE_LIFECYCLES[instance.kind][1][instance.state]


def _placed(name: str) -> Any:
    """Return what an instance has only while it has resources."""
    return lambda pair, _context: None if pair[1].state == "deallocated" else getattr(pair[1], name)


def _details(pair: tuple[Deployment, RoleInstance], _context: Context) -> str | None:
    if pair[1].state == "deallocated":
        return None
    return _face(pair[1]).details.format(now=write_date(pair[1].since))


def _role_endpoints(deployment: Deployment, role: Role) -> list[tuple[Deployment, InputEndpoint]]:
    return [(deployment, endpoint) for endpoint in role.input_endpoints]


def _instance_endpoints(pair: tuple[Deployment, RoleInstance], _context: Context) -> Any:
    """Show the role's endpoints, and those that this instance has for itself, at its own port of their range."""
    deployment, instance = pair
    role = deployment.roles[instance.role_name.lower()]
    number = int(instance.instance_name.rpartition("_")[2]) if role.instance_input_endpoints else 0
    own = [
        (deployment, InputEndpoint(one.name, one.protocol, one.local_port, one.first_port + number))
        for one in role.instance_input_endpoints
        if one.first_port + number <= one.last_port
    ]
    return [*_role_endpoints(deployment, role), *own] or None


def _all_endpoints(shown: Shown, _context: Context) -> Any:
    """List the load-balanced endpoints of web and worker roles. Machines have no such list, as recorded."""
    deployment = shown[1]
    if deployment.of_virtual_machines:
        return None
    return [(deployment, role, one) for role in deployment.roles.values() for one in role.input_endpoints] or None


INSTANCE_ENDPOINT = Contract(
    "InstanceEndpoint",
    nothing,
    (
        column("Name", get=lambda p, _c: p[1].name),
        column("Vip", get=lambda p, _c: vip(*p)),
        column("PublicPort", INTEGER, get=lambda p, _c: p[1].port),
        column("LocalPort", INTEGER, get=lambda p, _c: p[1].local_port),
        column("Protocol", get=lambda p, _c: p[1].protocol),
        column("IdleTimeoutInMinutes", INTEGER, get=lambda p, _c: p[1].idle_timeout_in_minutes, since="2014-06-01"),
    ),
)

ROLE_INSTANCE = Contract(
    "RoleInstance",
    nothing,
    (
        column("RoleName", get=lambda p, _c: p[1].role_name),
        column("InstanceName", get=lambda p, _c: p[1].instance_name),
        column("InstanceStatus", get=lambda p, _c: _face(p[1]).instance_status),
        column("InstanceUpgradeDomain", INTEGER, get=_placed("instance_upgrade_domain"), since="2011-06-01"),
        column("InstanceFaultDomain", INTEGER, get=_placed("instance_fault_domain"), since="2011-06-01"),
        column("InstanceSize", get=_placed("instance_size"), since="2011-06-01"),
        column("InstanceStateDetails", get=_details, since="2011-10-01"),
        column("IpAddress", get=_placed("ip_address"), since="2012-03-01"),
        many("InstanceEndpoints", INSTANCE_ENDPOINT, get=_instance_endpoints, since="2011-06-01"),
        column("PowerState", get=lambda p, _c: _face(p[1]).power_state, since="2012-03-01"),
        column("HostName", get=once_up("host_name"), since="2012-03-01"),
        column(
            "RemoteAccessCertificateThumbprint",
            get=once_up("remote_access_certificate_thumbprint", "deallocated"),
            since="2012-08-01",
        ),
        GUEST_AGENT_STATUS,
        RESOURCE_EXTENSION_STATUS_LIST,
        INSTANCE_NETWORK_INTERFACES,
        PUBLIC_IPS_OF_INSTANCE,
    ),
)


def _of_machines(name: str) -> Any:
    """Return what the endpoint of a machine shows, and that of a web or worker role does not, as recorded."""
    return lambda pair, _context: getattr(pair[1], name) if pair[0].of_virtual_machines else None


INPUT_ENDPOINT = Contract(
    "InputEndpoint",
    nothing,
    (
        column("LoadBalancedEndpointSetName", get=lambda p, _c: p[1].load_balanced_endpoint_set_name),
        column("LocalPort", INTEGER, get=_of_machines("local_port")),
        column("Name", get=_of_machines("name")),
        column("Port", INTEGER, get=lambda p, _c: p[1].port),
        child("LoadBalancerProbe", PROBE, get=lambda p, _c: p[1].load_balancer_probe),
        column("Protocol", get=lambda p, _c: p[1].protocol),
        column("Vip", get=lambda p, _c: vip(*p)),
        column("EnableDirectServerReturn", BOOLEAN, get=_of_machines("enable_direct_server_return")),
        group("EndpointAcl", many("Rules", RULE), get=lambda p, _c: p[1] if p[1].rules else None),
        column("LoadBalancerName", get=lambda p, _c: p[1].load_balancer_name, since="2014-05-01"),
        column("IdleTimeoutInMinutes", INTEGER, get=lambda p, _c: p[1].idle_timeout_in_minutes, since="2014-06-01"),
        column("LoadBalancerDistribution", get=lambda p, _c: p[1].load_balancer_distribution, since="2014-06-01"),
        column("VirtualIPName", get=lambda p, _c: virtual_ip_name(*p), since="2014-05-01"),
    ),
)


DEPLOYMENT_INPUT_ENDPOINT = Contract(
    "InputEndpoint",
    nothing,
    (
        column("RoleName", get=lambda t, _c: t[1].role_name),
        column("Vip", get=lambda t, _c: vip(t[0], t[2])),
        column("Port", INTEGER, get=lambda t, _c: t[2].port),
    ),
)


def _subnets(pair: tuple[Deployment, Role], _context: Context) -> tuple[str, ...]:
    deployment, role = pair
    return role.machine.subnet_names if role.machine else networking.subnets(deployment.configuration, role.role_name)


NETWORK_CONFIGURATION = Contract(
    "ConfigurationSet",
    nothing,
    (
        column("ConfigurationSetType", get=lambda _p, _c: "NetworkConfiguration"),
        many("InputEndpoints", INPUT_ENDPOINT, get=lambda p, _c: _role_endpoints(*p) or None),
        many("SubnetNames", TEXT, "SubnetName", get=_subnets),
        *NETWORK_OUT,
    ),
)


def _machine(name: str) -> Any:
    return lambda pair, _context: None if pair[1].machine is None else getattr(pair[1].machine, name)


_OF_MACHINES = (
    EXTENSION_REFERENCES,
    column("VMImageName", get=_machine("vm_image_name"), since="2014-02-01"),
    column("AvailabilitySetName", get=_machine("availability_set_name")),
    *LOCAL_HARD_DISKS,
    *SETTINGS,
)

ROLE = Contract(
    "Role",
    nothing,
    (
        column("RoleName", get=lambda p, _c: p[1].role_name),
        column("OsVersion", get=lambda p, _c: p[1].os_version),
        column("RoleType", get=lambda p, _c: "PersistentVMRole" if p[1].machine else None, since="2012-03-01"),
        many(
            "ConfigurationSets",
            NETWORK_CONFIGURATION,
            item_attributes=' i:type="NetworkConfigurationSet"',
            get=lambda p, _c: [p],
            since="2012-03-01",
        ),
        *(replace(one, since=max(one.since, "2012-03-01")) for one in _OF_MACHINES),
    ),
)


def _role_attributes(pair: tuple[Deployment, Role]) -> str:
    return ' i:type="PersistentVMRole"' if pair[1].machine else ""


_DOWNTIME = (timedelta(days=-9), timedelta(days=-5))


def _downtime(index: int) -> Any:
    return lambda _shown, context: write_date(context.subscription.created_time + _DOWNTIME[index])


UPGRADE_STATUS = Contract(
    "UpgradeStatus",
    nothing,
    (
        column("UpgradeType"),
        column("CurrentUpgradeDomainState", get=lambda u, _c: UPDATE_FACES[u.state]),
        column("CurrentUpgradeDomain", INTEGER, attribute="domain"),
    ),
)


def _upgrade_status(shown: Shown, _context: Context) -> Update | None:
    """Show the update in progress; but not when it is over for a suspended deployment, as recorded."""
    deployment = shown[1]
    update = deployment.update
    over = update is not None and update.state == "settling" and deployment.status == "SuspendedTransitioning"
    return None if over else update


def _network(shown: Shown, context: Context) -> VirtualNetwork | None:
    return addresses.of(context.subscription, shown[1])


def _internal_dns_suffix(shown: Shown, context: Context) -> str | None:
    """Return the suffix of the machines' names; a virtual network with DNS servers of its own has none."""
    service, deployment = shown
    network = _network(shown, context)
    if not deployment.of_virtual_machines or (network and network.site.dns_servers):
        return None
    return f"{service.name}.d{int(deployment.private_id[0], 16) % 10}.internal.cloudapp.net"


def _known(deployment: Deployment, context: Context) -> list[RoleInstance]:
    known = deployment.instances.values()
    return [one for one in known if context.version >= DEALLOCATED_SINCE or one.state != "deallocated"]


def is_known(deployment: Deployment, context: Context) -> bool:
    """Tell whether the request's version has the deployment: an old one does not where all instances are hidden."""
    return bool(_known(deployment, context)) or not deployment.instances


def _instances(shown: Shown, context: Context) -> list[tuple[Deployment, RoleInstance]]:
    deployment = shown[1]
    if not is_known(deployment, context):
        raise errors.NO_DEPLOYMENTS()
    return [(deployment, one) for one in _known(deployment, context)]


DEPLOYMENT = Contract(
    "Deployment",
    nothing,
    (
        column("Name", get=lambda s, _c: s[1].name),
        column("DeploymentSlot", get=lambda s, _c: s[1].slot),
        column("PrivateID", get=lambda s, _c: s[1].private_id),
        column("Status", get=lambda s, _c: s[1].status),
        column("Label", BASE64, get=lambda s, _c: s[1].label),
        column("Url", get=_url),
        column("Configuration", BASE64, get=_configuration),
        many(
            "RoleInstanceList",
            ROLE_INSTANCE,
            get=_instances,
        ),
        child("UpgradeStatus", UPGRADE_STATUS, get=_upgrade_status),
        column(
            "UpgradeDomainCount",
            INTEGER,
            get=lambda s, _c: web_roles.upgrade_domain_count(s[1]),
            since="2011-06-01",
        ),
        many(
            "RoleList",
            ROLE,
            item_attributes=_role_attributes,
            get=lambda s, _c: [(s[1], role) for role in s[1].roles.values()],
        ),
        column("SdkVersion", get=lambda s, _c: s[1].sdk_version, since="2011-06-01"),
        many(
            "InputEndpointList",
            DEPLOYMENT_INPUT_ENDPOINT,
            get=_all_endpoints,
            since="2011-06-01",
            until=WITHOUT_ENDPOINT_LIST,
        ),
        column("Locked", BOOLEAN, get=lambda s, _c: s[1].operation is not None, since="2011-10-01"),
        column("RollbackAllowed", BOOLEAN, get=lambda s, _c: updates.rollback_allowed(s[1]), since="2011-10-01"),
        column("VirtualNetworkName", get=lambda s, _c: s[1].virtual_network_name, since="2012-03-01"),
        column("CreatedTime", DATE, get=lambda s, _c: s[1].created_time, since="2012-03-01"),
        column("LastModifiedTime", DATE, get=lambda s, _c: s[1].last_modified_time, since="2012-03-01"),
        extended_properties_out(lambda s, _c: s[1].extended_properties),
        dns(lambda s, _c: s[1] if s[1].dns_servers else None),
        group(
            "PersistentVMDowntime",
            column("StartTime", get=_downtime(0)),
            column("EndTime", get=_downtime(1)),
            column("Status", get=lambda _s, _c: "PersistentVMUpdateScheduled"),
            since="2012-03-01",
        ),
        extension_configuration_out(lambda s, _c: s[1]),
        VIRTUAL_IPS,
        RESERVED_IP_NAME,
        column("InternalDnsSuffix", get=_internal_dns_suffix, since="2013-11-01"),
        LOAD_BALANCERS,
        column(
            "VirtualNetworkId",
            get=lambda s, c: network.id if (network := _network(s, c)) else None,
            since="2014-05-01",
        ),
    ),
)
