"""The operations that are known and declined, and the whole table of operations held against facts."""

from __future__ import annotations

import http.client
import re
import ssl
from collections import Counter
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from emulator import Emulator
from emulator.domain.refusals import ASSUMED, DOCUMENTED
from emulator.surface import declined, rows
from emulator.surface.declined.table import declined as declined_table
from emulator.surface.operation import PARAMETER

ROWS = rows()
SERVED = tuple(row for row in ROWS if row.does is not None)
XMLNS = "{http://schemas.microsoft.com/windowsazure}"

OPERATIONS = {
    "subscription": 2,
    "operations tracking": 2,
    "management certificates": 4,
    "locations": 2,
    "operating systems": 2,
    "affinity groups": 5,
    "hosted services": 8,
    "service certificates": 4,
    "deployments": 27,
    "role instances": 9,
    "virtual machines": 15,
    "VM images": 9,
    "OS images": 19,
    "disks": 6,
    "data disks": 5,
    "extensions": 12,
    "DNS servers": 3,
    "load balancers": 3,
    "virtual IPs": 2,
    "storage accounts": 8,
    "virtual networks": 4,
    "gateways and local networks": 46,
    "reserved IPs": 6,
    "network security groups": 15,
    "route tables": 11,
    "IP forwarding": 4,
    "application gateways": 12,
    "traffic manager": 9,
    "SQL database": 38,
    "service bus": 48,
    "websites": 48,
    "scheduler": 14,
    "store / cloud services": 6,
    "HDInsight": 6,
    "resource provider registration": 5,
    "migration": 24,
}
"""How many operations each family of the API has, served or not."""

CREATE_DEPLOYMENT = "POST", "/{}/services/hostedservices/{}/deploymentslots/{}"


def request_of(row):
    """What tells a row from others: method, path with nameless parameters, query, body's root and If-Match header."""
    return row.method, PARAMETER.sub("{}", row.path).lower(), row.body_root or ("If-Match" if row.if_match else None)


def test_each_family_has_all_its_operations_served_or_declined():
    assert Counter(row.family for row in ROWS) == OPERATIONS


def test_names_are_unique():
    assert [name for name, count in Counter(row.name for row in ROWS).items() if count > 1] == []


def test_an_operation_that_is_served_is_declined_no_longer():
    served = {request_of(row) for row in SERVED}
    assert [row.name for row in declined.ROWS if request_of(row) in served] == []


def test_no_two_rows_want_the_same_request():
    assert [request for request, count in Counter(map(request_of, ROWS)).items() if count > 1] == []


def test_methods_are_those_of_the_api():
    assert {row.method for row in ROWS} == {"GET", "POST", "PUT", "DELETE", "PATCH"}


def test_first_versions_are_dates_of_the_years_in_which_the_api_grew():
    assert min(date.fromisoformat(row.since) for row in ROWS) == date(2009, 10, 1)
    assert max(date.fromisoformat(row.since) for row in ROWS) == date(2016, 6, 1)


def test_names_are_words_in_camel_case():
    assert [row.name for row in ROWS if re.fullmatch(r"[A-Z][A-Za-z]+", row.name) is None] == []


def test_paths_begin_with_the_subscription_and_name_each_parameter_once_in_snake_case():
    for row in ROWS:
        names = PARAMETER.findall(row.path)
        assert names[:1] == ["subscription_id"] or row.path == "/subscriptions", row
        assert len(names) == len(set(names)), row
        assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names), row


def test_success_is_a_status_of_success():
    assert {row.status for row in ROWS} == {200, 201, 202, 204}


def test_a_declined_row_does_nothing_and_says_why_in_a_sentence():
    for row in declined.ROWS:
        assert row.does is None, row
        assert re.fullmatch(r"[A-Z].+[a-z0-9]\.", row.note), row


def test_what_can_be_done_by_slot_can_be_done_by_name():
    requests = {request_of(row)[:2] for row in ROWS}
    by_slot = {(method, path) for method, path in requests if "/deploymentslots/{}" in path} - {CREATE_DEPLOYMENT}
    by_name = {(method, path.replace("/deploymentslots/{}", "/deployments/{}")) for method, path in by_slot}
    assert len(by_name) > 10
    assert by_name - requests == set()


def test_a_first_version_that_no_source_names_is_marked_as_assumed():
    known, guessed = declined_table(
        "f", "Why.", "/{s}", ("Known", "GET", "/a", "2014-08-01", 200), ("Guessed", "GET", "/b", "2014-08-01?", 200)
    )
    assert (known.since, known.evidence) == ("2014-08-01", DOCUMENTED)
    assert (guessed.since, guessed.evidence) == ("2014-08-01", ASSUMED)


def test_the_operations_of_other_hosts_are_not_among_them():
    assert [row.name for row in ROWS if row.segments[0] in ("api", "templeton")] == []


@pytest.fixture(scope="module")
def ask():
    """Return a function that sends a request over mutual TLS and returns status, code and message."""
    with Emulator() as emulator:
        identity = emulator.identity()
        context = ssl.create_default_context(cafile=identity.ca_path)
        context.load_cert_chain(identity.pem_path)

        def send(method, path, body=None):
            connection = http.client.HTTPSConnection("localhost", emulator.port, context=context, timeout=30)
            headers = {"x-ms-version": "2017-01-01", "Content-Type": "application/xml"}
            connection.request(method, f"/{identity.subscription_id}{path}", body, headers)
            answer = connection.getresponse()
            error = ET.fromstring(answer.read())
            connection.close()
            return answer.status, error.findtext(f"{XMLNS}Code"), error.findtext(f"{XMLNS}Message")

        yield send


def test_a_declined_operation_is_answered_with_501_its_name_and_why(ask):
    status, code, message = ask("GET", "/cloudservices/x/resources/HDInsight/~/clusters/y")
    assert (status, code) == (501, "NotImplemented")
    assert "Get Cluster" in message
    assert "HDInsight is not emulated." in message


def test_operations_on_one_path_are_told_apart_by_the_query(ask):
    update = "/services/hostedservices/x/deployments/y"
    assert "Suspend Deployment Update Or Upgrade" in ask("POST", f"{update}?comp=Suspend")[2]
    assert "Resume Deployment Update Or Upgrade" in ask("POST", f"{update}?comp=resume")[2]


def test_an_unknown_path_is_answered_with_404_and_the_one_that_was_probably_meant(ask):
    status, code, message = ask("GET", "/services/hostedservice")
    assert (status, code) == (404, "ResourceNotFound")
    assert message.endswith("Did you mean /{subscription_id}/services/hostedservices?")
