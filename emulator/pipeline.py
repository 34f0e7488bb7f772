"""What happens to one request, step by step; `Pipeline.answer` is to be read aloud.

Knows rows, contracts, identity and the domain; no sockets and no web framework.
"""

from __future__ import annotations

import copy
import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qsl, unquote

from emulator.domain import errors, operations
from emulator.domain.fates import Fate
from emulator.domain.records import Caller, TrackedOperation
from emulator.domain.refusals import ServiceError
from emulator.domain.world import Subscription, World
from emulator.identity.authentication import Authentication
from emulator.surface.operation import IF_MATCH, Found, Match, Operation, Surface, Unknown, WrongMethod, WrongQuery
from emulator.wire.contract import Writer
from emulator.wire.dialects import PAGES, RDFE
from emulator.wire.reading import BodyError, parse
from emulator.wire.terms import XML
from emulator.wire.writing import Context

log = logging.getLogger("emulator.pipeline")

MAX_BODY = 16 * 1024 * 1024
OLDEST_VERSION = "2009-10-01"
NEWEST_VERSION = "2017-12-31"
HOST = "https://management.core.windows.net/"
JSON = "application/json"
ATOM = "application/atom+xml"
ILL = 500
NO_ID = "0" * 32
REMEMBERED = 1024
REMEMBERED_LENGTH = 256
"""Methods and paths that are not looked for in the rows again, and how long such a path may be."""

KEPT_PARAMETER = 4096
"""Bytes of a request's body that its operation remembers as a parameter."""
KEPT_NAME = 1024
"""Characters of any other parameter, and of what it was about."""
KEPT_UNREAD = 100
"""How many elements of a body are named that nobody read."""

_VERSION = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)
SUBSCRIPTION = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


class Request(NamedTuple):
    """What came over the wire. `path` is not decoded; `body` is called once, if at all.

    `content_type`, `accept` and `if_match` are the headers of those names, empty where they were not sent.
    """

    method: str
    path: str
    query: str
    version: str | None
    certificate: bytes | None
    client_ip: str
    body: Callable[[], bytes]
    content_type: str = ""
    accept: str = ""
    if_match: str = ""


class Answer(NamedTuple):
    """What goes back. `mishap` is for the server: what befalls the connection meanwhile."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    mishap: object = None


class Watcher(Protocol):
    """Sees every call, and may answer in the service's place: what is journaled and what is broken on purpose."""

    def reached(self, call: Call) -> Answer | None:
        """Look at a call whose row and caller are known; an answer, or a refusal that is raised, ends it there."""

    def answered(self, call: Call, answer: Answer) -> Answer:
        """Look at a call and its answer; what is returned goes back."""


