"""Every exchange as a line of JSON in a file, whole but for secrets. A `Watcher` of the pipeline.

May not make a request wait or fail: what cannot be written is left out, and that is said once.
"""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from emulator.control.journal import Exchange, noted, shown
from emulator.control.secrets import blanked
from emulator.domain.refusals import ServiceError
from emulator.identity.files import PRIVATE
from emulator.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from emulator.pipeline import Answer, Call

log = logging.getLogger("emulator.record")


class Line(Exchange, frozen=True, kw_only=True):
    """A line of the file: an exchange with the bodies of request and answer, and the answer's headers."""

    subscription: str
    body: str
    answer_headers: dict[str, str]
    answer_body: str


class Recorder:
    """Writes every exchange to a file; one that is there already is continued. Raises SettingsError if it cannot be."""

    def __init__(self, path: Path, wall: Callable[[], datetime]) -> None:
        self._path, self._wall = path, wall
        self._lock = threading.Lock()
        self._rest, self._warned = b"", False
        # Not blocking: somebody may have given the name of a pipe that nobody empties.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
        try:
            self._file = os.open(path, flags, PRIVATE)
        except OSError as error:
            raise SettingsError(f"record: {path} cannot be written: {error.strerror}") from None

    def close(self) -> None:
        """Close the file; what is still answered is not recorded any more."""
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
            self._file = -1

    def reached(self, _call: Call) -> Answer | None:
        """Let it pass."""
        return None

    def answered(self, call: Call, answer: Answer) -> Answer:
        """Record it."""
        try:
            self._write(msgspec.json.encode(self._line(call, answer)) + b"\n")
        except Exception as error:  # noqa: BLE001 - whatever it is, the request is to be answered
            self._warn(error)
        return answer

    def _line(self, call: Call, answer: Answer) -> Line:
        subscription = call.subscription
        entry = noted(call, answer, self._wall() if subscription is None else subscription.clock.now)
        confidential = call.operation is None or call.operation.confidential
        known = msgspec.structs.asdict(shown(entry)) | {"query": blanked(call.request.query.encode())}
        return Line(
            **known,
            subscription=entry.subscription_id,
            body=blanked(_body(call), confidential=confidential),
            answer_headers=dict(answer.headers),
            answer_body=blanked(answer.body),
        )

    def _write(self, line: bytes) -> None:
        with self._lock:
            if self._file < 0:
                return
            # The rest of a line that was only half written, so that the next one begins on its own.
            written = os.write(self._file, self._rest + line) - len(self._rest)
            self._rest = b"" if written == len(line) else b"\n"

    def _warn(self, error: Exception) -> None:
        if not self._warned:
            self._warned = True
            log.warning("%s: exchanges are missing from it from now on: %s", self._path, error)


def _body(call: Call) -> bytes:
    try:
        return call.body
    except ServiceError:  # it is longer than what is read
        return b""
