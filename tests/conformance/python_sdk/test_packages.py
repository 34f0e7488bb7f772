"""The SDK against an emulator that can see blobs: packages are opened, machines' disks are files."""

from __future__ import annotations

import base64
import os
import shutil
from pathlib import Path

import pytest
from azure.servicemanagement import (
    DataVirtualHardDisk,
    LinuxConfigurationSet,
    OSVirtualHardDisk,
    ServiceManagementService,
)

from emulator.domain.vhd import GIB, virtual_size
from emulator.embedded import Emulator

PACKAGES = Path(__file__).parents[3] / "fixtures" / "packages"
URL = "https://mystorageaccount.blob.core.windows.net/packages/{}.cspkg"
VHD = "https://mystorageaccount.blob.core.windows.net/vhds/{}.vhd"
IMAGE = "OpenLogic__OpenLogic-CentOS-62-20120531-en-us-30GB.vhd"
THUMBPRINT = "0123456789ABCDEF0123456789ABCDEF01234567"


@pytest.fixture(scope="module")
def blobs(tmp_path_factory):
    """The directory that the emulator has its blobs in, with the packages of fixtures in an account."""
    root = tmp_path_factory.mktemp("blobs")
    container = root / "mystorageaccount" / "packages"
    container.mkdir(parents=True)
    for package in PACKAGES.glob("*.cspkg"):
        shutil.copy(package, container)
    (container / "Short.cspkg").write_bytes((PACKAGES / "WebService.cspkg").read_bytes()[:-1])
    return root


@pytest.fixture(scope="module")
def emulator(blobs):
    with Emulator(blobs=blobs) as running:
        yield running


@pytest.fixture
def sms(emulator):
    sms = emulator.identity().sdk(ServiceManagementService)
    sms.create_hosted_service("myhostedservice", "my label", "my hosted service", "West US")
    return sms


@pytest.fixture
def configuration():
    def read(name, *changes):
        text = (PACKAGES / f"{name}.cscfg").read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return base64.b64encode(text.encode()).decode()

    return read


@pytest.fixture
def deploy(sms, configuration):
    """Return a function that deploys a package, and tells how its operation ended."""

    def deploy(package="WebService", name="v1", slot="production", *, changes=(), of="WebService", **keywords):
        text = configuration(of, *changes)
        result = sms.create_deployment("myhostedservice", slot, name, URL.format(package), "v label", text, **keywords)
        ended = sms.get_operation_status(result.request_id)
        ended.id = result.request_id  # the SDK leaves it empty
        return ended

    return deploy


def deployment(sms, name="v1"):
    return sms.get_deployment_by_name("myhostedservice", name)


def with_certificate(sms, a_certificate):
    """Give the service a certificate, and return the change to the configuration that names it."""
    made = a_certificate()
    pfx = made.pfx(b"secret")
    sms.add_service_certificate("myhostedservice", base64.b64encode(pfx).decode(), "pfx", "secret")
    (found,) = sms.list_service_certificates("myhostedservice")
    return (THUMBPRINT, found.thumbprint)


def deployments(sms):
    return sms.get_hosted_service_properties("myhostedservice", embed_detail=True).deployments.deployments


# ---- packages


def test_a_deployment_has_the_roles_sizes_and_endpoints_of_its_package(sms, deploy):
    assert deploy(start_deployment=True).status == "Succeeded"

    found = deployment(sms)
    assert found.sdk_version == "2.2.6492.2"
    (vip,) = found.virtual_ips
    path = f"/{sms.subscription_id}/services/hostedservices/myhostedservice/deploymentslots/production"
    for version, listed in (("2014-10-01", True), ("2015-04-01", False)):
        document = sms.perform_get(path, version).body.decode()
        assert "<Name>WebServiceContractContract</Name>" in document
        assert ("<InputEndpointList>" in document) is listed
        assert (
            f"<InputEndpoints><InputEndpoint><Port>80</Port><Protocol>http</Protocol><Vip>{vip.address}</Vip>"
            "<VirtualIPName>WebServiceContractContract</VirtualIPName></InputEndpoint></InputEndpoints>"
        ) in document
    assert [(one.role_name, one.vip, one.port) for one in found.input_endpoint_list] == [
        ("WebRole1", vip.address, "80")
    ]
    for instance in found.role_instance_list:
        assert (instance.role_name, instance.instance_size) == ("WebRole1", "Medium")
        (endpoint,) = instance.instance_endpoints
        assert (endpoint.name, endpoint.vip, endpoint.protocol) == ("Endpoint1", vip.address, "http")
        assert (endpoint.public_port, endpoint.local_port) == ("80", "8080")
    assert sms.get_subscription().current_core_count == 4