class Pipeline:
    """Serves the requests of one emulator."""

    def __init__(
        self, world: World, surface: Surface, authentication: Authentication, watchers: Sequence[Watcher] = ()
    ) -> None:
        self.world, self.surface, self.authentication = world, surface, authentication
        self.watchers = watchers
        self._found: dict[tuple[str, str] | None, tuple[Operation, Mapping[str, str]]] = {}

    def answer(self, request: Request) -> Answer:
        """Return the answer to a request; whatever happens, it is an answer of the service's kind."""
        call = Call(request)
        answer = self._answer(call)
        for watcher in self.watchers:
            answer = watcher.answered(call, answer)
        return answer

    def unwatched(self, request: Request) -> Answer:
        """Return the refusal of a request that no watcher sees, and that uses up no id of the world."""
        call = Call(request)
        call.request_id = NO_ID
        return self._answer(call)

    def _answer(self, call: Call) -> Answer:
        try:
            return self._serve(call)
        except ServiceError as refusal:
            # Without the frames that it came through: they hold the call, which only the collector could free then.
            call.error = refusal.worded(_as_of(call)).with_traceback(None)
            call.error.__context__ = call.error.__cause__ = None
        except Exception:
            log.exception("%s %s failed", call.request.method, call.request.path)
            call.error = errors.INTERNAL_ERROR()
        call.request_id = call.request_id or self.world.request_id()
        return refusal_to(call, call.error)

    def _serve(self, call: Call) -> Answer:
        request = call.request
        if not call.segments:
            self.authentication.thumbprint(request.certificate)
            raise errors.UNKNOWN_PATH(name="/", hint="")
        if call.segments[0].lower() == "subscriptions":
            return self._serve_world(call)
        name = call.segments[0]
        if name.lower() not in self.world.subscriptions and SUBSCRIPTION.fullmatch(name) is None:
            raise errors.NOT_ALLOWED()
        subscription, caller = self.authentication.admit(request.certificate, name, request.client_ip)
        call.subscription, call.caller = subscription, caller
        operation, path_parameters = self._row(call)
        if operation.does is None:
            raise errors.DECLINED(name=operation.title, why=operation.note)
        version = _version(request.version, operation)
        call.dialect = operation.speaks
        if (instead := self._watched(call)) is not None:
            return instead
        parameters, shown = _parameters(operation, call)
        command = _read(subscription, operation, call, version)
        call.values = {**path_parameters, **parameters}
        with self.world.lock_of(subscription):
            call.request_id = subscription.entropy.hex32()
            subscription.settle(self.world.wall())
            result = _done(subscription, operation, call, command)
            writer = operation.json if operation.json and JSON in request.accept.lower() else operation.writes
            body = writer.write(result, Context(version, subscription, shown)) if writer else b""
            if not operation.mutates:
                subscription.reads.append(call.request_id)
        status = operation.status_of(result) if operation.status_of else operation.status
        return answer_to(call, status, body, writer, _headers(operation, subscription, result))

    def _serve_world(self, call: Call) -> Answer:
        """`GET /subscriptions` is about no subscription but about all that a certificate opens."""
        caller = self.authentication.caller(call.request.certificate, call.request.client_ip)
        operation, _ = self._row(call)
        if operation.does is None or operation.writes is None:
            raise errors.DECLINED(name=operation.title, why=operation.note)
        version = _version(call.request.version, operation)
        if (instead := self._watched(call)) is not None:
            return instead
        call.request_id = self.world.request_id()
        found = operation.does(self.world, caller.thumbprint)
        return answer_to(call, operation.status, operation.writes.write(found, Context(version)), operation.writes)

    def _watched(self, call: Call) -> Answer | None:
        for watcher in self.watchers:
            if (instead := watcher.reached(call)) is not None:
                return instead
        return None

    def _row(self, call: Call) -> tuple[Operation, Mapping[str, str]]:
        """Return the row of a request and what its path names below the subscription.

        Or say what is wrong with its method, its query or its path.
        """
        request = call.request
        plain = (request.method, request.path) if not call.query and not request.if_match else None
        known = self._found.get(plain)
        if known is not None:
            call.operation = known[0]
            return known
        distinguishing = {**call.query, IF_MATCH: request.if_match} if request.if_match else call.query
        found = self.surface.match(request.method, call.segments, distinguishing, call.body_root)
        if isinstance(found, Found) and not (call.of_networking and request.path.endswith("/")):
            below = {name: value for name, value in found.parameters.items() if name != "subscription_id"}
            if plain is not None and call.unopened and len(request.path) <= REMEMBERED_LENGTH:
                if len(self._found) >= REMEMBERED:
                    self._found.clear()
                self._found[plain] = found.operation, below
            call.operation = found.operation
            return found.operation, below
        raise self._lost(call, found, distinguishing)

    def _lost(self, call: Call, found: Match, distinguishing: Mapping[str, str]) -> ServiceError:
        """Return what a request hears that no row fits, with what would have been possible instead."""
        call.nearest, hint = _instead(found)
        if call.of_networking:
            call.dialect = PAGES
            return self._no_endpoint(call, found, distinguishing, hint)
        match found:
            case WrongMethod(allowed):
                why = f"{call.request.method} is not possible here; possible are {', '.join(allowed)}."
                return errors.WRONG_VERB(why=why)
            case WrongQuery():
                return errors.WRONG_QUERY(why=hint.strip())
        return errors.UNKNOWN_PATH(name="/".join(call.segments[1:])[:200] or "/", hint=hint)

    def _no_endpoint(self, call: Call, found: Match, distinguishing: Mapping[str, str], hint: str) -> ServiceError:
        """Return what networking says to an address that leads nowhere.

        One without one of its names is taken as if the rest were an address, and nothing has an address that ends in a
        slash, whatever the method. To those, which were recorded, no more is said than was recorded.
        """
        methods = found.allowed if isinstance(found, WrongMethod) and not call.request.path.endswith("/") else ()
        others = (self.surface.match(method, call.segments, distinguishing, call.body_root) for method in methods)
        if any(isinstance(other, Found) for other in others):
            return errors.METHOD_NOT_ALLOWED(hint="" if call.nameless else hint)
        return errors.ENDPOINT_NOT_FOUND(hint="" if call.nameless or isinstance(found, WrongMethod) else hint)


