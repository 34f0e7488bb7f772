"""How a call gets at the package that it names, and what came of it.

A package is opened before the subscription's lock is taken (`opened`); what came of it, be it a refusal, travels with
the command and is judged with the configuration (see fitting.py). Knows no archive: the world is given a reader.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from emulator.domain import errors
from emulator.domain.blob_names import Address
from emulator.domain.definition import PackageDefinition, PackageError
from emulator.domain.records import Deployment
from emulator.domain.refusals import ServiceError
from emulator.domain.world import Subscription


class Package(Struct, frozen=True):
    """What came of fetching: a definition; or what is wrong; or neither, and the package is taken on trust."""

    definition: PackageDefinition | None = None
    fault: ServiceError | None = None


TRUSTED = Package()


def fetch(subscription: Subscription, url: str) -> Package:
    """Open the package at an address, where its bytes can be seen. Takes no lock and changes nothing."""
    try:
        return _opened(subscription, url)
    except ServiceError as error:
        return Package(fault=error)


def _opened(subscription: Subscription, url: str) -> Package:
    world = subscription.world
    address = world.blobs.address(url)
    file = world.blobs.open(subscription, address) if address is not None else None
    if file is None:
        missing = Package(fault=errors.PACKAGE_NOT_FOUND(url=url[:200]))
        return TRUSTED if trusted(subscription, address) else missing
    if world.package_reader is None:
        return TRUSTED
    with file:
        try:
            return Package(definition=world.package_reader(file))
        except PackageError as error:
            return Package(fault=errors.PACKAGE_INVALID(why=error))


def trusted(subscription: Subscription, address: Address | None) -> bool:
    """Tell whether a package without bytes is taken on trust: not where it can be seen that it is not there."""
    world = subscription.world
    missing = address is not None and world.blobs.sees(subscription, address.account)
    return world.packages == "trust" and not missing


class Packaged(Struct, frozen=True, kw_only=True):
    """A command that names a package, and what came of fetching it."""

    package_url: str
    package: Package = TRUSTED


def opened(subscription: Subscription, command: Packaged) -> Packaged:
    """Return a command with its package fetched: what the pipeline does before it takes the lock."""
    return replace(command, package=fetch(subscription, command.package_url))


# ---- storing


def store(
    subscription: Subscription, deployment: Deployment, container: str, text: bytes, *, overwrite: bool
) -> ServiceError | None:
    """Put a deployment's package and configuration into a container, by the deployment's name; return what went wrong.

    The package is the blob that the deployment was made of, as it is now. One that is taken on trust is left out, and
    a container outside of the storage in use is taken on trust, too. That they are named so is
    assumption 54.
    """
    blobs = subscription.store
    package, configuration = (
        blobs.address(f"{container}/{deployment.name}{suffix}") for suffix in (".cspkg", ".cscfg")
    )
    if package is None or configuration is None:
        return None
    if not overwrite:
        for address in (package, configuration):
            if blobs.look(subscription, address) is not None:
                return errors.BLOB_EXISTS(url=blobs.endpoint.url(address))
    url = deployment.package_url or ""
    source = blobs.address(url)
    if source is not None and blobs.look(subscription, source) is not None:
        if source != package and not blobs.copy(subscription, source, package):
            return errors.BLOB_NOT_WRITTEN(url=blobs.endpoint.url(package))
    elif not trusted(subscription, source):
        return errors.PACKAGE_NOT_FOUND(url=url[:200])
    written = blobs.write(subscription, configuration, text)
    return None if written else errors.BLOB_NOT_WRITTEN(url=blobs.endpoint.url(configuration))
