"""Blobs: the port through which the cloud sees them, and the adaptor that is its default.

The emulator is no blob service. It has a `Blobs`, which is one of three:

registry    knows of the blobs that the emulator made or was told of, and holds no bytes (here, `Registry`)
directory   the files of a directory are the blobs (emulator/blobs/directory.py)
azurite     a blob service of its own, spoken to over HTTP (emulator/blobs/azurite.py)

`Imagined` stands before one of them where nothing is to be done in earnest.

A blob is named by its `Address`, never by a URL: an adaptor is configured with the storage that it uses, and MUST NOT
go wherever a URL leads. What it has to remember it keeps in `subscription.blobs`, so that a snapshot has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Protocol

from msgspec import Struct

from emulator.domain.blob_names import Address, Endpoint
from emulator.domain.entropy import derived_key
from emulator.domain.records import Blob
from emulator.domain.vhd import FOOTER_BYTES

if TYPE_CHECKING:
    from emulator.domain.world import Subscription

PAGE, BLOCK = "PageBlob", "BlockBlob"


class AccountKeys(Struct, frozen=True):
    """The keys of a storage account, in base64."""

    primary: str
    secondary: str


def account_keys(seed: str, name: str) -> AccountKeys:
    """Return the keys of an account that follow from the world's seed: those of an account nobody said more of."""
    return AccountKeys(derived_key(seed, name, "primary"), derived_key(seed, name, "secondary"))


class Blobs(Protocol):
    """What an adaptor is to the cloud. All calls but `open` are made under the subscription's lock.

    A call MUST return soon. Where storage is out of reach `keys`, `sees`, `look`, `open`, `last` and what was opened
    MAY raise errors.STORAGE_UNUSABLE. The others MUST NOT raise: what is wrong is told in the log, and what a call
    returns says what became of it. A call MAY be made twice for the same blob.
    """

    endpoint: Endpoint

    def address(self, url: str) -> Address | None:
        """Return the blob that a URL names; None for one that is no blob's or in no storage that MAY be used."""

    def keys(self, subscription: Subscription, account: str) -> AccountKeys | None:
        """Return the keys by which the storage itself knows an account; None where any will do."""

    def sees(self, subscription: Subscription, account: str) -> bool:
        """Tell whether it can be told what lies in an account: then what `look` does not find is not there.

        MUST be False in an adaptor that holds no bytes.
        """

    def look(self, subscription: Subscription, address: Address) -> Blob | None:
        """Return what is known of a blob; None where it is not there, or nothing is known of it."""

    def open(self, subscription: Subscription, address: Address) -> BinaryIO | None:
        """Return a blob's bytes, to be read and sought in and to be closed; None where they cannot be seen.

        MUST NOT read the fields of the subscription that change, save its accounts: no lock is held.
        """

    def last(self, subscription: Subscription, address: Address, count: int) -> bytes:
        """Return the last bytes of a blob that is there."""

    def make_disk(
        self, subscription: Subscription, address: Address, footer: bytes, size: int, source: Address | None
    ) -> bool:
        """Make a page blob: `size` bytes, which are those of `source` as far as they go, or zeros; and the footer.

        It MUST be sparse where it can be. One that is there is replaced. The footer of the source is not copied; a
        source that is not there is none.
        """

    def write(self, subscription: Subscription, address: Address, data: bytes) -> bool:
        """Make a block blob of these bytes; one that is there is replaced."""

    def copy(self, subscription: Subscription, source: Address, target: Address) -> bool:
        """Make a blob that is a copy of another; False, and no blob, where that is not there."""

    def delete(self, subscription: Subscription, address: Address) -> None:
        """Delete a blob, leased or not; one that is not there is no error."""

    def lease(self, subscription: Subscription, address: Address, *, held: bool) -> None:
        """Hold a blob, so that nobody else deletes it, or let go of it. MAY do nothing but remember it."""

    def close(self) -> None:
        """Let go of connections. What is asked for after that MAY make new ones."""


