"""The rules of faults: how they are read and refused, which calls they take, in which order, and what they answer."""

from __future__ import annotations

import json
import ssl
import uuid
from collections import Counter
from contextlib import closing
from http.client import HTTPSConnection

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from emulator.control.fault_rules import KINDS, REFUSALS, RuleError, read, shown
from emulator.control.faults import HEADER, Faults
from emulator.domain.errors import catalogue
from emulator.domain.lifecycle import INSTANCE_LIFECYCLES, TROUBLES
from emulator.surface import rows

ROWS = rows()
SERVED = [row for row in ROWS if row.does]


# ---- reading


def refused(body, subscription=None):
    with pytest.raises(RuleError) as raised:
        read(body, subscription, ROWS)
    return str(raised.value)


MATCHES_NOTHING = [
    ({"fault": "refuse", "operation": "CreateHostedServce"}, "operation: there is no 'CreateHostedServce'; did you me"),
    ({"fault": "refuse", "operation": "createhostedservice"}, "did you mean CreateHostedService"),
    (
        {"fault": "refuse", "operation": "CreateCluster"},
        "operation: CreateCluster is declined: there is no call to take",
    ),
    ({"fault": "refuse", "resource": "service/hosted/x"}, "resource: no operation that the rule takes has a path like"),
    ({"fault": "refuse", "resource": "services/disks/x", "operation": "ListLocations"}, "resource: no operation"),
    ({"fault": "refuse", "resource": ""}, "resource: Expected `str` of length >= 1"),
    ({"fault": "refuse", "count": 0}, "count: Expected `int` >= 1"),
    ({"fault": "refuse", "count": "many"}, "count: Invalid enum value 'many'"),
    ({"fault": "refuse", "nth": 0}, "nth: Expected `int` >= 1"),
    ({"fault": "refuse", "status": 418}, "status: none has 418; there are 400, 403, 404, 409, 500, 503"),
    ({"fault": "refuse", "code": "Internalerror"}, "code: there is no 'Internalerror'; did you mean InternalError"),
    ({"fault": "refuse", "code": "ConflictError", "status": 500}, "status: ConflictError has 409, not 500"),
    ({"fault": "redirect", "region": "ussouth9"}, "region: Invalid enum value 'ussouth9'"),
    ({"fault": "redirect", "region": "ussouth", "to": "localhost"}, "to: a host takes the place of a region"),
    ({"fault": "redirect", "to": "local\r\nhost"}, "to: Expected `str` matching regex"),
    ({"fault": "delay"}, "Object missing required field `seconds`"),
    ({"fault": "delay", "seconds": 0}, "seconds: Expected `float` > 0"),
    ({"fault": "delay", "seconds": 60.5}, "seconds: Expected `float` <= 60.0"),
    ({"fault": "delay", "seconds": float("nan")}, "seconds: nan is no number"),
    ({"fault": "slow", "bytes_per_second": float("inf")}, "bytes_per_second: inf is no number"),
    ({"fault": "slow", "bytes_per_second": 0}, "bytes_per_second: Expected `float` >= 0.1"),
    ({"fault": "truncate", "bytes": -1}, "bytes: Expected `int` >= 0"),
    ({"fault": "reset", "when": "later"}, "when: Invalid enum value 'later'"),
    ({"fault": "fail", "operation": "ListLocations"}, "operation: ListLocations is answered at once"),
    ({"fault": "hang", "operation": "CreateHostedService"}, "operation: CreateHostedService is answered at once"),
    ({"fault": "fail", "after": -1}, "after: Expected `float` >= 0"),
    ({"fault": "fail", "after": 1, "done": True}, "after: an operation whose work is done fails when that is"),
    (
        {"fault": "unready", "operation": "DeleteDeployment"},
        "operation: DeleteDeployment makes no instances; CreateDep",
    ),
    ({"fault": "unready", "state": "ReadyRole"}, "state: there is no 'ReadyRole'"),
    (
        {"fault": "unready", "operation": "CreateDeployment", "state": "ProvisioningFailed"},
        "operation: no instance that CreateDeployment makes can come to the state ProvisioningFailed",
    ),
    ({"fault": "stall", "client": "localhost"}, "client: 'localhost' is no IP address"),
    ({"fault": "stall", "operation": "ListLocations"}, "operation: stall takes no such thing"),
    ({"fault": "refuse", "cuont": 1}, "cuont: refuse takes no such thing; did you mean count?"),
    ({"fault": "refuze"}, "fault: there is no 'refuze'; did you mean refuse?"),
    ({"fault": ["refuse"]}, "fault: there is no"),
    ({}, "fault: there is no None; there are refuse, redirect, delay, fail, hang, unready, reset, truncate, slow"),
]


