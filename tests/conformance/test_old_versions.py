"""What clients of older generations are shown: which elements an answer has from which x-ms-version on.

Every version that a client is known to send asks for the same things of the same cloud, over mutual TLS. The tables
are whole: an element that is in an answer and not in its table fails, and so does one that is missing.
"""

from __future__ import annotations

import base64
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest
import requests
from azure.servicemanagement import (
    ConfigurationSet,
    ConfigurationSetInputEndpoint,
    LinuxConfigurationSet,
    OSVirtualHardDisk,
    ServiceManagementService,
)

FIRST, LAST = "2009-10-01", "2017-01-01"
VERSIONS = (
    *("2009-10-01", "2010-04-01", "2010-10-28", "2011-02-25", "2011-04-01", "2011-06-01", "2011-08-01", "2011-10-01"),
    *("2011-12-01", "2012-03-01", "2012-08-01", "2012-12-01", "2013-03-01", "2013-06-01", "2013-08-01", "2013-10-01"),
    *("2013-11-01", "2014-01-01", "2014-02-01", "2014-04-01", "2014-05-01", "2014-06-01", "2014-08-01", "2014-09-01"),
    *("2014-10-01", "2015-02-01", "2015-03-01", "2015-04-01", "2015-05-01", "2015-09-01", "2016-03-01", "2016-06-01"),
    *("2016-07-01", LAST),
)
GENERATIONS = {"azure 0.8.4": "2013-06-01", "azure 0.9.0": "2014-06-01", "azure 0.11.1": "2014-10-01"}
"""What the Python SDK sent in its time."""

BLOB = "https://myaccount.blob.core.windows.net/vhds/{}.vhd"
IMAGE = "OpenLogic__OpenLogic-CentOS-62-20120531-en-us-30GB.vhd"


class Cloud(NamedTuple):
    """A subscription in use, and a session that opens it."""

    session: requests.Session
    url: str
    sms: ServiceManagementService

    def ask(self, path, version):
        """Return the answer to a GET."""
        return self.session.get(f"{self.url}/{path}", headers={"x-ms-version": version}, timeout=30)

    def elements(self, path, version):
        """Return the elements of a document as paths below its root."""
        answer = self.ask(path, version)
        assert answer.status_code == 200, answer.text
        return set(below(ET.fromstring(answer.content)))


def below(element, start=""):
    """Yield the paths of all elements below one."""
    for child in element:
        path = start + child.tag.partition("}")[2]
        yield path
        yield from below(child, f"{path}/")


def expected(table, version, root=""):
    """Return the paths that a table has for a version, and with each path those above it."""
    known = [parents for since, parents in table.items() if since <= version]
    leaves = [
        f"{root}/{parent}/{name}" for parents in known for parent, names in parents.items() for name in names.split()
    ]
    steps = [[step for step in leaf.split("/") if step] for leaf in leaves]
    return {"/".join(one[:depth]) for one in steps for depth in range(1, len(one) + 1)}


def cloud_of(emulator):
    """Return a cloud that is empty yet."""
    identity = emulator.identity()
    session = requests.Session()
    session.cert, session.verify, session.trust_env = str(identity.pem_path), str(emulator.ca_path), False
    url = f"{emulator.endpoint}/{identity.subscription_id}"
    return Cloud(session, url, identity.sdk(ServiceManagementService))


@pytest.fixture(scope="module")
def cloud(emulator, configuration):
    """A cloud with a service of worker roles in an affinity group, one of a machine, and a storage account."""
    cloud = cloud_of(emulator)
    sms = cloud.sms
    own = {"Owner": "me"}
    sms.create_affinity_group("mygroup", "label", "West US", "description")
    sms.create_hosted_service("myservice", "label", affinity_group="mygroup", extended_properties=own)
    sms.create_storage_account("myaccount", "description", "label", "mygroup", None, True, own, "Standard_RAGRS")
    workers = base64.b64encode(configuration("one-worker")).decode()
    package = "https://myaccount.blob.core.windows.net/packages/Worker.cspkg"
    sms.create_deployment("myservice", "staging", "workers", package, "label", workers, True, extended_properties=own)
    add_machines(sms, "mymachines")
    return cloud


