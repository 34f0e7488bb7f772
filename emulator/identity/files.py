"""Certificate files on disk: read, written whole or not at all, and never readable by others while they hold a key.

Knows paths, modes and locks. May not know what a file contains.
"""

from __future__ import annotations

import os
import secrets
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)


PRIVATE = 0o600
PUBLIC = 0o644
_LOCK = ".lock"


class AuthorityError(Exception):
    """A certificate file or directory that cannot be used: its text names the path and says what to do about it."""


def ensure_directory(directory: Path) -> Path:
    """Return the absolute path of a directory, which is made with mode 0700 where there is none.

    Raises AuthorityError when the path is something else or cannot be made.
    """
    path = Path(directory).absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise AuthorityError(f"{path} is not a directory: name another one for the certificates.") from None
    except OSError as error:
        raise _refusal(path, "be made", error) from None
    return path


@contextmanager
def locked(directory: Path, name: str = _LOCK) -> Iterator[None]:
    """Keep every other process and thread that asks for the same lock of the directory waiting. Not reentrant.

    Raises AuthorityError when the lock file cannot be written.
    """
    path = directory / name
    try:
        # Closing the descriptor is what releases the lock, also when the process is killed.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE)
    except OSError as error:
        raise _refusal(path, "be written", error) from None
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def read(path: Path) -> bytes | None:
    """Return a file's bytes, or None where there is no such file; AuthorityError when it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _refusal(path, "be read", error) from None


def write(path: Path, data: bytes, mode: int = PRIVATE) -> None:
    """Put a file in place in one step: at no moment is it incomplete, or open to more people than `mode` says.

    Raises AuthorityError when the directory cannot be written to; nothing is left behind then.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        draft.touch(mode, exist_ok=False)
        draft.write_bytes(data)
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise _refusal(path, "be written", error) from None


def _refusal(path: Path, what: str, error: OSError) -> AuthorityError:
    reason = error.strerror or type(error).__name__
    return AuthorityError(f"{path} cannot {what} ({reason}): mend that, or name another directory.")
