"""The row type, and how a request finds its row: on small surfaces of their own, then on the whole one."""

from __future__ import annotations

import time
import timeit
from dataclasses import replace
from inspect import signature

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import fields

from emulator.pipeline import Call, Request
from emulator.surface import rows
from emulator.surface.operation import IF_MATCH, PARAMETER, Found, Operation, Surface, Unknown, WrongMethod, WrongQuery
from emulator.wire.contract import Contract

ROWS = rows()
SURFACE = Surface(ROWS)


def row(path, method="GET", *, served=False, **values):
    return Operation(
        name=f"{method} {path}",
        family="test",
        method=method,
        path=path,
        since="2009-10-01",
        does=(lambda _subscription: None) if served else None,
        **values,
    )


def surface(*paths):
    return Surface(row(path) if isinstance(path, str) else path for path in paths)


def find(searched, path, method="GET", query=None, root=None):
    return searched.match(method, path.split("/"), query or {}, lambda: root)


def path_of(match):
    assert isinstance(match, Found), match
    return match.operation.path


# ---- paths


def test_a_parameter_takes_whatever_stands_in_its_place_and_keeps_its_spelling():
    found = find(surface("/{subscription_id}/services/{service_name}/keys"), "SUB/services/MyName/keys")
    assert found.parameters == {"subscription_id": "SUB", "service_name": "MyName"}


def test_a_name_beats_a_parameter_whichever_row_comes_first():
    for paths in (("/{a}/{b}", "/{a}/media"), ("/{a}/media", "/{a}/{b}")):
        assert path_of(find(surface(*paths), "x/media")) == "/{a}/media"
        assert path_of(find(surface(*paths), "x/other")) == "/{a}/{b}"


def test_where_a_name_leads_nowhere_the_parameter_is_tried():
    searched = surface("/{s}/services/operations/isavailable/{name}", "/{s}/services/{service_name}/keys")
    found = find(searched, "x/services/operations/keys")
    assert path_of(found) == "/{s}/services/{service_name}/keys"
    assert found.parameters == {"s": "x", "service_name": "operations"}


def test_where_a_name_has_not_the_method_the_parameter_is_tried():
    searched = surface(row("/{s}/roles/Operations", "POST"), row("/{s}/roles/{role_name}", "DELETE"))
    assert find(searched, "x/roles/operations", "DELETE").parameters["role_name"] == "operations"
    assert path_of(find(searched, "x/roles/operations", "POST")) == "/{s}/roles/Operations"


@pytest.mark.parametrize("path", ["SUB/Services/HOSTEDSERVICES/x", "sub/services/hostedServices/x"])
def test_case_does_not_matter_in_names(path):
    assert path_of(find(surface("/{s}/services/hostedservices/{n}"), path)) == "/{s}/services/hostedservices/{n}"


@pytest.mark.parametrize("template", ["/{s}//services///{name}/", "{s}/services/{name}", "/{s}/services/{name}/"])
def test_slashes_too_many_in_a_template_do_not_matter(template):
    assert path_of(find(surface(template), "x/services/y")) == template


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/SUB/services/hostedservices/cloud", "cloud"),
        ("/SUB/services/hostedservices/cloud/", "cloud"),
        ("//SUB//services///hostedservices/cloud//", "cloud"),
        ("/SUB/services/%68ostedservices/cl%6Fud", "cloud"),
        ("/SUB/services/hostedservices/a%2Fb", "a/b"),
        ("/SUB/services/hostedservices/a%3Fcomp=media", "a?comp=media"),
        ("/SUB/services/hostedservices/%E9%9B%B2", "雲"),
        ("/SUB/services/hostedservices/%252F", "%2F"),
    ],
)
def test_segments_are_split_at_slashes_and_then_decoded_once(path, name):
    call = Call(Request("GET", path, "", None, None, "", bytes))
    found = SURFACE.match("GET", call.segments, call.query, call.body_root)
    assert isinstance(found, Found)
    assert found.operation.name == "GetHostedService"
    assert found.parameters["service_name"] == name


# ---- methods, queries and bodies


def test_a_path_without_the_method_names_those_that_it_has():
    searched = surface(row("/{s}/disks", "POST"), row("/{s}/disks", "GET"), row("/{s}/disks/{n}", "PUT"))
    assert find(searched, "x/disks", "PATCH") == WrongMethod(["GET", "POST"])