@pytest.mark.parametrize(("body", "words"), MATCHES_NOTHING, ids=lambda value: json.dumps(value)[:60])
def test_a_rule_that_is_none_or_can_match_nothing_is_refused_with_the_reason(body, words):
    assert words in refused(body)


@pytest.mark.parametrize("body", [{"fault": "stall"}, {"fault": "refuse", "operation": "ListSubscriptions"}])
def test_what_is_no_subscriptions_business_cannot_be_one_subscriptions(body):
    assert "add the rule for all of them" in refused(body, "some")
    assert shown(read(body, None, ROWS)) == body


@given(
    st.dictionaries(
        st.sampled_from(["fault", "count", "nth", "code", "done", "after", "x"]),
        st.from_type(type(None))
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.sampled_from(["", "all", "InternalError", *KINDS]),
    )
)
def test_whatever_is_read_is_a_rule_or_refused(body):
    try:
        rule = read(body, None, ROWS)
    except RuleError as error:
        assert str(error)
    else:
        assert read(shown(rule), None, ROWS) == rule


@pytest.mark.parametrize("row", SERVED, ids=lambda row: row.name)
def test_every_operation_that_is_served_can_be_refused_and_every_accepted_one_can_fail(row):
    assert read({"fault": "refuse", "operation": row.name}, None, ROWS).fits(row)
    body = {"fault": "fail", "operation": row.name}
    if row.accepted:
        assert read(body, None, ROWS).fits(row)
    else:
        assert "answered at once" in refused(body)


@pytest.mark.parametrize("row", [row for row in SERVED if row.segments[0] == "{subscription_id}"], ids=lambda r: r.name)
def test_every_path_of_a_row_can_be_a_resource(row):
    path = "/".join("x" if segment.startswith("{") else segment for segment in row.segments[1:])
    body = {"fault": "refuse", "operation": row.name, "resource": f"/{path.upper()}"}
    assert read(body, None, ROWS).operation == row.name


def test_the_codes_are_refusals_of_the_catalogue():
    assert set(map(id, REFUSALS.values())) <= set(map(id, catalogue().values()))
    assert not [code for code, refusal in REFUSALS.items() if "{" in refusal.message or refusal.code != code]


def test_every_state_of_trouble_is_one_that_an_instance_can_come_to():
    for state, event in TROUBLES.items():
        assert any(
            transition.event == event and faces[transition.target].instance_status == state
            for table, faces in INSTANCE_LIFECYCLES.values()
            for transition in table.transitions
        )


# ---- which calls, over the wire


@pytest.fixture
def call(emulator, identity):
    """Return a function that calls the management API, and returns the answer."""

    def call(method, path, body=None, *, absolute=False):
        where = path if absolute else f"/{identity.subscription_id}/{path}"
        return requests.request(
            method,
            emulator.endpoint + where,
            data=body,
            headers={"x-ms-version": "2014-10-01"},
            cert=str(identity.pem_path),
            verify=str(identity.ca_path),
            timeout=10,
            allow_redirects=False,
        )

    return call


@pytest.fixture
def control(emulator):
    """Return a function that asks the control API; what was added in a test is removed after it."""

    def control(method, path, body=None, status=None):
        answer = requests.request(method, emulator.control_endpoint + path, json=body, timeout=5)
        assert answer.status_code == (status or {"POST": 201}.get(method, 200)), answer.text
        return answer.json()

    yield control
    control("DELETE", "/faults")


@pytest.fixture
def add(control, identity):
    """Return a function that adds a rule for the subscription, and returns its id."""
    return lambda fault, **fields: control(
        "POST", f"/subscriptions/{identity.subscription_id}/faults", {"fault": fault, **fields}
    )["id"]


NETWORKS = """<NetworkConfiguration xmlns="http://schemas.microsoft.com/ServiceHosting/2011/07/NetworkConfiguration">
<VirtualNetworkConfiguration/></NetworkConfiguration>"""


