"""The journal: what is kept of every exchange, how it is found, and that it is bounded and forgotten."""

from __future__ import annotations

import gc
import weakref
from datetime import UTC, datetime

import pytest
import requests
from azure.common import AzureHttpError
from azure.servicemanagement import ServiceManagementService

from emulator.control import journal as journals
from emulator.control.journal import FAULT, KEPT_BODY, Journal, shown
from emulator.embedded import Emulator
from emulator.identity.authority import Authority
from emulator.pipeline import KEPT_UNREAD, Answer, Call, Request

NOW = datetime(2015, 7, 1, tzinfo=UTC)
CREATE = (
    b'<CreateHostedService xmlns="http://schemas.microsoft.com/windowsazure"><ServiceName>%s</ServiceName>'
    b"<Label>bGFiZWw=</Label><Location>West US</Location><Colour>red</Colour></CreateHostedService>"
)


def test_an_exchange_says_who_asked_what_and_what_was_answered(sms, identity, journal):
    sms.create_hosted_service("svc", "label", location="West US")
    sms.get_hosted_service_properties("svc", embed_detail=True)
    created, read = journal()
    assert (created["operation"], created["status"], created["method"]) == ("CreateHostedService", 201, "POST")
    assert (read["operation"], read["status"], read["query"]) == ("GetHostedService", 200, "embed-detail=true")
    assert read["path"] == f"/{identity.subscription_id}/services/hostedservices/svc"
    assert (read["caller"], read["client_ip"]) == (identity.thumbprint, "127.0.0.1")
    assert 0 < read["milliseconds"] < 5000
    assert (read["code"], read["unread"], read["nearest"], read["unknown"]) == (None, [], [], False)


def test_a_refusal_has_its_code_and_words_and_its_request_id_is_the_answers(raw, journal):
    answer = raw("GET", "services/hostedservices/none")
    (entry,) = journal()
    assert entry["request_id"] == answer.headers["x-ms-request-id"]
    assert (entry["code"], entry["message"]) == ("ResourceNotFound", "The hosted service does not exist.")


def test_elements_that_nobody_read_are_named(raw, journal):
    assert raw("POST", "services/hostedservices", CREATE % b"svc").status_code == 201
    assert journal()[0]["unread"] == ["/CreateHostedService/Colour"]


@pytest.mark.parametrize(
    ("method", "path", "nearest"),
    [
        ("GET", "services/hostedservises", ["/{subscription_id}/services/hostedservices"]),
        ("PATCH", "locations", ["GET"]),
        ("GET", "nothing/at/all/like/it", []),
    ],
)
def test_what_fits_no_operation_is_unknown_and_has_what_would_have_been_possible(raw, journal, method, path, nearest):
    raw(method, path)
    (entry,) = journal()
    assert (entry["operation"], entry["unknown"], entry["nearest"]) == ("", True, nearest)


def test_who_is_not_let_in_stands_in_the_journal_of_the_subscription_that_they_wanted(raw, journal):
    stranger = Authority.temporary()
    try:
        pem = stranger.identity("any", endpoint="https://localhost:1").pem_path
        assert raw("GET", "locations", certificate=str(pem)).status_code == 403
    finally:
        stranger.close()
    (entry,) = journal()
    assert (entry["status"], entry["unknown"], len(entry["caller"])) == (403, False, 40)


def test_it_is_searched_by_operation_status_place_and_number(sms, raw, journal):
    sms.list_locations()
    first = journal()[0]["request_id"]
    raw("GET", "services/hostedservices/none")
    sms.list_locations()
    assert len(journal(operation="listlocations")) == 2
    assert [one["operation"] for one in journal(status=404)] == ["GetHostedService"]
    assert [one["status"] for one in journal(since=first)] == [404, 200]
    assert [one["status"] for one in journal(limit=2)] == [404, 200]
    assert journal(limit=0) == []
    assert journal(operation="ListLocations", status=200, since=first, limit=5) == journal()[-1:]


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [("status=x", 400, "status"), ("colour=red", 400, "colour"), ("since=abc", 404, "no request 'abc'")],
)
def test_a_search_that_makes_no_sense_is_refused(emulator, query, status, words):
    answer = requests.get(f"{emulator.control_endpoint}/journal?{query}", timeout=5)
    assert answer.status_code == status
    assert words in answer.json()["error"]


def test_that_of_the_whole_has_the_exchanges_of_all_in_order(emulator, sms, journal, control):
    other = emulator.identity()
    sms.list_locations()
    requests.get(f"https://{sms.host}/", verify=sms.request_session.verify, cert=sms.cert_file, timeout=5)
    other.sdk(type(sms)).list_locations()
    paths = [one["path"].split("/")[1] for one in control("GET", "journal", of=None)["exchanges"]]
    assert paths[-3:] == [sms.subscription_id, "", other.subscription_id]
    assert len(journal()) == 1


def test_it_is_forgotten_when_told_and_when_a_subscription_is_reset(sms, control, journal):
    sms.list_locations()
    control("DELETE", "journal")
    assert journal() == []
    sms.list_locations()
    control("POST", "reset")
    assert journal() == []


