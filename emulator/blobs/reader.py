"""A file to be read and sought in, of whatever can fetch a part of its bytes."""

from __future__ import annotations

import os
from collections.abc import Callable
from io import RawIOBase
from typing import Any


class Reader(RawIOBase):
    """Bytes that are fetched when they are read; `fetch` takes where they begin and how many they are."""

    def __init__(self, fetch: Callable[[int, int], bytes], size: int) -> None:
        self._fetch, self._size, self._at = fetch, size, 0

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be sought in."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to another place and return it."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fetch the next bytes into a buffer; return how many they are."""
        view = memoryview(buffer).cast("B")
        count = min(len(view), self._size - self._at)
        if count <= 0:
            return 0
        data = self._fetch(self._at, count)
        view[: len(data)] = data
        self._at += len(data)
        return len(data)
