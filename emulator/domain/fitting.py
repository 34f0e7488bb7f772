"""Holds a service configuration against the definition in its package: whether they are of one service.

Whatever does not fit is the same refusal, with its reason. That these are all the checks there were, and in this
order, is assumed; that names of settings and roles had to agree is documented.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from emulator.catalog import Catalog
from emulator.domain import errors, operations
from emulator.domain.configuration import RoleConfiguration, ServiceConfiguration, role_key
from emulator.domain.definition import PackageDefinition, RoleDefinition
from emulator.domain.packages import Package
from emulator.domain.records import ConfigurationWarning, TrackedOperation
from emulator.domain.refusals import ServiceError
from emulator.domain.world import Subscription

PLUGINS = "Microsoft.WindowsAzure.Plugins."
"""What the names of settings and certificates begin with that a definition leaves to the plug-ins it imports."""
DEVELOPMENT_STORAGE = "usedevelopmentstorage=true"
RECOMMENDED_INSTANCES = 2


class Judged(Struct, frozen=True):
    """A package and a configuration together: the definition (None: on trust), or what is wrong, and warnings."""

    definition: PackageDefinition | None = None
    fault: ServiceError | None = None
    warnings: tuple[ConfigurationWarning, ...] = ()


def judge(catalog: Catalog, package: Package, content: ServiceConfiguration, *, strict: bool) -> Judged:
    """Return what a package and a configuration come to; warnings are a fault where the caller is `strict`."""
    if package.definition is None:
        return Judged(fault=package.fault)
    fault = misfit(catalog, package.definition, content)
    if fault is not None:
        return Judged(fault=fault)
    warned = tuple(warnings(content))
    if strict and warned:
        return Judged(fault=errors.WARNINGS_AS_ERRORS(warnings=" ".join(w.message for w in warned)), warnings=warned)
    return Judged(package.definition, warnings=warned)


def passes(subscription: Subscription, operation: TrackedOperation, judged: Judged, timing: str) -> bool:
    """Take note of the warnings. If something is wrong, the call is accepted and its operation fails after `timing`.

    That what only opening a package shows was told of by the operation, not by the call, is assumption 50.
    """
    operation.warnings = judged.warnings
    if judged.fault is not None:
        operations.fail_later(subscription, operation, judged.fault, timing)
    return judged.fault is None


def misfit(catalog: Catalog, definition: PackageDefinition, content: ServiceConfiguration) -> ServiceError | None:
    """Return the refusal of a configuration that does not fit a definition, or None if it does."""
    for role in definition.roles:
        size = catalog.role_size(role.vm_size)
        if size is None or not size.supported_by_web_worker_roles:
            return errors.ROLE_SIZE_UNKNOWN(size=role.vm_size, kind="web and worker roles")
    for why in (*_counts(catalog, definition), *_service(definition, content)):
        return errors.CONFIGURATION_MISMATCH(why=why)
    for role in definition.roles:
        configured = content.role(role.name)
        for why in _role(role, configured, content) if configured else ():
            return errors.CONFIGURATION_MISMATCH(why=f"role {role.name}: {why}")
    return None


def _counts(catalog: Catalog, definition: PackageDefinition) -> Iterator[str]:
    limits, roles = catalog.limits, definition.roles
    for what, count, most in (
        ("input endpoints", sum(len(r.input_endpoints) for r in roles), limits.input_endpoints_per_deployment),
        ("internal endpoints", sum(len(r.internal_endpoints) for r in roles), limits.internal_endpoints_per_deployment),
        (
            "instance input endpoints",
            sum(len(r.instance_input_endpoints) for r in roles),
            limits.instance_input_endpoints_per_deployment,
        ),
    ):
        if count > most:
            yield f"the definition has {count} {what}, more than {most}."


def _service(definition: PackageDefinition, content: ServiceConfiguration) -> Iterator[str]:
    if role_key(definition.service_name) != role_key(content.service_name):
        yield f"it is of the service {content.service_name}, the definition of {definition.service_name}."
    yield from _differences("role", [r.name for r in definition.roles], [r.name for r in content.roles])


def _role(role: RoleDefinition, configured: RoleConfiguration, content: ServiceConfiguration) -> Iterator[str]:
    plugins = tuple(f"{PLUGINS}{module}." for module in role.imports)
    settings = (setting.name for setting in configured.settings)
    certificates = [certificate.name for certificate in configured.certificates]
    yield from _differences("setting", role.settings, settings, plugins)
    yield from _differences("certificate", role.certificates, certificates, plugins)
    for endpoint in role.input_endpoints:
        if endpoint.certificate and endpoint.certificate not in (*role.certificates, *certificates):
            yield f"the endpoint {endpoint.name} needs the certificate {endpoint.certificate}, which is not defined."
    for one in role.instance_input_endpoints:
        if (room := one.last_port - one.first_port + 1) < configured.instance_count:
            yield f"the endpoint {one.name} has {room} ports for {configured.instance_count} instances."
    if role.os_families and content.os_family not in role.os_families:
        known = ", ".join(role.os_families)
        yield f"guest operating systems of family {content.os_family} are not among those it supports: {known}."
    yield from _access(role, content)


def _access(role: RoleDefinition, content: ServiceConfiguration) -> Iterator[str]:
    public = [*(e.name for e in role.input_endpoints), *(e.name for e in role.instance_input_endpoints)]
    endpoints = {name.lower() for name in public}
    for acl in content.network.endpoint_acls if content.network else ():
        if role_key(acl.role) == role_key(role.name) and acl.endpoint.lower() not in endpoints:
            yield f"there is no input endpoint {acl.endpoint}, which an access control list is for."


def _differences(
    what: str, defined: Iterable[str], given: Iterable[str], plugins: tuple[str, ...] = ()
) -> Iterator[str]:
    """Yield what only one side has; the names of roles alone agree in any case (assumption 53)."""
    key = role_key if what == "role" else str
    here, there = ({key(name): name for name in names} for names in (defined, given))
    yield from (f"the {what} {name} is missing." for one, name in here.items() if one not in there)
    for one, name in there.items():
        if one not in here and not name.startswith(plugins):
            yield f"there is no {what} {name}."


def warnings(content: ServiceConfiguration) -> Iterator[ConfigurationWarning]:
    """Yield what is allowed and yet unwise. Which warnings the service had is not known (assumption 51)."""
    for role in content.roles:
        if role.instance_count < RECOMMENDED_INSTANCES:
            message = f"The role {role.name} has one instance only: at least two are recommended for availability."
            yield ConfigurationWarning("SingleInstanceRole", message)
        for setting in role.settings:
            if setting.value.replace(" ", "").lower().startswith(DEVELOPMENT_STORAGE):
                message = f"The setting {setting.name} of the role {role.name} names the development storage."
                yield ConfigurationWarning("DevelopmentStorage", message)


# ---- what an upgrade may not change


def unchangeable(old: PackageDefinition | None, new: PackageDefinition | None) -> ServiceError | None:
    """Return the refusal of a package that changes what an upgrade cannot: upgrade domains, smaller local storage."""
    if old is None or new is None:
        return None
    if old.upgrade_domain_count != new.upgrade_domain_count:
        return errors.UPGRADE_NOT_POSSIBLE(why="it changes the number of upgrade domains.")
    for role in new.roles:
        before = old.role(role.name)
        sizes = {one.name.lower(): one.size_in_mb for one in (before.local_storage if before else ())}
        for one in role.local_storage:
            if one.size_in_mb < sizes.get(one.name.lower(), 0):
                return errors.UPGRADE_NOT_POSSIBLE(why=f"it makes the local storage {one.name} smaller.")
    return None