def test_the_row_with_the_longer_query_comes_first():
    searched = surface("/{s}/disks", "/{s}/disks?comp=media", "/{s}/disks?comp=media&op=x")
    assert path_of(find(searched, "x/disks")) == "/{s}/disks"
    assert path_of(find(searched, "x/disks", query={"comp": "MEDIA"})) == "/{s}/disks?comp=media"
    assert path_of(find(searched, "x/disks", query={"comp": "media", "op": "x"})) == "/{s}/disks?comp=media&op=x"
    assert path_of(find(searched, "x/disks", query={"comp": "else", "op": "x"})) == "/{s}/disks"


def test_a_row_for_requests_with_an_if_match_header_comes_before_one_for_all():
    searched = surface(row("/{s}/queues/{n}", "PUT"), row("/{s}/queues/{n}", "PUT", if_match=True))
    assert not find(searched, "x/queues/y", "PUT").operation.if_match
    assert find(searched, "x/queues/y", "PUT", {IF_MATCH: "*"}).operation.if_match


def test_a_query_with_a_parameter_wants_any_value():
    searched = surface("/{s}/webspaces", "/{s}/webspaces?isHostnameAvailable={name}")
    assert path_of(find(searched, "x/webspaces", query={"ishostnameavailable": ""})) == searched.rows[1].path
    assert path_of(find(searched, "x/webspaces", query={"ishostnameavailable": "a"})) == searched.rows[1].path
    assert path_of(find(searched, "x/webspaces", query={"other": "a"})) == "/{s}/webspaces"


def test_a_path_without_the_query_names_those_that_it_takes():
    searched = surface(row("/{s}/d?comp=config", "POST"), row("/{s}/d", "POST", body_root="Swap"))
    assert find(searched, "x/d", "POST", {"comp": "other"}) == WrongQuery(["comp=config", "a body <Swap>"])


def test_rows_with_a_body_root_are_told_apart_by_it_and_one_without_takes_the_rest():
    start, stop = (row("/{s}/Operations", "POST", body_root=root) for root in ("Start", "Stop"))
    rest = row("/{s}/Operations", "POST")
    assert find(surface(rest, start, stop), "x/operations", "POST", root="Stop").operation is stop
    assert find(surface(rest, start, stop), "x/operations", "POST", root="Else").operation is rest
    assert find(surface(start, stop), "x/operations", "POST", root=None) == WrongQuery(
        ["a body <Start>", "a body <Stop>"]
    )


def test_a_body_is_read_once_and_only_where_its_root_tells_rows_apart():
    read = []

    def root():
        read.append("body")

    searched = surface(*(row("/{s}/o", "POST", body_root=name) for name in "abc"), row("/{s}/p", "POST"))
    searched.match("POST", ["x", "p"], {}, root)
    assert read == []
    searched.match("POST", ["x", "o"], {}, root)
    assert read == ["body"]


def test_a_row_that_is_served_beats_one_that_is_not():
    for members in ((row("/{a}/b"), row("/{x}/b", served=True)), (row("/{a}/b", served=True), row("/{x}/b"))):
        assert find(surface(*members), "1/b").operation.does is not None


# ---- paths that nothing has


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("SUB/services/hostedservice", "/{subscription_id}/services/hostedservices"),
        ("SUB/Services/HostedService/", "/{subscription_id}/services/hostedservices"),
        ("SUB/hostedservices", "/{subscription_id}/services/hostedservices"),
        ("subscriptions/SUB/services/hostedservices", "/{subscription_id}/services/hostedservices"),
        ("SUB/services/hostedservices/x/nothing", "/{subscription_id}/services/hostedservices/{service_name}"),
        (
            "SUB/services/hostedservices/x/deployment/y",
            "/{subscription_id}/services/hostedservices/{service_name}/deployments/{deployment_name}",
        ),
        (
            "SUB/services/hostedservices/x/deploymentslot/production",
            "/{subscription_id}/services/hostedservices/{service_name}/deploymentslots/{slot_name}",
        ),
        ("SUB/services/storageservices/x/key", "/{subscription_id}/services/storageservices/{service_name}/keys"),
        ("SUB/affinitygroup/x", "/{subscription_id}/affinitygroups/{affinity_group_name}"),
        ("SUB/location", "/{subscription_id}/locations"),
    ],
)
def test_an_unknown_path_is_answered_with_the_one_that_was_probably_meant(path, template):
    assert find(SURFACE, path.rstrip("/")) == Unknown([template])