def test_an_upgrade_brings_the_roles_of_the_second_package(sms, deploy, configuration, a_certificate):
    deploy(start_deployment=True)
    text = configuration("TwoRoles", with_certificate(sms, a_certificate))
    package = URL.format("TwoRoles")
    result = sms.upgrade_deployment("myhostedservice", "v1", "Auto", package, text, "second", True)
    assert sms.get_operation_status(result.request_id).status == "Succeeded"

    found = deployment(sms)
    assert [(role.role_name) for role in found.role_list] == ["WebRole1", "WorkerRole1"]
    sizes = {(one.role_name, one.instance_size) for one in found.role_instance_list}
    assert sizes == {("WebRole1", "Medium"), ("WorkerRole1", "ExtraSmall")}
    ports = {one.instance_name: [e.public_port for e in one.instance_endpoints] for one in found.role_instance_list}
    assert ports["WebRole1_IN_0"] == ["80", "443"]
    assert [ports[f"WorkerRole1_IN_{n}"] for n in range(3)] == [["4100"], ["4101"], ["4102"]]


def test_deployments_are_swapped_if_they_have_equally_many_endpoints(sms, deploy, refused, a_certificate):
    deploy()
    deploy(name="v2", slot="staging")
    sms.swap_deployment("myhostedservice", "v1", "v2")
    assert deployment(sms, "v2").deployment_slot == "Production"

    sms.delete_deployment("myhostedservice", "v1")
    change = with_certificate(sms, a_certificate)
    assert deploy("TwoRoles", "v3", "staging", of="TwoRoles", changes=[change]).status == "Succeeded"
    message = "The deployments have different numbers of input endpoints and cannot be swapped."
    with refused(400, "BadRequest", message):
        sms.swap_deployment("myhostedservice", "v2", "v3")
    sms.delete_deployment("myhostedservice", "v2")
    assert [one.name for one in deployments(sms)] == ["v3"]


@pytest.mark.parametrize(
    ("package", "why"),
    [
        ("Hostile", "The package is invalid: ServiceDefinition.csdef would unpack to more than 200 times its size."),
        ("Short", "The package is invalid: the package is no readable archive"),
        ("Broken", "its hash differs"),
        ("Missing", "The package https://mystorageaccount.blob.core.windows.net/packages/Missing.cspkg cannot be read"),
    ],
)
def test_a_package_that_cannot_be_opened_fails_its_operation_and_leaves_no_deployment(sms, deploy, package, why):
    ended = deploy(package)
    assert (ended.status, ended.http_status_code, ended.error.code) == ("Failed", "400", "BadRequest")
    assert why in ended.error.message
    assert deployments(sms) == []
    assert sms.get_subscription().current_core_count == 0


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (('serviceName="WebService"', 'serviceName="Other"'), "it is of the service Other, the definition of Web"),
        (('Role name="WebRole1"', 'Role name="Web"'), "the role WebRole1 is missing."),
        (('name="Greeting"', 'name="Farewell"'), "role WebRole1: the setting Greeting is missing."),
        (('osFamily="4"', 'osFamily="2"'), "family 2 are not among those it supports: 3, 4."),
    ],
)
def test_a_configuration_that_does_not_fit_fails_its_operation(sms, deploy, change, why):
    ended = deploy(changes=[change])
    assert (ended.status, ended.error.code) == ("Failed", "BadRequest")
    assert ended.error.message.startswith("The service configuration does not fit the service definition: ")
    assert why in ended.error.message
    assert deployments(sms) == []


