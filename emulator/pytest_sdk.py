"""What `asm_sdk` gives: the service classes of the Python SDK for a test's subscription.

Light to import, for every pytest imports it; the SDK itself is imported when it is asked for.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


class Opened(Protocol):
    """A subscription that a client certificate opens."""

    def sdk(self, service_class: Callable[..., Any], **keywords: object) -> Any:
        """Return an instance of one of the SDK's service classes for it."""


class AsmSdk:
    """The service classes of the Python SDK (azure-servicemanagement-legacy) for one subscription, ready to use."""

    def __init__(self, subscription: Opened) -> None:
        self._subscription, self._module = subscription, _sdk_module()

    @cached_property
    def service_management(self) -> Any:
        """A ServiceManagementService."""
        return self._made("ServiceManagementService")

    @cached_property
    def service_bus(self) -> Any:
        """A ServiceBusManagementService."""
        return self._made("ServiceBusManagementService")

    @cached_property
    def sql_database(self) -> Any:
        """A SqlDatabaseManagementService."""
        return self._made("SqlDatabaseManagementService")

    @cached_property
    def website(self) -> Any:
        """A WebsiteManagementService."""
        return self._made("WebsiteManagementService")

    @cached_property
    def scheduler(self) -> Any:
        """A SchedulerManagementService."""
        return self._made("SchedulerManagementService")

    def _made(self, name: str) -> Any:
        return self._subscription.sdk(getattr(self._module, name))


def _sdk_module() -> Any:
    import warnings  # noqa: PLC0415 - start-up time

    # The SDK is of 2015: today's Python has something to say of its string literals.
    with warnings.catch_warnings(action="ignore"):
        try:
            import azure.servicemanagement  # noqa: PLC0415 - not needed by the other fixtures
        except ImportError as error:
            pytest.fail(f"asm_sdk needs the Python SDK: pip install azure-servicemanagement-legacy ({error})", False)
    return azure.servicemanagement
