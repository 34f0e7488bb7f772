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
    """Return a function that creates a node in a cloud service that is there."""

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


def test_a_second_node_joins_the_first_behind_another_port_and_goes_alone(driver, cloud, create_node):
    create_node("first")
    create_node("second")

    nodes = {node.id: node for node in driver.list_nodes(cloud)}
    assert {name: node.state for name, node in nodes.items()} == dict.fromkeys(["first", "second"], NodeState.RUNNING)
    assert nodes["first"].extra["ssh_port"] == "22" != nodes["second"].extra["ssh_port"]
    assert nodes["first"].public_ips == nodes["second"].public_ips

    assert driver.destroy_node(nodes["second"], ex_cloud_service_name=cloud)
    assert [node.id for node in driver.list_nodes(cloud)] == ["first"]


def test_without_a_storage_service_libcloud_makes_one_named_like_the_cloud_service(driver, size, images):
    driver.ex_create_cloud_service("my-cloud", "West US")

    driver.create_node(
        "mynode", size, images[CENTOS], ex_cloud_service_name="my-cloud", auth=NodeAuthPassword("Passw0rd!")
    )

    (volume,) = driver.list_volumes()
    assert volume.extra["media_link"].startswith("http://mycloud.blob.core.windows.net/vhds/my-cloud-mynode-")
    with pytest.raises(LibcloudError, match="ConflictError"):
        driver.ex_create_storage_service("mycloud", "West US")


def test_a_node_is_rebooted_and_runs_again(driver, cloud, create_node):
    node = create_node("mynode")

    assert driver.reboot_node(node)

    (rebooted,) = driver.list_nodes(cloud)
    assert rebooted.state == NodeState.RUNNING
    node.id = "other"
    assert driver.reboot_node(node) is False


def test_the_endpoints_of_a_node_are_set_and_added_to(driver, cloud, create_node):
    node = create_node("mynode")
    web = {"name": "web", "protocol": "tcp", "port": "80", "local_port": "8080"}

    driver.ex_set_instance_endpoints(node, [web])
    (node,) = driver.list_nodes(cloud)
    node.extra["ex_cloud_service_name"] = cloud  # not there in a list, and libcloud itself looks for it
    driver.ex_add_instance_endpoints(node, [{**web, "name": "tls", "port": "443", "local_port": "8443"}])

    (node,) = driver.list_nodes(cloud)
    shown = [(one.name, one.public_port, one.local_port) for one in node.extra["instance_endpoints"]]
    assert shown == [("web", "80", "8080"), ("tls", "443", "8443")]
    assert node.extra["instance_size"] == "Small"


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