def _instead(found: Match) -> tuple[Sequence[str], str]:
    """Return what would have been possible where no row fits: by itself, and as a sentence with a blank before it."""
    match found:
        case WrongMethod(allowed):
            return allowed, f" Possible are {', '.join(allowed)}."
        case WrongQuery(choices):
            return choices, f" This path needs one of: {', '.join(choices)}."
        case Unknown(nearest) if nearest:
            return nearest, f" Did you mean {' or '.join(nearest)}?"
    return (), ""


class Call:
    """A request on its way: what has been made of it so far.

    `started` is when it came (of time.perf_counter), `tracked` the operation that a mutating call left, `error` what
    refused it, `dialect` that of who answers, `unread` the paths of elements of its body that nobody reads. `nearest`
    is what would have been possible where no row fits: paths, or the methods or queries of its path. `values` are the
    parameters that the domain is called with, None before it is. A watcher may set `fate`, which then carries out the
    call, and keep at `fault` what it did to it.
    """

    request_id = ""
    subscription: Subscription | None = None
    caller: Caller | None = None
    operation: Operation | None = None
    tracked: TrackedOperation | None = None
    error: ServiceError | None = None
    fate: Fate | None = None
    fault: Any = None
    dialect = RDFE
    nearest: Sequence[str] = ()
    values: Mapping[str, Any] | None = None
    unread: Sequence[str] = ()
    _body: bytes | None = None

    def __init__(self, request: Request) -> None:
        self.started = time.perf_counter()
        self.request = request
        segments = [one for one in request.path.split("/") if one]
        self.segments = segments if "%" not in request.path else [unquote(one) for one in segments]
        self.query = _query(request.query) if request.query else {}

    @property
    def of_networking(self) -> bool:
        """Whether the path is networking's, which says in its own way that one leads nowhere."""
        return [one.lower() for one in self.segments[1:3]] == ["services", "networking"]

    @property
    def nameless(self) -> bool:
        """Whether the path leaves out a name; beside networking, clients double slashes without a meaning."""
        path = self.request.path
        return path[-1:] == "/" or "//" in path

    @property
    def unopened(self) -> bool:
        """Whether nobody has asked for its body yet."""
        return self._body is None

    @property
    def body(self) -> bytes:
        """The body, read when it is first asked for; one over the limit is refused."""
        if self._body is None:
            self._body = self.request.body()
            if len(self._body) > MAX_BODY:
                raise errors.BODY_TOO_LARGE(limit=MAX_BODY)
        return self._body

    def body_root(self) -> str | None:
        """Return the name of the body's root element, where it has one."""
        try:
            return str(parse(self.body).tag).rpartition("}")[2]
        except BodyError:
            return None


def _query(text: str) -> dict[str, str]:
    """Return the parameters of a query by their names in lower case; of those that stand twice, the first."""
    return {name.lower(): value for name, value in reversed(parse_qsl(text, keep_blank_values=True))}


def _version(given: str | None, operation: Operation) -> str:
    if not given:
        raise errors.WRONG_VERSION(why="The x-ms-version header is missing.")
    given = given.strip()
    if not _is_version(given):
        raise errors.WRONG_VERSION(why=f"The x-ms-version header {given[:40]!r} is no version of this service.")
    if given < operation.since:
        why = f"{operation.title} needs x-ms-version {operation.since} or later, not {given}."
        raise errors.WRONG_VERSION(why=why)
    return given


def _as_of(call: Call) -> str:
    """Return the version whose words a refusal has: where none is told, those of today."""
    return (call.request.version or NEWEST_VERSION).strip()


@lru_cache(maxsize=64)
def _is_version(text: str) -> bool:
    return _VERSION.fullmatch(text) is not None and OLDEST_VERSION <= text <= NEWEST_VERSION


def _parameters(operation: Operation, call: Call) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the query's parameters: those for the domain, and those that say what the answer shows."""
    done: dict[str, Any] = {}
    shown: dict[str, Any] = {}
    for query in operation.query:
        text = call.query.get(query.name.lower())
        if not text:
            if query.required:
                raise errors.WRONG_QUERY(why=f"The query parameter {query.name} is missing.")
            continue
        try:
            (shown if query.shows else done)[query.attribute] = query.read(text)
        except ValueError as error:
            raise errors.WRONG_QUERY(why=f"{query.name}: {error}.") from None
    return done, shown


def _read(subscription: Subscription, operation: Operation, call: Call, version: str) -> object:
    """Return the command of a body, with what it names outside of the cloud: no lock is held while that is fetched."""
    if operation.reads is None:
        return None
    unread: list[str] = []
    call.unread = unread
    try:
        command = operation.reads.read(call.body, version, unread)
    except BodyError as error:
        raise errors.WRONG_XML(why=str(error)) from None
    finally:
        del unread[KEPT_UNREAD:]
    return command if operation.fetches is None else operation.fetches(subscription, command)


