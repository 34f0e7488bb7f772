"""Publishing of images: copied to regions, shared and taken back, by those who may."""

from __future__ import annotations

import pytest
from msgspec import structs

from emulator.catalog import OSImage
from emulator.domain import errors, images, publishing, vm_images
from emulator.domain.image_records import ComputeImageAttributes, VMImage
from emulator.domain.images import ImageInput
from emulator.domain.publishing import ReplicationInput
from emulator.domain.refusals import ServiceError
from emulator.domain.vm_images import OSDiskInput

BLOB = "https://account.blob.core.windows.net/vhds/os.vhd"
COMPUTE = ComputeImageAttributes(offer="offer", sku="sku", version="1.2.3")
INPUT = ReplicationInput(target_locations=["west us", "West Europe"], compute=COMPUTE)
OS = (publishing.replicate_os_image, publishing.share_os_image, publishing.unreplicate_os_image)
VM = (publishing.replicate_vm_image, publishing.share_vm_image, publishing.unreplicate_vm_image)


@pytest.fixture(params=["os", "vm"])
def own(request, subscription, operation):
    """An image of either kind, with what can be done to it and what shows it."""
    if request.param == "os":
        command = ImageInput(label="l", media_link=BLOB, name="img", os="Linux")
        return images.add(subscription, operation(), command), OS, publishing.os_image_details
    disk = OSDiskInput(os_state="Generalized", os="Linux", media_link=BLOB)
    vm_images.create(subscription, operation(), vm_images.ImageInput(name="img", label="l", os_disk=disk))
    subscription.advance_until_quiet(10)
    return vm_images.find(subscription, "img"), VM, publishing.vm_image_details


def test_a_copied_image_has_a_public_name_and_comes_to_its_regions(subscription, operation, own):
    image, (replicate, _, _), details = own
    name = replicate(subscription, operation(), INPUT, "IMG")
    publisher, _, rest = name.partition("__")
    assert (len(publisher), set(publisher) <= set("0123456789abcdef"), rest) == (32, True, "img")

    publication = details(subscription, "img").publication
    assert (publication.published_name, publication.regions) == (name, ("West US", "West Europe"))
    assert (publication.compute, publication.progress) == (COMPUTE, 0)
    subscription.advance_until_quiet(10)
    assert image.publication.progress == 100


def test_a_publisher_keeps_its_public_name(subscription, operation, own, world):
    _, (replicate, _, _), _ = own
    names = [replicate(subscription, operation(), INPUT, "img") for _ in range(2)]
    assert names[0] == names[1]
    other = world.subscription("99999999-2222-3333-4444-555555555555")
    images.add(other, operation(), ImageInput(label="l", media_link=BLOB, name="img", os="Linux"))
    assert publishing.replicate_os_image(other, operation(), INPUT, "img") != names[0]


def test_copying_again_begins_anew(subscription, operation, own):
    image, (replicate, _, _), _ = own
    replicate(subscription, operation(), INPUT, "img")
    subscription.advance_to(subscription.now.replace(minute=30))
    replicate(subscription, operation(), ReplicationInput(target_locations=["East US"]), "img")
    assert len(subscription.clock.schedule) == 1
    subscription.advance_to(subscription.now.replace(hour=1, minute=15))
    assert (image.publication.regions, image.publication.progress) == (("East US",), 0)
    subscription.advance_until_quiet(10)
    assert image.publication.progress == 100


def test_an_image_of_the_same_name_does_not_go_on_where_another_was_deleted(subscription, operation):
    command = ImageInput(label="l", media_link=BLOB, name="img", os="Linux")
    images.add(subscription, operation(), command)
    publishing.replicate_os_image(subscription, operation(), INPUT, "img")
    images.delete(subscription, operation(), "img")
    subscription.advance_to(subscription.now.replace(minute=30))
    image = images.add(subscription, operation(), command)
    publishing.replicate_os_image(subscription, operation(), INPUT, "img")
    subscription.advance_to(subscription.now.replace(hour=1, minute=15))
    assert image.publication.progress == 0