def add_machines(sms, name):
    """Create a service with a deployment of one machine, each of that name but for the role, which is `myvm`."""
    sms.create_hosted_service(name, "label", "description", "West US")
    network = ConfigurationSet()
    network.input_endpoints.input_endpoints.append(ConfigurationSetInputEndpoint("SSH", "tcp", "22", "22"))
    sms.create_virtual_machine_deployment(
        name,
        name,
        "production",
        "label",
        "myvm",
        LinuxConfigurationSet("myvm", "myuser", "Passw0rd!", True),
        OSVirtualHardDisk(IMAGE, BLOB.format(name)),
        network,
        "myset",
        provision_guest_agent=True,
    )
    sms.add_data_disk(name, name, "myvm", 1, media_link=BLOB.format(f"{name}-data"), logical_disk_size_in_gb=10)


# ---- the tables: version -> parent -> the children that it is the first to have

PROPERTY = "ExtendedProperties/ExtendedProperty/Name ExtendedProperties/ExtendedProperty/Value"
SIZES = "ComputeCapabilities/WebWorkerRoleSizes/RoleSize ComputeCapabilities/VirtualMachinesRoleSizes/RoleSize"

HOSTED_SERVICE = {
    FIRST: {"": "Url ServiceName", "HostedServiceProperties": "Description AffinityGroup Label"},
    "2012-03-01": {"HostedServiceProperties": f"Status DateCreated DateLastModified {PROPERTY}"},
}
HOSTED_SERVICES = {
    FIRST: {"": "Url ServiceName"},
    "2012-03-01": {
        "HostedServiceProperties": "Description AffinityGroup Location Label Status DateCreated DateLastModified",
        "": " ".join(f"HostedServiceProperties/{path}" for path in PROPERTY.split()),
    },
    "2014-05-01": {"": SIZES},
}

DEPLOYMENT = {
    FIRST: {
        "": "Name DeploymentSlot PrivateID Status Label Url Configuration",
        "RoleInstanceList/RoleInstance": "RoleName InstanceName InstanceStatus",
        "RoleList/Role": "RoleName OsVersion",
    },
    "2011-06-01": {
        "": "UpgradeDomainCount SdkVersion",
        "RoleInstanceList/RoleInstance": "InstanceUpgradeDomain InstanceFaultDomain InstanceSize",
    },
    "2011-10-01": {"": "Locked RollbackAllowed", "RoleInstanceList/RoleInstance": "InstanceStateDetails"},
    "2012-03-01": {
        "": "CreatedTime LastModifiedTime ExtendedProperties",
        "PersistentVMDowntime": "StartTime EndTime Status",
        "VirtualIPs/VirtualIP": "Address IsDnsProgrammed Name",
        "RoleInstanceList/RoleInstance": "IpAddress PowerState",
        "RoleList/Role/ConfigurationSets/ConfigurationSet": "ConfigurationSetType SubnetNames",
    },
    "2014-05-01": {"": "LoadBalancers"},
}
OWN_PROPERTY = {"2012-03-01": {"": PROPERTY}}
OF_MACHINES = {
    "2011-06-01": {
        "RoleInstanceList/RoleInstance/InstanceEndpoints/InstanceEndpoint": "Name Vip PublicPort LocalPort Protocol",
    },
    "2012-03-01": {
        "RoleInstanceList/RoleInstance": "HostName",
        "RoleList/Role": "RoleType AvailabilitySetName RoleSize",
        "RoleList/Role/OSVirtualHardDisk": "HostCaching DiskName MediaLink SourceImageName OS",
        "RoleList/Role/DataVirtualHardDisks/DataVirtualHardDisk": (
            "HostCaching DiskName Lun LogicalDiskSizeInGB MediaLink"
        ),
        "RoleList/Role/ConfigurationSets/ConfigurationSet/InputEndpoints/InputEndpoint": (
            "LocalPort Name Port Protocol Vip EnableDirectServerReturn"
        ),
    },
    "2012-08-01": {"RoleInstanceList/RoleInstance": "RemoteAccessCertificateThumbprint"},
    "2013-11-01": {"": "InternalDnsSuffix"},
    "2014-04-01": {
        "RoleInstanceList/RoleInstance/GuestAgentStatus": "ProtocolVersion Timestamp GuestAgentVersion Status",
        "RoleInstanceList/RoleInstance/GuestAgentStatus/FormattedMessage": "Language Message",
        "RoleList/Role": "ProvisionGuestAgent",
    },
    "2014-06-01": {
        "RoleInstanceList/RoleInstance/InstanceEndpoints/InstanceEndpoint": "IdleTimeoutInMinutes",
        "RoleList/Role/ConfigurationSets/ConfigurationSet/InputEndpoints/InputEndpoint": "IdleTimeoutInMinutes",
    },
    "2014-10-01": {
        "RoleList/Role/OSVirtualHardDisk": "IOType",
        "RoleList/Role/DataVirtualHardDisks/DataVirtualHardDisk": "IOType",
    },
}

