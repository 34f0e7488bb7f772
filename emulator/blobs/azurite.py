"""Blobs in a running Azurite, or in anything else that speaks the blob service's language at one address.

Needs `azure-storage-blob`, which is an extra. Accounts that the storage does not have are taken on trust, as by the
registry. Whatever is asked of it ends within seconds: storage that did not answer is left alone for a while. Knows no
images and no disks; it is told what to make.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import blake2b
from io import BufferedReader
from typing import TYPE_CHECKING, Any, BinaryIO

from azure.core.exceptions import (
    AzureError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.storage.blob import BlobClient, BlobLeaseClient, BlobProperties, BlobServiceClient

from emulator.blobs.reader import Reader
from emulator.domain import errors
from emulator.domain.blob_names import Address, Endpoint
from emulator.domain.blobs import PAGE, AccountKeys, Registry, account_keys
from emulator.domain.records import Blob
from emulator.domain.refusals import ServiceError

if TYPE_CHECKING:
    from emulator.domain.world import Subscription

log = logging.getLogger("emulator.blobs")

API_VERSION = "2021-12-02"
"""Old enough for every Azurite that is in use."""
LIMITS: Mapping[str, Any] = {"connection_timeout": 2, "read_timeout": 10, "retry_total": 0}
PAUSE_SECONDS = 5.0
"""For how long storage that did not answer is left alone, and an account that it does not have is not looked for."""
FOR_EVER = -1
_CHUNK = 4 * 1024 * 1024


class Azurite(Registry):
    """The blobs of a blob service. Containers need not be there before their first blob."""

    def __init__(self, url: str, endpoint: Endpoint, accounts: Mapping[str, AccountKeys], seed: str) -> None:
        super().__init__(endpoint)
        self.url, self._accounts, self._seed = url, accounts, seed
        self._own = Endpoint(f"{url}/{{account}}")
        self._services: dict[str, BlobServiceClient] = {}
        self._absent: dict[str, float] = {}
        self._silent = 0.0

    def address(self, url: str) -> Address | None:
        """Return the blob that a URL names: that of the endpoint, or that of the storage itself."""
        return super().address(url) or self._own.address(url)

    def keys(self, subscription: Subscription, account: str) -> AccountKeys | None:
        """Return the keys by which the storage knows an account."""
        listed = self._accounts.get(account)
        if listed is not None or self._service(subscription, account) is None:
            return listed
        return account_keys(self._seed, account)

    def sees(self, subscription: Subscription, account: str) -> bool:
        """See into the accounts that the storage has."""
        return self._service(subscription, account) is not None

    def look(self, subscription: Subscription, address: Address) -> Blob | None:
        """Return the kind and size of a blob, and whether it is leased, by whomever."""
        client = self._blob(subscription, address)
        if client is None:
            return super().look(subscription, address)
        found = self._properties(client)
        return Blob(found.blob_type.value, found.size, found.lease.state == "leased") if found else None

    def open(self, subscription: Subscription, address: Address) -> BinaryIO | None:
        """Open a blob; only what is read of it is fetched."""
        client = self._blob(subscription, address)
        found = self._properties(client) if client is not None else None
        if client is None or found is None:
            return None

        def fetch(start: int, count: int) -> bytes:
            with self._speaking():
                return client.download_blob(start, count).readall()

        return BufferedReader(Reader(fetch, found.size), _CHUNK)

    def last(self, subscription: Subscription, address: Address, count: int) -> bytes:
        """Return the last bytes of a blob."""
        file = self.open(subscription, address)
        if file is None:
            return b""
        with file:
            file.seek(max(0, file.seek(0, 2) - count))
            return file.read(count)

    def make_disk(
        self, subscription: Subscription, address: Address, footer: bytes, size: int, source: Address | None
    ) -> bool:
        """Make a page blob, of the pages of another that were ever written."""

        def make(blob: BlobClient) -> None:
            origin = self._blob(subscription, source) if source is not None else None
            found = _there(origin) if origin is not None else None
            if origin is None or found is None:
                blob.create_page_blob(size + len(footer))
            elif source == address:
                blob.resize_blob(size + len(footer))
                blob.clear_page(found.size - len(footer), len(footer))
            else:
                blob.create_page_blob(size + len(footer))
                _copy_pages(origin, blob, min(size, found.size - len(footer)))
            blob.upload_page(footer, offset=size, length=len(footer))

        return self._made(subscription, address, make) and super().make_disk(
            subscription, address, footer, size, source
        )

    def write(self, subscription: Subscription, address: Address, data: bytes) -> bool:
        """Upload a block blob."""

        def make(blob: BlobClient) -> None:
            blob.upload_blob(data, overwrite=True)

        return self._made(subscription, address, make) and super().write(subscription, address, data)

    def copy(self, subscription: Subscription, source: Address, target: Address) -> bool:
        """Copy a blob through this process: copies by the storage itself are not the same everywhere."""
        try:
            there = self.look(subscription, source)
            origin = self._blob(subscription, source)
        except ServiceError as error:
            log.warning("%s cannot be read: %s", source, error)
            return False
        if there is None or there.size is None or origin is None:
            return super().copy(subscription, source, target)
        size = there.size

        def make(blob: BlobClient) -> None:
            if there.kind == PAGE:
                blob.create_page_blob(size)
                _copy_pages(origin, blob, size)
            else:
                blob.upload_blob(origin.download_blob().chunks(), length=size, overwrite=True)

        done = self._made(subscription, target, make)
        if done:
            subscription.blobs[str(target)] = Blob(there.kind, size)
        return done

    def delete(self, subscription: Subscription, address: Address) -> None:
        """Delete a blob; a lease on it is broken."""
        super().delete(subscription, address)

        def delete(blob: BlobClient) -> None:
            _free(blob)
            blob.delete_blob(delete_snapshots="include")

        self._tried(subscription, address, delete)

    def lease(self, subscription: Subscription, address: Address, *, held: bool) -> None:
        """Lease a blob for ever, or release it; one that somebody else has leased stays theirs."""

        def lease(blob: BlobClient) -> None:
            one = BlobLeaseClient(blob, _lease_id(address))
            if held:
                one.acquire(FOR_EVER)
            else:
                one.release()

        self._tried(subscription, address, lease)
        with suppress(ServiceError):
            super().lease(subscription, address, held=held)

    def close(self) -> None:
        """Close the connections to the storage."""
        while self._services:
            self._services.popitem()[1].close()

    # ---- speaking to it

    def _client(self, account: str) -> BlobServiceClient:
        keys = self._accounts.get(account) or account_keys(self._seed, account)
        credential = {"account_name": account, "account_key": keys.primary}
        return BlobServiceClient(self._own.of(account), credential=credential, api_version=API_VERSION, **LIMITS)

    def _service(self, subscription: Subscription, account: str) -> BlobServiceClient | None:
        """Return what speaks to an account, if the storage has it: one that it was told of, or that has our key."""
        found = self._services.get(account)
        if found is not None:
            return found
        made = account in subscription.storage_accounts
        if account in self._accounts or (made and self._has(account)):
            found = self._services[account] = self._client(account)
        return found

    def _has(self, account: str) -> bool:
        if time.monotonic() < self._absent.get(account, 0.0):
            return False
        with self._speaking(), self._client(account) as service:
            try:
                service.get_account_information()
            except HttpResponseError:
                self._absent[account] = time.monotonic() + PAUSE_SECONDS
                return False
        return True

    def _blob(self, subscription: Subscription, address: Address) -> BlobClient | None:
        service = self._service(subscription, address.account)
        return service.get_blob_client(address.container, address.name) if service is not None else None

    def _properties(self, client: BlobClient) -> BlobProperties | None:
        with self._speaking():
            return _there(client)

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """Refuse what the storage refuses, or does not answer; soon, where it did not answer just before."""
        if time.monotonic() < self._silent:
            raise errors.STORAGE_UNUSABLE(url=self.url, why="it did not answer.")
        try:
            yield
        except HttpResponseError as error:
            why = f"it answered {error.status_code}, {getattr(error, 'error_code', None) or error.reason}."
            raise errors.STORAGE_UNUSABLE(url=self.url, why=why) from None
        except AzureError as error:
            log.warning("%s does not answer: %s", self.url, error.message)
            self._silent = time.monotonic() + PAUSE_SECONDS
            raise errors.STORAGE_UNUSABLE(url=self.url, why="it does not answer.") from None

    def _made(self, subscription: Subscription, address: Address, make: Callable[[BlobClient], None]) -> bool:
        """Make a blob in the place of what may be there, and its container; True also where it is taken on trust."""
        try:
            service = self._service(subscription, address.account)
            if service is None:
                return True
            blob = service.get_blob_client(address.container, address.name)
            with self._speaking():
                if not _free(blob):
                    with suppress(ResourceExistsError):
                        service.create_container(address.container)
                make(blob)
        except ServiceError as error:
            log.warning("%s cannot be written: %s", address, error)
            return False
        return True

    def _tried(self, subscription: Subscription, address: Address, do: Callable[[BlobClient], None]) -> None:
        """Do something to a blob, where it is there and lets it be done."""
        try:
            blob = self._blob(subscription, address)
            if blob is not None:
                with self._speaking(), suppress(ResourceNotFoundError):
                    do(blob)
        except ServiceError as error:
            log.warning("%s stays as it is: %s", address, error)


def _there(client: BlobClient) -> BlobProperties | None:
    try:
        return client.get_blob_properties()
    except ResourceNotFoundError:
        return None


def _free(blob: BlobClient) -> bool:
    """Break the lease on a blob; tell whether there is one."""
    found = _there(blob)
    if found is not None and found.lease.state == "leased":
        BlobLeaseClient(blob).break_lease(0)
    return found is not None


def _lease_id(address: Address) -> str:
    """Return the lease of a blob: always the same one, so that it is known after a restart, too."""
    return str(uuid.UUID(bytes=blake2b(str(address).encode(), digest_size=16).digest()))


def _copy_pages(source: BlobClient, target: BlobClient, end: int) -> None:
    """Copy the pages before `end` that were ever written."""
    for one in source.list_page_ranges():
        if one.cleared:
            continue
        stop = min((one.end or 0) + 1, end)
        for start in range(one.start or 0, stop, _CHUNK):
            count = min(_CHUNK, stop - start)
            target.upload_page(source.download_blob(start, count).readall(), offset=start, length=count)