def test_an_image_is_taken_back(subscription, operation, own):
    image, (replicate, _, unreplicate), _ = own
    replicate(subscription, operation(), INPUT, "img")
    unreplicate(subscription, operation(), "img")
    assert (image.publication, subscription.clock.schedule) == (None, {})


@pytest.mark.parametrize("permission", ["Public", "private", "MSDN"])
def test_an_image_is_shared_after_a_while(subscription, operation, own, permission):
    _, (replicate, share, _), _ = own
    replicate(subscription, operation(), INPUT, "img")
    tracked = operation()
    assert not share(subscription, tracked, "img", permission)
    assert tracked.status == "InProgress"
    subscription.advance_until_quiet(10)
    assert tracked.status == "Succeeded"


@pytest.mark.parametrize(
    ("number", "arguments", "words"),
    [
        (0, (ReplicationInput(target_locations=["Moon"]), "img"), "The location 'Moon' does not exist."),
        (0, (INPUT, "nothing"), "The image with the specified name does not exist."),
        (1, ("img", "Friends"), "The permission 'Friends' is none of Public, Private, MSDN."),
        (1, ("nothing", "Public"), "The image with the specified name does not exist."),
        (1, ("img", "Public"), "The image img has to be replicated before it is shared."),
        (2, ("nothing",), "The image with the specified name does not exist."),
    ],
)
def test_what_is_refused_changes_nothing(subscription, operation, own, picture, number, arguments, words):
    _, does, _ = own
    before = picture(subscription)
    with pytest.raises(ServiceError) as raised:
        does[number](subscription, operation(), *arguments)
    assert raised.value.message.endswith(words)
    assert picture(subscription) == before


def platform_images(subscription):
    yield subscription.catalog.images[0], OS, publishing.os_image_details
    yield subscription.catalog.vm_images[0], VM, publishing.vm_image_details


def captured_images(subscription, own):
    image, does, details = own
    if isinstance(image, VMImage):
        subscription.vm_images["img"] = structs.replace(image, role_name="vm1")
    else:
        subscription.images["img"] = structs.replace(image, captured=True)
    yield image, does, details


def test_only_images_that_were_made_of_blobs_are_published(subscription, operation, own, picture):
    candidates = [*platform_images(subscription), *captured_images(subscription, own)]
    assert isinstance(candidates[0][0], OSImage)
    before = picture(subscription)
    for image, (replicate, share, unreplicate), details in candidates:
        calls = (
            lambda i=image, f=details: f(subscription, i.name),
            lambda i=image, f=replicate: f(subscription, operation(), INPUT, i.name),
            lambda i=image, f=share: f(subscription, operation(), i.name, "Public"),
            lambda i=image, f=unreplicate: f(subscription, operation(), i.name),
        )
        for call in calls:
            with pytest.raises(ServiceError, match="This operation is not allowed for this subscription.") as raised:
                call()
            assert (raised.value.code, raised.value.status) == ("ForbiddenError", 403)
    assert picture(subscription) == before


@pytest.mark.parametrize("operations", [OS, VM])
def test_who_has_no_image_is_no_publisher_whatever_the_name(subscription, operation, refuses, operations):
    replicate, share, unreplicate = operations
    details = publishing.os_image_details if operations is OS else publishing.vm_image_details
    refuses(errors.NOT_A_PUBLISHER, replicate, subscription, operation(), INPUT, "nope")
    refuses(errors.NOT_A_PUBLISHER, share, subscription, operation(), "nope", "Public")
    refuses(errors.NOT_A_PUBLISHER, unreplicate, subscription, operation(), "nope")
    refuses(errors.NOT_A_PUBLISHER, details, subscription, "nope")


def test_a_publisher_hears_that_an_image_is_not_there(subscription, refuses, own):
    _, _, details = own
    refuses(errors.IMAGE_NOT_FOUND, details, subscription, "nope")