def test_warnings_fail_a_deployment_only_where_they_are_to_be_errors(sms, deploy):
    one = ('count="2"', 'count="1"')
    ended = deploy(changes=[one], treat_warnings_as_error=True)
    assert ended.status == "Failed"
    assert "The role WebRole1 has one instance only" in ended.error.message
    warned = deploy(changes=[one])
    assert warned.status == "Succeeded"
    document = sms.perform_get(f"/{sms.subscription_id}/operations/{warned.id}").body.decode()
    assert "<ConfigurationWarnings><ConfigurationWarning><WarningCode>SingleInstanceRole</WarningCode>" in document
    assert deploy(name="v2", slot="staging", treat_warnings_as_error=True).status == "Succeeded"


def test_a_package_in_an_account_that_cannot_be_seen_is_taken_on_trust(sms, configuration):
    url = "https://elsewhere.blob.core.windows.net/packages/a.cspkg"
    text = configuration("WebService")
    result = sms.create_deployment("myhostedservice", "production", "v1", url, "label", text)
    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    assert deployment(sms).role_instance_list[0].instance_size == "Small"


def test_or_fails_where_packages_are_to_be_verified(configuration):
    with Emulator(packages="verify") as running:
        sms = running.identity().sdk(ServiceManagementService)
        sms.create_hosted_service("myhostedservice", "label", location="West US")
        text = configuration("WebService")
        result = sms.create_deployment("myhostedservice", "production", "v1", URL.format("a"), "label", text)
        ended = sms.get_operation_status(result.request_id)
        assert (ended.status, ended.error.code) == ("Failed", "BadRequest")
        assert "cannot be read" in ended.error.message


def get_package(sms, container, overwrite):
    path = f"/{sms.subscription_id}/services/hostedservices/myhostedservice/deployments/v1/package"
    result = sms.perform_post(f"{path}?containerUri={container}&overwriteExisting={overwrite}", "", "2012-03-01")
    return sms.get_operation_status(dict(result.headers)["x-ms-request-id"])


def test_get_package_writes_package_and_configuration(sms, deploy, blobs):
    deploy()
    container = "https://mystorageaccount.blob.core.windows.net/saved"
    assert get_package(sms, container, "false").status == "Succeeded"
    saved = blobs / "mystorageaccount" / "saved"
    assert (saved / "v1.cspkg").read_bytes() == (PACKAGES / "WebService.cspkg").read_bytes()
    assert (saved / "v1.cscfg").read_bytes() == (PACKAGES / "WebService.cscfg").read_bytes()
    ended = get_package(sms, container, "false")
    assert (ended.status, ended.http_status_code, ended.error.code) == ("Failed", "409", "ConflictError")
    assert get_package(sms, container, "true").status == "Succeeded"


# ---- machines


@pytest.fixture
def account(sms):
    sms.create_storage_account("mystorageaccount", "description", "label", location="West US")
    return "mystorageaccount"


@pytest.fixture
def machine(sms, account):
    """Return a function that deploys a machine of an image, with a data disk."""

    def machine(name="vm1", image=IMAGE):
        data = DataVirtualHardDisk()
        data.lun, data.logical_disk_size_in_gb, data.media_link = 0, 10, VHD.format(f"{name}-data")
        return sms.create_virtual_machine_deployment(
            "myhostedservice",
            name,
            "production",
            "label",
            name,
            LinuxConfigurationSet(name, "myuser", "mypassword", True),
            OSVirtualHardDisk(image, VHD.format(name)),
            data_virtual_hard_disks=[data],
        )

    return machine


@pytest.fixture
def vhds(blobs):
    """Return a function that tells the sizes of the disks that are there; none are when a test begins."""
    directory = blobs / "mystorageaccount" / "vhds"
    shutil.rmtree(directory, ignore_errors=True)

    def sizes():
        found = {}
        for path in sorted(directory.glob("*.vhd")):
            with path.open("rb") as file:
                file.seek(-512, os.SEEK_END)
                found[path.stem] = virtual_size(file.read(), path.stat().st_size) // GIB
        return found

    return sizes


