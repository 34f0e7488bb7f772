"""Publishing images: copying one's own to regions, sharing it, and what is known of that.

Only publishers could do that. A subscription was one or not; here it is one for the images that it made of blobs, as
recorded, and none for the platform's images and for those captured from machines, as recorded too. Whoever has no
image of its own is none whatever the name: that was judged before the name was looked at (assumption 234).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from msgspec import Struct, structs

from emulator.domain import errors, lookup, vm_images
from emulator.domain.clock import Event
from emulator.domain.image_records import (
    ComputeImageAttributes,
    Image,
    MarketplaceImageAttributes,
    Publication,
    VMImage,
)
from emulator.domain.records import TrackedOperation
from emulator.domain.world import Subscription

PERMISSIONS = ("Public", "Private", "MSDN")

Own = Image | VMImage


class ReplicationInput(Struct, frozen=True, kw_only=True):
    """Where an image is to be copied to, and how it is to be named and sold there."""

    target_locations: list[str] | None = None
    compute: ComputeImageAttributes | None = None
    marketplace: MarketplaceImageAttributes | None = None


# ---- whose image it is


def _publisher(images: Iterable[Own]) -> None:
    if all(one.captured for one in images):
        raise errors.NOT_A_PUBLISHER()


def _os_image(subscription: Subscription, image_name: str) -> Image:
    _publisher(subscription.images.values())
    found = lookup.image(subscription, image_name)
    if not isinstance(found, Image) or found.captured:
        raise errors.NOT_A_PUBLISHER()
    return found


def _vm_image(subscription: Subscription, vm_image_name: str) -> VMImage:
    _publisher(subscription.vm_images.values())
    found = vm_images.find(subscription, vm_image_name)
    if not isinstance(found, VMImage) or found.captured:
        raise errors.NOT_A_PUBLISHER()
    return found


# ---- details


def os_image_details(subscription: Subscription, image_name: str) -> Image:
    """Return an operating-system image of one's own, of which all is shown."""
    return _os_image(subscription, image_name)


def vm_image_details(subscription: Subscription, vm_image_name: str) -> VMImage:
    """Return an image of a whole machine of one's own, of which all is shown."""
    return _vm_image(subscription, vm_image_name)


# ---- replicate


def replicate_os_image(
    subscription: Subscription, _operation: TrackedOperation, command: ReplicationInput, image_name: str
) -> str:
    """Copy an operating-system image to regions and return the name under which it is published."""
    return _replicate(subscription, command, _os_image(subscription, image_name))


def replicate_vm_image(
    subscription: Subscription, _operation: TrackedOperation, command: ReplicationInput, vm_image_name: str
) -> str:
    """Copy an image of a whole machine to regions and return the name under which it is published."""
    return _replicate(subscription, command, _vm_image(subscription, vm_image_name))


def _replicate(subscription: Subscription, command: ReplicationInput, image: Own) -> str:
    """Copying goes on after the call: its progress is 0 until it is 100."""
    regions = tuple(_region(subscription, name) for name in command.target_locations or ())
    _stop(subscription, image)
    kind = "os" if isinstance(image, Image) else "vm"
    replicating = subscription.after("image.replication", "publication", (kind, image.name.lower()), "replicated")
    publication = Publication(
        published_name=f"{publisher(subscription.id)}__{image.name}",
        regions=regions,
        compute=command.compute,
        marketplace=command.marketplace,
        replicating=replicating,
    )
    image.publication = publication
    return publication.published_name


def _region(subscription: Subscription, name: str) -> str:
    found = subscription.catalog.location(name)
    if found is None:
        raise errors.LOCATION_NOT_FOUND(name=name)
    return found.name


def publisher(subscription_id: str) -> str:
    """Return the 32 hex digits that begin the published names of a subscription: always the same, as recorded."""
    return hashlib.sha256(subscription_id.encode()).hexdigest()[:32]


def _stop(subscription: Subscription, image: Own) -> None:
    if image.publication is not None:
        subscription.clock.cancel(image.publication.replicating)


# ---- share


def share_os_image(subscription: Subscription, operation: TrackedOperation, image_name: str, permission: str) -> bool:
    """Accept to let others use an operating-system image that was copied; the answer `false` is as recorded."""
    _share(subscription, operation, _os_image(subscription, image_name), permission, "image.share")
    return False


def share_vm_image(
    subscription: Subscription, operation: TrackedOperation, vm_image_name: str, permission: str
) -> None:
    """Accept to let others use an image of a whole machine that was copied."""
    _share(subscription, operation, _vm_image(subscription, vm_image_name), permission, "vm_image.share")


def _share(subscription: Subscription, operation: TrackedOperation, image: Own, permission: str, timing: str) -> None:
    """Take the time that it takes. Whom an image is shared with shows in no recorded answer, so it is not kept."""
    if permission.lower() not in (known.lower() for known in PERMISSIONS):
        raise errors.SHARING_PERMISSION_INVALID(permission=permission, known=", ".join(PERMISSIONS))
    if image.publication is None:
        raise errors.IMAGE_NOT_REPLICATED(name=image.name)
    subscription.after(timing, "operation", (operation.id,), "succeed", operation.id)


# ---- unreplicate


def unreplicate_os_image(subscription: Subscription, _operation: TrackedOperation, image_name: str) -> None:
    """Take the copies of an operating-system image away."""
    _unreplicate(subscription, _os_image(subscription, image_name))


def unreplicate_vm_image(subscription: Subscription, _operation: TrackedOperation, vm_image_name: str) -> None:
    """Take the copies of an image of a whole machine away."""
    _unreplicate(subscription, _vm_image(subscription, vm_image_name))


def _unreplicate(subscription: Subscription, image: Own) -> None:
    _stop(subscription, image)
    image.publication = None


# ---- what the schedule brings


def _replicated(subscription: Subscription, event: Event) -> None:
    kind, key = event.resource
    image = subscription.images.get(key) if kind == "os" else subscription.vm_images.get(key)
    publication = image.publication if image is not None else None
    if image is not None and publication is not None and publication.replicating == event.sequence:
        image.publication = structs.replace(publication, progress=100, replicating=0)


HANDLERS = {"publication": _replicated}