def service(name):
    return (
        '<CreateHostedService xmlns="http://schemas.microsoft.com/windowsazure">'
        f"<ServiceName>{name}</ServiceName><Label>bA==</Label><Location>West US</Location></CreateHostedService>"
    )


def test_an_answer_under_a_fault_says_so_in_a_header_and_no_other_does(add, call):
    rule = add("refuse", operation="ListLocations")
    assert call("GET", "locations").headers[HEADER] == rule
    assert HEADER not in call("GET", "locations").headers


def test_a_rule_is_shown_as_it_was_given_with_its_hits(add, control, call, identity):
    rule = add("refuse", operation="ListLocations", count="all")
    for hits in range(3):
        (one,) = control("GET", f"/subscriptions/{identity.subscription_id.upper()}/faults")["faults"]
        assert one == {
            "id": rule,
            "subscription": identity.subscription_id,
            "hits": hits,
            "rule": {"fault": "refuse", "operation": "ListLocations", "count": "all"},
        }
        assert call("GET", "locations").status_code == 500


def test_the_first_rule_that_takes_a_call_has_it_and_the_others_do_not_see_it(add, call):
    ids = [add("refuse", operation="ListLocations", status=status) for status in (503, 500)]
    ids.append(add("refuse", status=409))
    answers = [call("GET", "locations") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [503, 500, 409, 200]
    assert [answer.headers.get(HEADER) for answer in answers] == [*ids, None]


def test_a_rule_counts_only_what_it_matches(add, call):
    add("refuse", operation="ListLocations", nth=2)
    assert call("GET", "locations").status_code == 200
    assert call("GET", "affinitygroups").status_code == 200
    assert call("GET", "locations").status_code == 500


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("svc1", "create svc1, get, deployment"),
        ("SVC1", "create svc1, get, deployment"),
        ("svc?", "create svc1, create svc2, get, deployment"),
        ("*2", "create svc2"),
        ("services/hostedservices/svc1", "get, deployment"),
        ("/services/HostedServices/*/", "get, deployment"),
        ("services/hostedservices/svc1/deployments", "deployment"),
        ("services/hostedservices", "create svc1, create svc2, get, deployment"),
        ("none", "deployment"),
        ("services", "create svc1, create svc2, get, deployment"),
        ("other", ""),
    ],
)
def test_a_resource_is_a_name_in_the_path_or_in_the_body_or_a_path(add, call, resource, expected):
    add("refuse", resource=resource, count="all")
    answers = {
        "create svc1": call("POST", "services/hostedservices", service("svc1")),
        "create svc2": call("POST", "services/hostedservices", service("svc2")),
        "get": call("GET", "services/hostedservices/svc1"),
        "deployment": call("GET", "services/hostedservices/svc1/deployments/none"),
        "locations": call("GET", "locations"),
    }
    assert ", ".join(what for what, answer in answers.items() if HEADER in answer.headers) == expected


def test_a_call_that_is_refused_in_earnest_is_not_counted_where_the_fault_is_that_it_was_done(add, call, control):
    rule = add("refuse", operation="CreateHostedService", done=True)
    assert call("POST", "services/hostedservices", service("9-")).status_code == 400
    assert HEADER not in call("POST", "services/hostedservices", service("9-")).headers
    assert Counter({one["id"]: one["hits"] for one in control("GET", "/faults")["faults"]})[rule] == 0
    assert call("POST", "services/hostedservices", service("svc")).status_code == 500
    assert call("GET", "services/hostedservices/svc").status_code == 200


def test_an_operation_that_was_refused_in_earnest_does_not_use_up_its_fault(add, call, control):
    rule = add("hang", operation="DeleteDeployment")
    assert call("DELETE", "services/hostedservices/none/deployments/none").status_code == 404
    (one,) = control("GET", "/faults")["faults"]
    assert (one["id"], one["hits"]) == (rule, 0)


def test_a_redirect_leads_to_the_same_path_and_query_at_a_region(add, call, identity):
    add("redirect", region="usnorth2")
    answer = call("GET", "services/hostedservices/a%20b?embed-detail=true")
    assert (answer.status_code, answer.content) == (307, b"")
    host = "https://usnorth2.management.core.windows.net"
    path = f"/{identity.subscription_id}/services/hostedservices/a%20b?embed-detail=true"
    assert answer.headers["Location"] == host + path
    assert len(answer.headers["x-ms-request-id"]) == 32