STORAGE_SERVICE = {
    FIRST: {"": "Url ServiceName", "StorageServiceProperties": "Description AffinityGroup Label"},
    "2011-10-01": {"StorageServiceProperties": "Status Endpoints/Endpoint"},
    "2012-03-01": {
        "": PROPERTY,
        "StorageServiceProperties": "GeoReplicationEnabled GeoPrimaryRegion GeoSecondaryRegion",
    },
    "2013-03-01": {"StorageServiceProperties": "CreationTime"},
    "2013-06-01": {"StorageServiceProperties": "CustomDomains"},
    "2013-11-01": {"StorageServiceProperties": "SecondaryReadEnabled SecondaryEndpoints/Endpoint"},
    "2014-05-01": {"StorageServiceProperties": "StatusOfPrimary StatusOfSecondary"},
    "2014-06-01": {"StorageServiceProperties": "AccountType"},
}
REPLACED = {f"StorageServiceProperties/{name}" for name in ("GeoReplicationEnabled", "SecondaryReadEnabled")}
"""What AccountType took the place of, in 2014-06-01."""
CAPABILITIES = {"2012-03-01": {"": "Capabilities/Capability"}}

LOCATION = {
    "2010-10-28": {"": "Name DisplayName"},
    "2012-03-01": {"": "AvailableServices/AvailableService"},
    "2014-05-01": {"": SIZES},
    "2014-10-01": {"": "StorageCapabilities/StorageAccountTypes/StorageAccountType"},
}

AFFINITY_GROUPS = {
    FIRST: {"": "Name Label Description Location"},
    "2012-03-01": {"": "Capabilities/Capability CreatedTime"},
    "2014-05-01": {"": SIZES},
}


# ---- services


@pytest.mark.parametrize("version", VERSIONS)
def test_a_hosted_service_has_what_its_version_knows(cloud, version):
    elements = cloud.elements("services/hostedservices/myservice", version)

    assert elements == expected(HOSTED_SERVICE, version)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_list_of_hosted_services_tells_only_names_before_2012_03_01(cloud, version):
    elements = cloud.elements("services/hostedservices", version)

    assert elements == expected(HOSTED_SERVICES, version, "HostedService")


@pytest.mark.parametrize("version", VERSIONS)
def test_services_with_machines_are_listed_from_2012_03_01_on(cloud, version):
    answer = ET.fromstring(cloud.ask("services/hostedservices", version).content)

    machines = ["mymachines"] if version >= "2012-03-01" else []
    assert [name.text for name in answer.iterfind("{*}HostedService/{*}ServiceName")] == ["myservice", *machines]


@pytest.mark.parametrize("version", [v for v in VERSIONS if v >= "2012-03-01"])
def test_isavailable_gives_a_reason_from_2013_03_01_on(cloud, version):
    elements = cloud.elements("services/hostedservices/operations/isavailable/myservice", version)

    assert elements == ({"Result", "Reason"} if version >= "2013-03-01" else {"Result"})


@pytest.mark.parametrize("version", ["2012-03-01", "2014-05-01", "2014-06-01", LAST])
def test_the_reverse_name_of_a_service_is_told_from_2014_06_01_on(cloud, version):
    url = f"{cloud.url}/services/hostedservices"
    body = (
        '<CreateHostedService xmlns="http://schemas.microsoft.com/windowsazure"><ServiceName>named</ServiceName>'
        "<Label>bQ==</Label><Location>West US</Location><ReverseDnsFqdn>named.example.</ReverseDnsFqdn>"
        "</CreateHostedService>"
    )
    headers = {"x-ms-version": "2014-06-01", "Content-Type": "application/xml"}
    assert cloud.session.post(url, data=body, headers=headers, timeout=30).status_code == 201

    elements = cloud.elements("services/hostedservices/named", version)
    cloud.sms.delete_hosted_service("named")

    assert ("HostedServiceProperties/ReverseDnsFqdn" in elements) == (version >= "2014-06-01")


