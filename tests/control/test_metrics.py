"""Metrics: counts by operation and status, durations, and what there is, in the form that Prometheus reads."""

from __future__ import annotations

import re

import pytest
import requests
from azure.common import AzureHttpError
from azure.servicemanagement import ServiceManagementService

from emulator.embedded import Emulator

LINE = re.compile(r'asm_emulator_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [0-9.e+-]+')


@pytest.fixture(scope="module")
def lines():
    with Emulator() as emulator:
        identity = emulator.identity()
        sms = identity.sdk(ServiceManagementService)
        url = f"{emulator.control_endpoint}/subscriptions/{identity.subscription_id}/clock"
        requests.post(url, json={"mode": "manual"}, timeout=5)
        sms.list_locations()
        sms.list_locations()
        sms.create_storage_account("account", "d", "label", location="West US")
        with pytest.raises(AzureHttpError):
            sms.get_hosted_service_properties("none")
        answer = requests.get(f"{emulator.control_endpoint}/metrics", timeout=5)
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        return answer.text.splitlines()


def test_requests_are_counted_by_operation_and_status(lines):
    assert 'asm_emulator_requests_total{operation="ListLocations",status="200"} 2' in lines
    assert 'asm_emulator_requests_total{operation="CreateStorageService",status="202"} 1' in lines
    assert 'asm_emulator_requests_total{operation="GetHostedService",status="404"} 1' in lines


def test_durations_are_a_histogram_whose_last_bucket_is_its_count(lines):
    buckets = [line for line in lines if line.startswith("asm_emulator_request_duration_seconds_bucket")]
    counts = [int(line.rpartition(" ")[2]) for line in buckets]
    assert buckets[-1] == 'asm_emulator_request_duration_seconds_bucket{le="+Inf"} 4'
    assert counts == sorted(counts)
    assert "asm_emulator_request_duration_seconds_count 4" in lines


def test_what_there_is_is_told(lines):
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert (values["asm_emulator_subscriptions"], values["asm_emulator_pending_events"]) == ("1", "1")
    assert int(values["asm_emulator_open_connections"]) >= 1


def test_every_line_is_one_that_prometheus_reads_and_every_metric_has_its_type_first(lines):
    known = set()
    for line in lines:
        if line.startswith("# TYPE "):
            known.add(line.split()[2])
        elif not line.startswith("# HELP "):
            assert LINE.fullmatch(line), line
            assert re.sub(r"_(bucket|sum|count)$", "", re.split(r"[{ ]", line)[0]) in known
