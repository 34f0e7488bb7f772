"""Operating-system images: the platform's, which the catalog has, and the user's own."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from emulator.catalog import OSImage as PlatformImage
from emulator.domain import errors, lookup, media, names
from emulator.domain.image_records import Image
from emulator.domain.records import TrackedOperation
from emulator.domain.world import Subscription

DEFAULT_GB = 30


class ImageInput(Struct, frozen=True, kw_only=True):
    """What a caller says of an image of its own, or changes of it."""

    label: str | None = None
    media_link: str | None = None
    name: str | None = None
    os: str | None = None
    eula: str | None = None
    description: str | None = None
    image_family: str | None = None
    show_in_gui: bool | None = None
    published_date: datetime | None = None
    icon_uri: str | None = None
    privacy_uri: str | None = None
    recommended_vm_size: str | None = None
    small_icon_uri: str | None = None
    language: str | None = None


_OPTIONAL = (
    "eula",
    "description",
    "image_family",
    "show_in_gui",
    "published_date",
    "icon_uri",
    "privacy_uri",
    "recommended_vm_size",
    "small_icon_uri",
    "language",
)


def add(subscription: Subscription, _operation: TrackedOperation, command: ImageInput) -> Image:
    """Make an image of a blob, under a name that is new."""
    name = names.resource_name(command.name or "", errors.IMAGE_NAME)
    os = lookup.operating_system(command.os)
    location = media.location_of(subscription, command.media_link or "")
    if name.lower() in subscription.images or subscription.catalog.image(name) is not None:
        raise errors.IMAGE_EXISTS(name=name)
    names.description(command.description)
    size = media.size_in_gb(subscription, command.media_link or "")
    account = media.account_of(subscription, command.media_link or "")
    image = Image(
        name=name,
        label=command.label or name,
        os=os,
        location=location or lookup.DEFAULT_LOCATION,
        logical_size_in_gb=size or DEFAULT_GB,
        media_link=command.media_link,
        is_premium=False,
        os_state="Generalized",
        io_type="Provisioned" if account and account.account_type == "Premium_LRS" else "Standard",
        **{field: getattr(command, field) for field in _OPTIONAL},
    )
    subscription.images[name.lower()] = image
    media.lease(subscription, image.media_link)
    return image


def get(subscription: Subscription, image_name: str) -> Image | PlatformImage:
    """Return the image of that name; some platform images could be used by those who knew them, but not read."""
    found = lookup.image(subscription, image_name)
    if isinstance(found, PlatformImage) and not found.listed:
        raise errors.IMAGE_NOT_FOUND()
    return found


def list_all(subscription: Subscription) -> list[Image | PlatformImage]:
    """Return the platform's images and then the user's."""
    return [*subscription.catalog.images, *subscription.images.values()]


def update(subscription: Subscription, _operation: TrackedOperation, command: ImageInput, image_name: str) -> Image:
    """Change what is said of an image; what is left out stays."""
    image = _own(subscription, image_name)
    names.description(command.description)
    for field in ("label", *_OPTIONAL):
        value = getattr(command, field)
        if value is not None:
            setattr(image, field, value)
    return image


def delete(subscription: Subscription, _operation: TrackedOperation, image_name: str) -> None:
    """Forget an image; its blob stays."""
    _delete(subscription, image_name, media_too=False)


def delete_with_media(subscription: Subscription, _operation: TrackedOperation, image_name: str) -> None:
    """Forget an image and delete its blob."""
    _delete(subscription, image_name, media_too=True)


def _delete(subscription: Subscription, image_name: str, *, media_too: bool) -> None:
    image = _own(subscription, image_name)
    del subscription.images[image.name.lower()]
    media.let_go(subscription, image.media_link, delete=media_too)


def _own(subscription: Subscription, image_name: str) -> Image:
    found = lookup.image(subscription, image_name)
    if not isinstance(found, Image):
        raise errors.IMAGE_READ_ONLY(name=found.name)
    return found