# ---- deployments


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("place", ["deployments/workers", "deploymentslots/staging"])
def test_a_deployment_of_workers_has_what_its_version_knows(cloud, place, version):
    elements = cloud.elements(f"services/hostedservices/myservice/{place}", version)

    assert elements == expected(DEPLOYMENT, version) | expected(OWN_PROPERTY, version)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_deployment_of_machines_has_what_its_version_knows(cloud, version):
    elements = cloud.elements("services/hostedservices/mymachines/deployments/mymachines", version)

    assert elements == expected(DEPLOYMENT, version) | expected(OF_MACHINES, version)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_service_with_its_deployments_has_them_as_they_are_by_themselves(cloud, version):
    elements = cloud.elements("services/hostedservices/myservice?embed-detail=true", version)

    own = expected(DEPLOYMENT, version) | expected(OWN_PROPERTY, version)
    embedded = {"Deployments", "Deployments/Deployment"} | {f"Deployments/Deployment/{path}" for path in own}
    assert elements == expected(HOSTED_SERVICE, version) | embedded


@pytest.fixture(scope="module")
def deallocated(emulator):
    """A cloud of one machine, which has given back its resources."""
    cloud = cloud_of(emulator)
    add_machines(cloud.sms, "mymachines")
    cloud.sms.shutdown_role("mymachines", "mymachines", "myvm", "StoppedDeallocated")
    return cloud


@pytest.mark.parametrize("version", VERSIONS)
def test_a_deployment_of_machines_without_resources_is_returned_from_2013_06_01_on(deallocated, version):
    path = "services/hostedservices/mymachines"
    answer = deallocated.ask(f"{path}/deployments/mymachines", version)
    embedded = deallocated.elements(f"{path}?embed-detail=true", version)

    assert "Deployments" in embedded
    assert ("Deployments/Deployment" in embedded) == (version >= "2013-06-01")
    if version >= "2013-06-01":
        assert "<InstanceStatus>StoppedDeallocated</InstanceStatus>" in answer.text
    else:
        assert answer.status_code == 404
        assert "<Code>ResourceNotFound</Code><Message>No deployments were found.</Message>" in answer.text


@pytest.mark.parametrize("version", ["2012-03-01", "2013-03-01", "2013-06-01", LAST])
def test_beside_others_a_machine_without_resources_is_listed_from_2013_06_01_on(emulator, version):
    sms = emulator.identity().sdk(ServiceManagementService)
    add_machines(sms, "mixed")
    disk = OSVirtualHardDisk(IMAGE, BLOB.format("second"))
    sms.add_role("mixed", "mixed", "second", LinuxConfigurationSet("second", "myuser", "Passw0rd!", True), disk)
    sms.shutdown_role("mixed", "mixed", "second", "StoppedDeallocated")

    sms.x_ms_version = version
    deployment = sms.get_deployment_by_name("mixed", "mixed")

    instances = [(one.role_name, one.instance_status) for one in deployment.role_instance_list]
    old = [("myvm", "ReadyRole")]
    assert instances == (old if version < "2013-06-01" else [*old, ("second", "StoppedDeallocated")])
    assert [role.role_name for role in deployment.role_list] == ["myvm", "second"]


# ---- storage accounts, locations, affinity groups


@pytest.mark.parametrize("version", VERSIONS)
def test_a_storage_account_has_what_its_version_knows(cloud, version):
    elements = cloud.elements("services/storageservices/myaccount", version)

    replaced = REPLACED if version >= "2014-06-01" else set()
    assert elements == (expected(STORAGE_SERVICE, version) | expected(CAPABILITIES, version)) - replaced


@pytest.mark.parametrize("version", VERSIONS)
def test_the_list_of_storage_accounts_has_what_its_version_knows(cloud, version):
    elements = cloud.elements("services/storageservices", version)

    replaced = {f"StorageService/{path}" for path in REPLACED} if version >= "2014-06-01" else set()
    assert elements == expected(STORAGE_SERVICE, version, "StorageService") - replaced


