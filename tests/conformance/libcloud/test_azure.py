"""Apache Libcloud's driver for the classic service, `Provider.AZURE`: machines, cloud services, storage accounts."""

from __future__ import annotations

import time

import libcloud.security
import pytest
from libcloud.common.types import LibcloudError
from libcloud.compute.base import NodeAuthPassword
from libcloud.compute.providers import get_driver
from libcloud.compute.types import NodeState, Provider

CENTOS = "5112500ae3b842c8b9c604889f8753c3__OpenLogic-CentOS-71-20150410"
WINDOWS = "a699494373c04fc0bc8f2bb1389d6106__Windows-Server-2012-R2-201506.01-en.us-127GB.vhd"
POLLS_EVERY = 5


@pytest.fixture
def driver(emulator, identity, monkeypatch):
    # Read from SSL_CERT_FILE when libcloud was imported, and its documented setting from then on.
    monkeypatch.setattr(libcloud.security, "CA_CERTS_PATH", str(identity.ca_path))
    return get_driver(Provider.AZURE)(
        subscription_id=identity.subscription_id, key_file=str(identity.pem_path), host="localhost", port=emulator.port
    )


@pytest.fixture
def size(driver):
    return next(one for one in driver.list_sizes() if one.id == "Small")


@pytest.fixture
def images(driver):
    return {one.id: one for one in driver.list_images()}


@pytest.fixture
def cloud(driver):
    """A cloud service with a storage account of the same name beside it."""
    assert driver.ex_create_cloud_service("mycloud", "West US", description="my cloud")
    assert driver.ex_create_storage_service("mycloud", "West US")
    return "mycloud"


@pytest.fixture
def create_node(driver, size, images, cloud):
    """Return a function that creates a node; the name of the storage account keeps libcloud from a call it botches."""

    def create_node(name, image=CENTOS):
        return driver.create_node(
            name,
            size,
            images[image],
            ex_cloud_service_name=cloud,
            ex_storage_service_name=cloud,
            auth=NodeAuthPassword("Passw0rd!"),
        )

    return create_node


def test_locations_are_listed_with_their_services_and_sizes(driver):
    locations = {one.id: one for one in driver.list_locations()}

    west = locations["West US"]
    assert (west.name, west.country) == ("West US", "US")
    assert "PersistentVMRole" in west.available_services
    assert {"Small", "Basic_A0", "Standard_D1"} <= set(west.virtual_machine_role_sizes)


def test_images_are_listed_and_filtered_by_location(driver, images):
    centos = images[CENTOS]
    assert (centos.extra["os"], centos.extra["category"], centos.extra["vm_image"]) == ("Linux", "Public", False)

    in_japan = {one.id for one in driver.list_images(location="Japan East")}

    assert CENTOS in in_japan
    assert in_japan <= set(images)


def test_the_sizes_that_libcloud_knows_are_sizes_of_the_service(driver):
    offered = {size for location in driver.list_locations() for size in location.virtual_machine_role_sizes}

    assert {one.id for one in driver.list_sizes()} <= offered


def test_a_cloud_service_is_created_listed_and_destroyed(driver):
    assert driver.ex_create_cloud_service("mycloud", "West US", description="my cloud")

    (service,) = driver.ex_list_cloud_services()
    assert service.service_name == "mycloud"
    assert service.hosted_service_properties.label == "mycloud"
    assert service.hosted_service_properties.description == "my cloud"
    assert service.hosted_service_properties.location == "West US"

    assert driver.ex_destroy_cloud_service("mycloud")
    assert len(driver.ex_list_cloud_services()) == 0


def test_a_node_is_created_listed_and_destroyed_without_waiting(driver, cloud, create_node):
    began = time.monotonic()

    created = create_node("mynode")

    assert (created.id, created.state) == ("mynode", NodeState.PENDING)
    (node,) = driver.list_nodes(cloud)
    assert (node.id, node.state) == ("mynode", NodeState.RUNNING)
    assert (node.extra["instance_size"], node.extra["power_state"]) == ("Small", "Started")
    assert node.extra["ssh_port"] == "22"
    (endpoint,) = node.extra["instance_endpoints"]
    assert (endpoint.name, endpoint.protocol, endpoint.local_port) == ("SSH", "tcp", "22")
    assert node.public_ips == [endpoint.vip]
    assert node.private_ips[0].startswith("100.")

    assert driver.destroy_node(node)
    assert driver.list_nodes(cloud) == []
    assert driver.ex_destroy_cloud_service(cloud)
    assert driver.ex_destroy_storage_service(cloud)

    assert time.monotonic() - began < POLLS_EVERY


def test_a_windows_node_has_remote_desktop(driver, cloud, create_node):
    create_node("mynode", WINDOWS)

    (node,) = driver.list_nodes(cloud)
    assert (node.state, node.extra["remote_desktop_port"], node.extra["ssh_port"]) == (NodeState.RUNNING, "3389", "")


def test_the_disk_of_a_node_is_a_volume_and_goes_with_it(driver, create_node):
    node = create_node("mynode")

    (volume,) = driver.list_volumes(node)
    assert (volume.size, volume.extra["os"]) == (30, "Linux")
    assert volume.extra["source_image_name"] == CENTOS
    assert volume.extra["hosted_service_name"] == "mycloud"

    driver.destroy_node(node)
    assert driver.list_volumes() == []


@pytest.mark.parametrize(
    ("call", "code", "status"),
    [
        (lambda driver: driver.ex_create_cloud_service("mycloud", "West US"), "ConflictError", 409),
        (lambda driver: driver.ex_create_storage_service("mycloud", "West US"), "ConflictError", 409),
        (lambda driver: driver.ex_create_cloud_service("other", "Atlantis"), "BadRequest", 400),
        (lambda driver: driver.ex_destroy_cloud_service("other"), "ResourceNotFound", 404),
        (lambda driver: driver.ex_destroy_storage_service("other"), "ResourceNotFound", 404),
        (lambda driver: driver.list_nodes("other"), "ResourceNotFound", 404),
    ],
)
@pytest.mark.usefixtures("cloud")
def test_a_refusal_reaches_the_caller_with_code_and_status(driver, call, code, status):
    with pytest.raises(LibcloudError, match=f"<Code>{code}</Code>.*Status code: {status}"):
        call(driver)