def test_the_disks_of_a_machine_are_sparse_files_that_media_removes(sms, machine, vhds, blobs):
    machine()
    assert vhds() == {"vm1": 30, "vm1-data": 10}
    assert (blobs / "mystorageaccount" / "vhds" / "vm1.vhd").stat().st_blocks * 512 < 2**20

    path = f"/{sms.subscription_id}/services/hostedservices/myhostedservice/deployments/vm1?comp=media"
    sms.perform_delete(path, "2013-08-01")
    assert sms.list_disks().disks == []
    assert vhds() == {}


def test_without_media_the_disks_and_their_files_stay(sms, machine, vhds):
    machine()
    sms.delete_deployment("myhostedservice", "vm1")
    assert len(sms.list_disks().disks) == 2
    assert len(vhds()) == 2
    for disk in sms.list_disks().disks:
        sms.delete_disk(disk.name, delete_vhd=disk.media_link.endswith("data.vhd"))
    assert vhds() == {"vm1": 30}


def test_a_machine_is_made_of_the_bytes_of_its_image(sms, machine, vhds, blobs):
    machine()
    path = blobs / "mystorageaccount" / "vhds" / "vm1.vhd"
    with path.open("r+b") as file:
        file.write(b"boot")
    sms.add_os_image("my image", VHD.format("vm1"), "my-image", "Linux")
    assert sms.get_os_image("my-image").logical_size_in_gb == 30

    sms.create_hosted_service("second", "label", location="West US")
    sms.create_virtual_machine_deployment(
        "second",
        "vm2",
        "production",
        "label",
        "vm2",
        LinuxConfigurationSet("vm2", "myuser", "mypassword", True),
        OSVirtualHardDisk("my-image", VHD.format("vm2")),
    )
    assert path.with_name("vm2.vhd").open("rb").read(4) == b"boot"


def test_a_disk_is_not_made_over_another(sms, machine, vhds, refused):
    machine()
    with refused(409, "ConflictError", f"A blob with the media link {VHD.format('vm1')} exists already."):
        sms.create_hosted_service("second", "label", location="West US")
        sms.create_virtual_machine_deployment(
            "second",
            "vm1",
            "production",
            "label",
            "vm1",
            LinuxConfigurationSet("vm1", "myuser", "mypassword", True),
            OSVirtualHardDisk(IMAGE, VHD.format("vm1")),
        )


def test_an_image_and_a_disk_need_a_fixed_disk_in_an_account_of_the_subscription(sms, account, vhds, blobs, refused):
    directory = blobs / "mystorageaccount" / "vhds"
    directory.mkdir()
    (directory / "text.vhd").write_bytes(b"hello")
    (directory / "zeros.vhd").write_bytes(bytes(2**20))
    for name, why in (
        ("missing", "The blob {url} does not exist."),
        ("text", "The blob {url} is not a fixed VHD: it is no page blob."),
        ("zeros", "The blob {url} is not a fixed VHD: it does not end in the footer of a virtual hard disk."),
    ):
        url = VHD.format(name)
        with refused(400, "BadRequest", why.format(url=url)):
            sms.add_os_image("label", url, "my-image", "Linux")
        with refused(400, "BadRequest", why.format(url=url)):
            sms.add_disk(False, "label", url, "my-disk", "Linux")
    (blobs / "otheraccount").mkdir(exist_ok=True)
    message = "The storage account otheraccount of the media link does not belong to this subscription."
    with refused(400, "BadRequest", message):
        sms.add_os_image("label", "https://otheraccount.blob.core.windows.net/vhds/a.vhd", "my-image", "Linux")
    assert sms.list_disks().disks == []


def test_a_captured_image_is_a_copy(sms, machine, vhds):
    machine()
    sms.shutdown_role("myhostedservice", "vm1", "vm1")
    sms.capture_role("myhostedservice", "vm1", "vm1", "Delete", "captured", "captured")
    image = sms.get_os_image("captured")
    assert image.media_link.rpartition("/")[2].removesuffix(".vhd") in vhds()
    assert len(vhds()) == 3
    sms.delete_os_image("captured", delete_vhd=True)
    assert len(vhds()) == 2
