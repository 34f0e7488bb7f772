"""Who is calling: from the certificate of a connection to a caller, or to a refusal.

The handshake accepts any certificate; here it is judged. One that the emulator issued opens any subscription (with
`strict` only the one it was issued for); any other has to be registered with the subscription that it wants.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from emulator.domain import errors
from emulator.domain.records import Caller
from emulator.domain.world import Subscription, World

Issued = Callable[[bytes], str | None]
"""Tells for which subscription the emulator issued a certificate (DER), or None for one that it did not issue."""

REMEMBERED = 4096
REMEMBERED_LENGTH = 4096
"""Certificates whose thumbprints are not computed again, and how long (bytes) such a one may be."""


class Authentication:
    """Judges certificates for one world."""

    def __init__(self, world: World, issued: Issued, *, strict: bool = False) -> None:
        self._world, self._issued, self._strict = world, issued, strict
        self._thumbprints: dict[bytes, str] = {}

    def thumbprint(self, der: bytes | None) -> str:
        """Return what a certificate is known by; refuse a caller without one."""
        if der is None:
            raise errors.NOT_ALLOWED()
        known = self._thumbprints.get(der)
        if known is None:
            known = hashlib.sha1(der, usedforsecurity=False).hexdigest().upper()
            if len(self._thumbprints) >= REMEMBERED:
                self._thumbprints.clear()
            if len(der) <= REMEMBERED_LENGTH:
                self._thumbprints[der] = known
        return known

    def caller(self, der: bytes | None, client_ip: str) -> Caller:
        """Return who holds a certificate that the emulator issued or that some subscription knows."""
        thumbprint = self.thumbprint(der)
        if self._issued(der or b"") is None and not any(
            thumbprint in one.management_certificates for one in list(self._world.subscriptions.values())
        ):
            raise errors.NOT_ALLOWED()
        return Caller(thumbprint, client_ip)

    def admit(self, der: bytes | None, subscription_id: str, client_ip: str) -> tuple[Subscription, Caller]:
        """Return the subscription that a certificate opens, and the caller; refuse if it does not open it."""
        thumbprint = self.thumbprint(der)
        known = self._world.subscriptions.get(subscription_id.lower())
        if known is None or thumbprint not in known.callers:
            self._judge(der or b"", thumbprint, subscription_id, known)
        subscription = known or self._world.subscription(subscription_id)
        if thumbprint not in subscription.callers and thumbprint not in subscription.management_certificates:
            subscription.callers.append(thumbprint)
        return subscription, Caller(thumbprint, client_ip)

    def _judge(self, der: bytes, thumbprint: str, subscription_id: str, known: Subscription | None) -> None:
        if known is not None and thumbprint in known.management_certificates:
            return
        home = self._issued(der)
        if home is None or (self._strict and home.lower() != subscription_id.lower()):
            raise errors.NOT_ALLOWED()