@pytest.mark.parametrize(
    ("version", "endpoints"),
    [
        ("2013-03-01", ["http blob", "http queue", "http table"]),
        ("2014-05-01", ["https blob", "https queue", "https table"]),
        ("2014-10-01", ["https blob", "https queue", "https table", "https file"]),
    ],
)
def test_the_endpoints_of_a_storage_account_are_those_of_the_version(cloud, version, endpoints):
    answer = ET.fromstring(cloud.ask("services/storageservices/myaccount", version).content)

    found = [e.text for e in answer.iterfind(".//{*}Endpoints/{*}Endpoint")]
    assert found == [f"{s}://myaccount.{kind}.core.windows.net/" for s, kind in map(str.split, endpoints)]


@pytest.mark.parametrize("version", [v for v in VERSIONS if v >= "2010-10-28"])
def test_a_location_has_what_its_version_knows(cloud, version):
    assert cloud.elements("locations", version) == expected(LOCATION, version, "Location")


@pytest.mark.parametrize("version", VERSIONS)
def test_the_list_of_affinity_groups_has_what_its_version_knows(cloud, version):
    assert cloud.elements("affinitygroups", version) == expected(AFFINITY_GROUPS, version, "AffinityGroup")


@pytest.mark.parametrize("version", VERSIONS)
def test_an_affinity_group_has_its_members_as_its_version_knows_them(cloud, version):
    elements = cloud.elements("affinitygroups/mygroup", version)

    group = {since: parents for since, parents in AFFINITY_GROUPS.items() if since < "2014-05-01"}
    properties = "Status DateCreated DateLastModified ExtendedProperties"  # of which none is told here
    service = HOSTED_SERVICE | {"2012-03-01": {"HostedServiceProperties": properties}}
    account = {FIRST: {"": "Url ServiceName"}, "2012-03-01": {"": "ExtendedProperties"}}
    assert elements == (
        expected(group, version)
        | expected(service, version, "HostedServices/HostedService")
        | expected(account, version, "StorageServices/StorageService")
    )


# ---- what a version knows nothing of


@pytest.mark.parametrize(
    ("path", "since"),
    [
        ("locations", "2010-10-28"),
        ("", "2011-10-01"),
        ("certificates", "2012-03-01"),
        ("services/images", "2012-03-01"),
        ("services/disks", "2012-03-01"),
        ("services/hostedservices/operations/isavailable/free", "2012-03-01"),
        ("services/hostedservices/mymachines/deployments/mymachines/roles/myvm", "2012-03-01"),
        ("services/hostedservices/myservice/extensions", "2013-03-01"),
        ("services/networking/reservedips", "2014-05-01"),
    ],
)
def test_an_operation_is_refused_to_versions_older_than_itself(cloud, path, since):
    for version in VERSIONS:
        answer = cloud.ask(path, version)
        if version >= since:
            assert answer.status_code == 200, answer.text
        else:
            assert answer.status_code == 400
            assert "<Code>MissingOrIncorrectVersionHeader</Code>" in answer.text
            assert f"needs x-ms-version {since} or later, not {version}.</Message>" in answer.text


@pytest.mark.parametrize("version", [None, "", "2008-01-01", "2014-6-1", "2014-13-01", "latest"])
def test_a_version_that_never_was_is_refused(cloud, version):
    answer = cloud.ask("services/hostedservices", version)

    assert (answer.status_code, "<Code>MissingOrIncorrectVersionHeader</Code>" in answer.text) == (400, True)


# ---- the SDK as it was


@pytest.mark.parametrize("version", GENERATIONS.values(), ids=GENERATIONS)
def test_each_generation_of_the_sdk_reads_what_it_is_shown(cloud, version, monkeypatch):
    sms = cloud.sms
    monkeypatch.setattr(sms, "x_ms_version", version)

    assert {one.service_name for one in sms.list_hosted_services()} == {"myservice", "mymachines"}
    account = sms.get_storage_account_properties("myaccount").storage_service_properties
    assert (account.status, account.label) == ("Created", "label")
    old = version < "2014-06-01"
    assert account.account_type == ("" if old else "Standard_RAGRS")
    assert account.geo_replication_enabled is old
    (machine,) = sms.get_deployment_by_name("mymachines", "mymachines").role_instance_list
    assert (machine.instance_status, machine.power_state) == ("ReadyRole", "Started")
    assert [one.instance_status for one in sms.get_deployment_by_slot("myservice", "staging").role_instance_list] == [
        "ReadyRole",
        "ReadyRole",
    ]