def read_again(call: Call, subscription: Subscription) -> object:
    """Return the command of a call that came as far as the domain, with what it names outside of the cloud by now."""
    again = copy.copy(call)
    return _read(subscription, _row_of(call), again, (call.request.version or "").strip())


def refused_again(call: Call, subscription: Subscription, command: object) -> ServiceError | None:
    """Do what a call asks for once more, in a copy of its subscription; return what refuses it there, if anything.

    Only for a call that came as far as the domain, with its command (see `read_again`). The copy's clock stays where
    it is.
    """
    again = copy.copy(call)
    again.fate = None
    try:
        _done(subscription, _row_of(call), again, command)
    except ServiceError as refusal:
        return refusal
    return None


def _row_of(call: Call) -> Operation:
    if call.operation is None:
        raise ValueError("no row")
    return call.operation


def _done(subscription: Subscription, operation: Operation, call: Call, command: object) -> Any:
    values = call.values or {}
    if operation.mutates:
        return _mutate(subscription, operation, call, command, values)
    if operation.does is None:
        raise TypeError(operation.name)
    return operation.does(subscription, **values)


def _mutate(
    subscription: Subscription,
    operation: Operation,
    call: Call,
    command: object,
    values: Mapping[str, Any],
) -> Any:
    """Call the domain; the call leaves a tracked operation, whether it is accepted, done or refused."""
    tracked = call.tracked = operations.begin(
        subscription,
        operation.name,
        request_id=call.request_id,
        object_id="/".join(["", subscription.id, *call.segments[1:]])[:KEPT_NAME],
        parameters=_remembered(subscription, operation, call, values),
        caller=call.caller or Caller(),
    )
    operations.remember(subscription, tracked)
    arguments = (tracked,) if operation.reads is None else (tracked, command)
    try:
        if operation.does is None:
            raise TypeError(operation.name)
        if call.fate is None:
            result = operation.does(subscription, *arguments, **values)
        else:
            result = call.fate(subscription, tracked, partial(operation.does, subscription, *arguments, **values))
    except ServiceError as error:
        operations.fail(subscription, tracked, error.worded(_as_of(call)))
        raise
    if not operation.accepted:
        operations.succeed(subscription, tracked)
    return result


def _remembered(
    subscription: Subscription, operation: Operation, call: Call, values: Mapping[str, Any]
) -> dict[str, str]:
    parameters = {"subscriptionID": subscription.id}
    for name, value in values.items():
        parameters[_camel(name)] = str(value)[:KEPT_NAME]
    body = call.body
    if body and not operation.confidential:
        parameters["input"] = body[:KEPT_PARAMETER].decode("utf-8", "replace")
    return parameters


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _media_type(call: Call, writer: Writer | None) -> str:
    own = writer.media_type if writer else XML
    echoed = call.dialect.echoes and own == XML and call.request.content_type.lower().startswith(ATOM)
    return f"{ATOM}; charset=utf-8" if echoed else own


def _headers(operation: Operation, subscription: Subscription, result: object) -> list[tuple[str, str]]:
    """Return the headers that an operation makes of its result."""
    headers = []
    if operation.location is not None:
        headers.append(("Location", HOST + operation.location(subscription.id, result)))
    if operation.etag is not None:
        headers.append(("ETag", operation.etag(result)))
    return headers


def answer_to(
    call: Call, status: int, body: bytes, writer: Writer | None = None, headers: Sequence[tuple[str, str]] = ()
) -> Answer:
    """Return an answer with the headers that the service gives to every call."""
    told = [*call.dialect.headers, ("x-ms-request-id", call.request_id), ("Content-Length", str(len(body)))]
    if body:
        told.append(("Content-Type", _media_type(call, writer)))
    told += headers
    return Answer(status, told, body)


def refusal_to(call: Call, error: ServiceError) -> Answer:
    """Return the answer that refuses a call, in the dialect of who refuses it.

    That a service is ill is told by the front end, as was seen with Service Bus.
    """
    dialect = call.dialect if error.status < ILL else RDFE
    body = dialect.refusal(error)
    told = [] if dialect.bare else [*dialect.headers, ("x-ms-request-id", call.request_id)]
    headers = [*told, ("Content-Length", str(len(body))), ("Content-Type", dialect.refusal_type)]
    return Answer(error.status, headers, body)