def test_who_asks_how_an_operation_under_a_fault_goes_is_told_of_it_until_the_reset(add, call, control, identity):
    rule = add("fail", operation="SetNetworkConfiguration")
    asked = call("PUT", "services/networking/media", NETWORKS)
    assert (asked.status_code, asked.headers[HEADER]) == (202, rule)
    control("DELETE", "/faults")
    poll = f"operations/{asked.headers['x-ms-request-id'].upper()}"
    answer = call("GET", poll)
    assert (b"<Status>Failed</Status>" in answer.content, answer.headers[HEADER]) == (True, rule)
    assert HEADER not in call("GET", "locations").headers
    control("POST", f"/subscriptions/{identity.subscription_id}/reset", status=200)
    assert HEADER not in call("GET", poll).headers


def test_an_answer_that_is_late_keeps_nobody_else_waiting(add, call, emulator, identity):
    add("delay", operation="CreateHostedService", seconds=60)
    context = ssl.create_default_context(cafile=identity.ca_path)
    context.load_cert_chain(identity.pem_path)
    with closing(HTTPSConnection(emulator.host, context=context)) as patient:
        where = f"/{identity.subscription_id}/services/hostedservices"
        patient.request("POST", where, service("svc"), {"x-ms-version": "2014-10-01"})
        answers = [call("GET", "services/hostedservices") for _ in range(20)]
        assert b"<ServiceName>svc</ServiceName>" in answers[-1].content


def test_a_rule_for_all_subscriptions_also_takes_what_belongs_to_none(control, call):
    control("POST", "/faults", {"fault": "refuse", "operation": "ListSubscriptions", "status": 503})
    assert [call("GET", "/subscriptions", absolute=True).status_code for _ in range(2)] == [503, 200]


def test_one_subscriptions_faults_are_not_anothers(control, add, call, emulator):
    add("refuse", count="all")
    stranger = str(uuid.uuid4())
    assert control("GET", f"/subscriptions/{stranger}/faults") == {"faults": []}
    assert call("GET", f"/{stranger}/locations", absolute=True).status_code == 200
    assert call("GET", "locations").status_code == 500


def test_a_rule_is_removed_by_its_id_and_only_where_it_belongs(add, control, call, identity):
    rule, other = add("refuse"), add("delay", seconds=1)
    control("DELETE", f"/subscriptions/{uuid.uuid4()}/faults/{rule}", status=404)
    assert control("DELETE", f"/subscriptions/{identity.subscription_id}/faults/{rule}") == {"removed": 1}
    assert "no rule" in control("DELETE", f"/faults/{rule}", status=404)["error"]
    assert [one["id"] for one in control("GET", "/faults")["faults"]] == [other]
    assert control("DELETE", "/faults") == {"removed": 1}
    assert call("GET", "locations").status_code == 200


def test_a_reset_of_a_subscription_takes_its_faults_along_and_leaves_the_others(add, control, identity):
    add("refuse")
    kept = control("POST", "/faults", {"fault": "stall", "client": "192.0.2.1"})["id"]
    control("POST", f"/subscriptions/{identity.subscription_id}/reset", status=200)
    assert [one["id"] for one in control("GET", "/faults")["faults"]] == [kept]
    control("POST", "/reset", status=200)
    assert control("GET", "/faults") == {"faults": []}


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/faults", [], "JSON object"),
        ("/faults", {"fault": "refuse", "count": 0}, "count: Expected `int` >= 1"),
    ],
)
def test_what_is_no_rule_is_answered_400_in_words(control, path, body, words):
    assert words in control("POST", path, body, status=400)["error"]
    assert control("GET", "/faults") == {"faults": []}


def test_what_can_be_no_subscription_has_no_rules(control):
    refusal = control("POST", "/subscriptions/a b/faults", {"fault": "refuse"}, status=404)
    assert "can be no subscription id" in refusal["error"]
    assert control("GET", "/faults") == {"faults": []}


# ---- cost


class Untouchable:
    """A call that may not even be looked at."""

    fault = None

    def __getattr__(self, name):
        raise AssertionError(name)


def test_without_a_rule_a_call_is_not_even_looked_at():
    faults, answer = Faults(Untouchable()), object()
    assert faults.reached(Untouchable()) is None
    assert faults.answered(Untouchable(), answer) is answer
    assert faults.stall("127.0.0.1") == 0
