"""The snapshot as a document: whatever the records may hold comes back, and what cannot come back is refused."""

from __future__ import annotations

import json
import types
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import UNSET, Struct, UnsetType, structs

from emulator.catalog.records import Sent
from emulator.control import documents
from emulator.control.documents import SnapshotError, picture, read, subscriptions, write
from emulator.domain import hosted_services
from emulator.domain.hosted_services import CreateHostedService
from emulator.domain.world import Subscription
from emulator.version import VERSION

LEAVES = {
    str: st.text(max_size=5),
    bytes: st.binary(max_size=5),
    int: st.integers(-5, 2**53),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    Sent: st.datetimes(timezones=st.just(UTC) | st.none()),
    timedelta: st.timedeltas(timedelta(days=-1000), timedelta(days=100_000)),
    type(None): st.none(),
    UnsetType: st.just(UNSET),
}


def anything(kind):
    """Return the strategy of all values that a type allows, made from nothing but the type."""
    if kind in LEAVES:
        return LEAVES[kind]
    arguments, origin = get_args(kind), get_origin(kind)
    if origin is Annotated:
        return anything(arguments[0]).map(abs)  # a count
    if origin is tuple and Ellipsis not in arguments:
        return st.tuples(*map(anything, arguments))
    if origin in CONTAINERS:
        return CONTAINERS[origin](arguments)
    assert issubclass(kind, Struct), f"a snapshot would have to hold {kind}"
    return record(kind)


@cache
def record(kind):
    """Return the strategy of one kind of record, the same one each time: a record may hold its like."""
    return st.deferred(lambda: st.builds(kind, **{one.name: anything(one.type) for one in structs.fields(kind)}))


def either(kinds):
    """Return what one of several types allows, None first, where a record that holds its like comes to an end."""
    return st.one_of(*map(anything, sorted(kinds, key=lambda kind: kind is not type(None))))


CONTAINERS = {
    Literal: st.sampled_from,
    Union: either,
    types.UnionType: either,
    dict: lambda kinds: st.dictionaries(*map(anything, kinds), max_size=2),
    list: lambda kinds: st.lists(anything(kinds[0]), max_size=2),
    tuple: lambda kinds: st.lists(anything(kinds[0]), max_size=2).map(tuple),
}


def records(kind=Subscription, known=()):
    """Return every kind of record that a type is made of."""
    if isinstance(kind, type) and issubclass(kind, Struct):
        known = {*known, kind}
        parts = [one.type for one in structs.fields(kind)]
    else:
        parts = get_args(kind)
    for part in parts:
        if part not in known:
            known = records(part, known)
    return known


EVERY_RECORD = sorted(records(), key=lambda kind: f"{kind.__module__}.{kind.__name__}")


@pytest.mark.parametrize("kind", EVERY_RECORD, ids=lambda kind: f"{kind.__module__.split('.')[-1]}.{kind.__name__}")
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_record_comes_back_as_it_was_whatever_it_holds(kind, data):
    record = data.draw(anything(kind))
    written = msgspec.json.encode(record)
    assert msgspec.json.decode(written, type=kind) == record
    assert documents.stray(json.loads(written), record) is None


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(anything(Subscription))
def test_a_whole_subscription_comes_back_with_its_names_in_their_order(subscription):
    document = write([picture(subscription)])
    (loaded,) = subscriptions(read(document))
    assert as_it_stands(loaded) == as_it_stands(subscription)
    assert write([picture(loaded)]) == document


def as_it_stands(subscription):
    """Everything but the wall, with the order of all mappings but that of the schedule, which has its own."""
    whole = msgspec.to_builtins(subscription, str_keys=True)
    whole["clock"].pop("wall", None)
    whole["clock"]["schedule"] = sorted(whole["clock"]["schedule"].items())
    return json.dumps(whole)


class Tree(Struct):
    """A record that holds its like."""

    names: dict[str, int]
    like: Tree | None = None


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(anything(Subscription), st.integers(1, 3))
def test_what_is_written_in_steps_is_what_would_be_written_at_once(subscription, entries):
    whole = picture(subscription)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "ENTRIES", entries)
        assert picture(subscription) == whole
    assert whole.state == msgspec.json.encode(json.loads(whole.state), order="sorted")


def test_the_order_of_names_is_kept_in_a_record_within_its_like():
    order = {}
    documents._note_orders(Tree({}, Tree({}, Tree({"b": 1, "a": 2}))), ("tree",), order)
    assert order == {"/tree/like/like/names": ["b", "a"]}


@pytest.fixture
def document(subscription, operation):
    for name in ("b/2", "a", "c~"):
        made = CreateHostedService(service_name="svc", label=b"l", location="West US")
        hosted_services.create(subscription, operation(), made)
        subscription.hosted_services[name] = subscription.hosted_services.pop("svc")
    return write([picture(subscription)])


def test_it_is_one_line_of_json_with_sorted_keys_and_says_what_it_is(document):
    said = json.loads(document)
    assert document == json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
    assert (said["format"], said["emulator"]) == (1, VERSION)


