"""How a call gets at the package that it names, and what came of it.

A package is opened before the subscription's lock is taken (`opened`); what came of it, be it a refusal, travels with
the command and is judged with the configuration (see fitting.py). Knows no archive: the world is given a reader.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from emulator.domain import errors
from emulator.domain.definition import PackageDefinition, PackageError
from emulator.domain.errors import ServiceError
from emulator.domain.world import Subscription


class Package(Struct, frozen=True):
    """What came of fetching: a definition; or what is wrong; or neither, and the package is taken on trust."""

    definition: PackageDefinition | None = None
    fault: ServiceError | None = None


TRUSTED = Package()


def fetch(subscription: Subscription, url: str) -> Package:
    """Open the package at an address, where its bytes can be seen. Takes no lock and changes nothing."""
    world = subscription.world
    address = world.blobs.address(url)
    file = world.blobs.open(subscription, address) if address is not None else None
    if file is None:
        missing = address is not None and world.blobs.sees(subscription, address.account)
        trusted = world.packages == "trust" and not missing
        return TRUSTED if trusted else Package(fault=errors.PACKAGE_NOT_FOUND(url=url[:200]))
    if world.package_reader is None:
        return TRUSTED
    with file:
        try:
            return Package(definition=world.package_reader(file))
        except PackageError as error:
            return Package(fault=errors.PACKAGE_INVALID(why=error))


class Packaged(Struct, frozen=True, kw_only=True):
    """A command that names a package, and what came of fetching it."""

    package_url: str
    package: Package = TRUSTED


def opened(subscription: Subscription, command: Packaged) -> Packaged:
    """Return a command with its package fetched: what the pipeline does before it takes the lock."""
    return replace(command, package=fetch(subscription, command.package_url))