def test_it_keeps_no_more_than_it_is_told_to():
    with Emulator(journal=3) as emulator:
        sms = emulator.identity().sdk(ServiceManagementService)
        for number in range(5):
            with pytest.raises(AzureHttpError):
                sms.get_hosted_service_properties(f"none{number}")
        answer = requests.get(f"{emulator.control_endpoint}/journal", timeout=5).json()
        assert answer["kept"] == 3
        assert [one["path"][-1] for one in answer["exchanges"]] == ["2", "3", "4"]


def test_it_may_be_switched_off():
    with Emulator(journal=0) as emulator:
        emulator.identity().sdk(ServiceManagementService).list_locations()
        assert requests.get(f"{emulator.control_endpoint}/journal", timeout=5).json() == {"kept": 0, "exchanges": []}


# ---- how much it keeps


def asked(journal, subscription, path="/a/locations", status=200):
    """Note an exchange of a subscription, or of nobody."""
    call = Call(Request("GET", path, "", "2014-10-01", None, "", bytes))
    call.subscription = subscription
    journal.answered(call, Answer(status, [], b""))


@pytest.fixture
def crowd(world):
    """Return a function that returns the subscription of a number."""
    return lambda number: world.subscription(f"s{number}")


def test_large_exchanges_of_a_subscription_are_fewer(crowd, monkeypatch):
    monkeypatch.setattr(journals, "EACH_BYTES", 100_000)
    journal = Journal(200, lambda: NOW)
    for number in range(150):
        asked(journal, crowd(0), f"/s0/{number}" + "x" * 10_000)
    kept = [int(one.path[4:].rstrip("x")) for one in journal.entries("s0")]
    assert 5 < len(kept) < 10
    assert kept == list(range(150))[-len(kept) :]


def test_of_many_subscriptions_those_that_were_asked_the_longest_ago_lose_theirs_first(crowd, monkeypatch):
    monkeypatch.setattr(journals, "ALL_BYTES", 10 * (journals.PLAIN_BYTES + len("/a/locations")))
    journal = Journal(200, lambda: NOW)
    for number in (*range(8), 0, *range(8, 12)):
        asked(journal, crowd(number))
    assert [len(journal.entries(f"s{number}")) for number in range(13)] == [2, 0, 0, 0, *[1] * 8, 0]
    asked(journal, None)
    assert [one.path for one in journal.entries("a")] == ["/a/locations"]
    assert [len(journal.entries(f"s{number}")) for number in (0, 4, 5)] == [2, 0, 1]


def test_there_is_room_again_for_what_was_forgotten(crowd, monkeypatch):
    monkeypatch.setattr(journals, "ALL_BYTES", 10 * (journals.PLAIN_BYTES + len("/a/locations")))
    journal = Journal(200, lambda: NOW)
    for number in range(20):
        asked(journal, crowd(number))
        asked(journal, None, f"/s{number}/locations")
        journal.forget(f"s{number}")
    assert journal.entries() == []
    for number in range(8):
        asked(journal, crowd(number))
    assert len(journal.entries()) == 8


def test_of_a_body_that_nobody_reads_the_first_elements_are_named(raw, journal):
    body = (CREATE % b"svc").replace(b"<Colour>red</Colour>", b"<Colour/>" * 500)
    assert raw("POST", "services/hostedservices", body).status_code == 201
    assert journal()[0]["unread"] == ["/CreateHostedService/Colour"] * KEPT_UNREAD


# ---- what it keeps alive


def test_a_refused_call_is_kept_to_be_tried_again_and_nothing_that_its_refusal_held(emulator):
    journal = Journal(5, lambda: NOW)
    pipeline = emulator._health.app.pipeline
    der = emulator.identity("s").certificate_der
    call = Call(Request("DELETE", "/s/services/hostedservices/none", "", "2014-10-01", der, "", bytes))
    journal.answered(call, pipeline._answer(call))
    (entry,) = journal.entries("S")
    assert entry.call is call
    assert entry.error.__traceback__ is None
    assert entry.error.__context__ is None


@pytest.mark.parametrize(("size", "kept"), [(0, True), (KEPT_BODY + 1, False)])
def test_the_body_of_a_refused_call_is_kept_only_if_it_is_small(emulator, size, kept):
    journal = Journal(5, lambda: NOW)
    pipeline = emulator._health.app.pipeline
    der = emulator.identity("s").certificate_der
    body = CREATE % b"not.a.name" + b" " * size
    call = Call(Request("POST", "/s/services/hostedservices", "", "2014-10-01", der, "", lambda: body))
    journal.answered(call, pipeline._answer(call))
    (entry,) = journal.entries("s")
    assert entry.error is not None
    assert (entry.call is not None) is kept


def test_a_call_that_was_served_is_let_go(emulator):
    journal = Journal(5, lambda: NOW)
    der = emulator.identity("s").certificate_der
    call = Call(Request("GET", "/s/locations", "", "2014-10-01", der, "", bytes))
    journal.answered(call, emulator._health.app.pipeline._answer(call))
    gone = weakref.ref(call)
    del call
    gc.collect()
    assert gone() is None
    assert len(journal.entries("s")) == 1


def test_what_broke_an_answer_on_purpose_is_read_from_its_header():
    journal = Journal(5, lambda: NOW)
    call = Call(Request("GET", "/s/locations", "", None, None, "", bytes))
    journal.answered(call, Answer(503, [("Content-Length", "0"), (FAULT, "rule-1")], b""))
    assert [shown(one).fault for one in journal.entries("s")] == ["rule-1"]