def test_the_order_in_which_names_came_is_kept_beside_them(subscription, document):
    said = json.loads(document)
    assert said["order"][f"/{subscription.id}/hosted_services"] == ["b/2", "a", "c~"]
    assert list(subscriptions(read(document))[0].hosted_services) == ["b/2", "a", "c~"]


def test_what_somebody_added_or_took_out_by_hand_does_not_need_an_order(subscription, document):
    said = json.loads(document)
    services = said["subscriptions"][subscription.id]["hosted_services"]
    services["0"] = services.pop("a")
    said["order"] |= {"/no-subscription": ["x"], f"/{subscription.id}/hosted_services/gone/deployments": ["x"]}
    (loaded,) = subscriptions(read(json.dumps(said).encode()))
    assert list(loaded.hosted_services) == ["b/2", "c~", "0"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "this is no whole snapshot: it is not JSON (Input data was truncated)"),
        (b"\xff", "this is no whole snapshot: it is not JSON (JSON is malformed: invalid character (byte 0))"),
        (b"[]", "this is no snapshot: it is no JSON object"),
        (b"{}", "this is no snapshot: it has no format"),
        (
            b'{"format": 2, "emulator": "0.9.0", "clouds": []}',
            f"this snapshot has format 2, as version 0.9.0 of the emulator wrote it; this is version {VERSION}, which",
        ),
        (b'{"format": true}', "this snapshot has format True, as"),
        (b'{"format": 1, "emulator": "0.1.0"}', "Object missing required field `subscriptions`"),
        (b'{"format": 1, "emulator": "0.1.0", "subscriptions": {}, "x": 1}', "Object contains unknown field `x`"),
    ],
)
def test_what_is_no_snapshot_of_this_format_is_refused(data, why):
    with pytest.raises(SnapshotError) as caught:
        read(data)
    assert str(caught.value).startswith(why)


DEEP = b"[" * 100_000 + b"]" * 100_000


@pytest.mark.parametrize(
    "data",
    [
        b'{"format": 1, "emulator": "\xff", "subscriptions": {}}',
        b'{"format": 1, "emulator": "0.1.0", "subscriptions": {"a": {"id": "\xff"}}}',
        b'{"format": 1, "emulator": "0.1.0", "subscriptions": {"a": {"id": "\\ud800"}}}',
        b'{"format": 1, "emulator": "0.1.0", "subscriptions": {}, "more": ' + DEEP + b"}",
        b'{"format": 1, "emulator": "0.1.0", "subscriptions": {"a": {"x": ' + DEEP + b"}}}",
    ],
    ids=["head", "name", "surrogate", "deep head", "deep state"],
)
def test_what_no_json_could_be_is_refused_wherever_it_stands(data):
    with pytest.raises(SnapshotError, match="this is no whole snapshot: it is not JSON"):
        subscriptions(read(data))


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_one_that_was_cut_off_is_refused(document, share):
    with pytest.raises(SnapshotError, match="this is no whole snapshot"):
        read(document[: int(len(document) * share)])


def set_to(value):
    return lambda _: value


@pytest.mark.parametrize(
    ("where", "change", "why"),
    [
        ("hosted_services/b~12/label", set_to(5), "at HERE: Expected `bytes`, got `int`"),
        ("hosted_services/b~12/label", set_to("%"), "at HERE: Invalid base64 encoded string"),
        ("hosted_services/b~12/status", set_to(None), "at HERE: Expected `str`, got `null`"),
        ("hosted_services/b~12/staus", set_to("Created"), "at HERE: no such field is known"),
        ("hosted_services/b~12/date_created", set_to("2015-07-01T00:00:00"), "at HERE: a time needs its zone"),
        ("clock/now", set_to("today"), "at HERE: Invalid RFC3339 encoded datetime"),
        ("clock/schedule/x", set_to({}), "at HERE: Object missing required field `sequence`"),
        ("id", set_to("other"), "at HERE: it is 'other'"),
        ("images", set_to([]), "at HERE: Expected `object`, got `array`"),
        ("network_document", set_to({"dns_servers": [{"name": "n"}]}), "at HERE/dns_servers/0: Object missing"),
        ("moon_bases", set_to({}), "at HERE: no such field is known"),
    ],
)
@pytest.mark.parametrize("emulator", [VERSION, "0.9.0"])
def test_what_does_not_fit_is_named_with_its_place_and_who_wrote_it(
    subscription, document, where, change, why, emulator
):
    said = json.loads(document)
    said["emulator"] = emulator
    place: Any = said["subscriptions"][subscription.id]
    *way, last = documents.steps(f"/{where}")
    for name in way:
        place = place[name]
    place[last] = change(place.get(last))
    with pytest.raises(SnapshotError) as caught:
        subscriptions(read(json.dumps(said).encode()))
    here = f"/subscriptions/{subscription.id}"
    assert str(caught.value).startswith(why.replace("HERE", f"{here}/{where}"))
    assert (f"version 0.9.0 wrote it, this is {VERSION}" in str(caught.value)) == (emulator != VERSION)


def test_a_field_that_a_later_version_added_has_its_default_where_an_older_snapshot_has_none(subscription, document):
    said = json.loads(document)
    del said["subscriptions"][subscription.id]["reserved_ips"]
    assert subscriptions(read(json.dumps(said).encode()))[0].reserved_ips == {}