@pytest.mark.parametrize("path", ["SUB/nothing", "SUB/services/nothing", "SUB/services/nothing/at/all", "a/b/c/d/e"])
def test_a_path_like_none_gets_no_hint(path):
    assert find(SURFACE, path) == Unknown([])


@pytest.mark.parametrize(
    "segments",
    [
        ["SUB", "a" * 5_000_000],
        ["a" * 1_000] * 10_000,
        ["SUB", "services", "hostedservices"] * 3_000,
        ["SUB", *("hostedservicez" * 1_000 for _ in range(1_000))],
    ],
    ids=["a long name", "many long names", "many names", "names that nearly fit"],
)
def test_a_hostile_path_costs_no_more_than_a_long_one(segments):
    timer = timeit.Timer(lambda: SURFACE.match("GET", segments, {}, lambda: None))
    assert min(timer.repeat(repeat=3, number=1)) < 0.1


@given(st.lists(st.text(max_size=20), max_size=20), st.dictionaries(st.text(max_size=5), st.text(max_size=5)))
def test_every_path_finds_something_or_is_unknown(segments, query):
    match = SURFACE.match("GET", segments, query, lambda: None)
    assert isinstance(match, Found | WrongMethod | WrongQuery | Unknown)
    if isinstance(match, Found):
        assert len(match.operation.segments) == len(segments)


# ---- all rows


def sample(row):
    segments = [PARAMETER.sub(r"sample-\1", segment).upper() for segment in row.segments]
    query = {name: "sample" if value is None else value.upper() for name, value in row.distinguishing.items()}
    return row.method, segments, query, lambda: row.body_root


def test_every_row_is_found_by_its_own_template_with_its_parameters():
    found = [SURFACE.match(*sample(row)) for row in ROWS]
    assert [match.operation.name for match in found if isinstance(match, Found)] == [row.name for row in ROWS]
    for match in found:
        path = match.operation.path.partition("?")[0]
        assert match.parameters == {name: f"SAMPLE-{name.upper()}" for name in PARAMETER.findall(path)}


def test_a_row_is_found_in_microseconds_among_all():
    calls = [sample(row) for row in ROWS if row.does is not None]
    timer = timeit.Timer(lambda: [SURFACE.match(*call) for call in calls], timer=time.process_time)
    assert min(timer.repeat(repeat=5, number=10)) / 10 / len(calls) < 20e-6


# ---- what a row says of itself


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("CreateHostedService", "Create Hosted Service"),
        ("IsDNSAvailable", "Is DNS Available"),
        ("GetOSImage", "Get OS Image"),
        ("DownloadRDPFile", "Download RDP File"),
    ],
)
def test_the_title_of_a_row_is_its_name_in_words(name, title):
    assert replace(row("/{s}"), name=name).title == title


def test_only_a_get_leaves_no_operation():
    assert [row("/{s}", method).mutates for method in ("GET", "POST", "PUT", "DELETE", "PATCH")] == [False, *[True] * 4]


def _read_contracts(contract, known):
    if id(contract) not in known:
        known[id(contract)] = contract
        for one in (*contract.subtypes.values(), *_contracts_of(contract.columns)):
            _read_contracts(one, known)
    return known.values()


def _contracts_of(columns):
    for one in columns:
        yield from _contracts_of(one.columns)
        if one.contract is not None:
            yield one.contract


def _told(columns):
    """Yield the attributes that a body that is read always has a value for."""
    for one in columns:
        if one.required and not one.since:
            yield one.attribute
            yield from _told(one.columns)


def _needed(makes):
    """Return what a record, or the function that makes one, cannot be without."""
    if isinstance(makes, type) and issubclass(makes, Struct):
        return {one.name for one in fields(makes) if one.required}
    found = signature(makes).parameters.values()
    return {one.name for one in found if one.default is one.empty and one.kind is not one.VAR_KEYWORD}


@pytest.mark.parametrize("row", [one for one in ROWS if isinstance(one.reads, Contract)], ids=lambda one: one.name)
def test_what_a_record_needs_every_body_has_to_say(row):
    for contract in _read_contracts(row.reads, {}):
        missing = _needed(contract.makes) - set(_told(contract.columns))
        assert not missing, contract.name