class Registry:
    """Knows what it was told, and holds no bytes."""

    def __init__(self, endpoint: Endpoint = Endpoint()) -> None:  # noqa: B008 - frozen
        self.endpoint = endpoint

    def address(self, url: str) -> Address | None:
        """Return the blob that a URL names."""
        return self.endpoint.address(url)

    def keys(self, _subscription: Subscription, _account: str) -> AccountKeys | None:
        """Tell that any keys will do."""
        return None

    def sees(self, _subscription: Subscription, _account: str) -> bool:
        """Tell that nothing can be seen."""
        return False

    def look(self, subscription: Subscription, address: Address) -> Blob | None:
        """Return what is known of a blob."""
        return subscription.blobs.get(str(address))

    def open(self, _subscription: Subscription, _address: Address) -> BinaryIO | None:
        """Return None: there are no bytes."""
        return None

    def last(self, _subscription: Subscription, _address: Address, _count: int) -> bytes:
        """Return nothing: there are no bytes."""
        return b""

    def make_disk(
        self, subscription: Subscription, address: Address, _footer: bytes, size: int, _source: Address | None
    ) -> bool:
        """Know of a page blob."""
        subscription.blobs[str(address)] = Blob(PAGE, size + FOOTER_BYTES)
        return True

    def write(self, subscription: Subscription, address: Address, data: bytes) -> bool:
        """Know of a block blob."""
        subscription.blobs[str(address)] = Blob(BLOCK, len(data))
        return True

    def copy(self, subscription: Subscription, source: Address, target: Address) -> bool:
        """Know of one more blob, if the first is known."""
        known = subscription.blobs.get(str(source))
        if known is not None:
            subscription.blobs[str(target)] = Blob(known.kind, known.size)
        return known is not None

    def delete(self, subscription: Subscription, address: Address) -> None:
        """Forget a blob."""
        subscription.blobs.pop(str(address), None)

    def lease(self, subscription: Subscription, address: Address, *, held: bool) -> None:
        """Remember who is held; a blob that was not known is known from then on."""
        known = self.look(subscription, address)
        if known is not None or held:
            kept = subscription.blobs.setdefault(str(address), known or Blob())
            kept.leased = held

    def close(self) -> None:
        """Do nothing: there is no connection."""


class Imagined:
    """Another's blobs, to which nothing is done: what seems to be done to them is remembered here, and only seen here.

    For a call that is only tried, or that is to leave no trace.
    """

    def __init__(self, real: Blobs) -> None:
        self.endpoint = real.endpoint
        self._real = real
        self._done: dict[Address, tuple[Blob, bytes] | None] = {}

    def address(self, url: str) -> Address | None:
        """Return the blob that a URL names."""
        return self._real.address(url)

    def keys(self, subscription: Subscription, account: str) -> AccountKeys | None:
        """Return the keys that the others hold to."""
        return self._real.keys(subscription, account)

    def sees(self, subscription: Subscription, account: str) -> bool:
        """Tell whether the others see into an account."""
        return self._real.sees(subscription, account)

    def look(self, subscription: Subscription, address: Address) -> Blob | None:
        """Return what a blob seems to be."""
        if address not in self._done:
            return self._real.look(subscription, address)
        done = self._done[address]
        return done[0] if done else None

    def open(self, subscription: Subscription, address: Address) -> BinaryIO | None:
        """Open a blob to which nothing was done; the others have no bytes."""
        return None if address in self._done else self._real.open(subscription, address)

    def last(self, subscription: Subscription, address: Address, count: int) -> bytes:
        """Return the last bytes of a blob, or of what seems to be one."""
        if address not in self._done:
            return self._real.last(subscription, address, count)
        done = self._done[address]
        return done[1][-count:] if done else b""

    def make_disk(
        self, _subscription: Subscription, address: Address, footer: bytes, size: int, _source: Address | None
    ) -> bool:
        """Seem to make a page blob."""
        self._done[address] = Blob(PAGE, size + len(footer)), footer
        return True

    def write(self, _subscription: Subscription, address: Address, data: bytes) -> bool:
        """Seem to make a block blob."""
        self._done[address] = Blob(BLOCK, len(data)), data
        return True

    def copy(self, subscription: Subscription, source: Address, target: Address) -> bool:
        """Seem to copy a blob, if it is there."""
        there = self.look(subscription, source)
        if there is not None:
            self._done[target] = Blob(there.kind, there.size), self.last(subscription, source, FOOTER_BYTES)
        return there is not None

    def delete(self, _subscription: Subscription, address: Address) -> None:
        """Seem to delete a blob."""
        self._done[address] = None

    def lease(self, _subscription: Subscription, _address: Address, *, held: bool) -> None:
        """Do nothing: nobody looks at leases before they are real."""

    def close(self) -> None:
        """Do nothing: the connections are those of the others."""
