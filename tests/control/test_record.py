"""--record FILE: every exchange as a line of JSON, whole but for secrets, and never in a request's way."""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from azure.common import AzureHttpError
from azure.servicemanagement import LinuxConfigurationSet, OSVirtualHardDisk, ServiceManagementService

from emulator.control.record import Recorder
from emulator.embedded import Emulator
from emulator.pipeline import Answer, Call, Request
from emulator.settings import SettingsError

NOW = datetime(2015, 7, 1, tzinfo=UTC)
ANSWER = Answer(200, [("x-ms-request-id", "1")], b"<A/>")
IMAGE = "b39f27a8b8c64d52b05eac6a62ebad85__Ubuntu-14_04-LTS"


def call(path="/s/locations", body=b""):
    return Call(Request("GET", path, "", "2014-10-01", None, "127.0.0.1", lambda: body))


@pytest.fixture
def recorded(tmp_path):
    """An emulator that records, and a function that returns the lines which it has written."""
    path = tmp_path / "record.jsonl"
    with Emulator(record=path) as emulator:
        yield emulator, lambda: [json.loads(line) for line in path.read_text().splitlines()]


def test_a_line_has_the_whole_exchange_and_is_there_when_the_answer_is(recorded):
    emulator, lines = recorded
    identity = emulator.identity()
    sms = identity.sdk(ServiceManagementService)
    sms.create_hosted_service("svc", "label", location="West US")
    (line,) = lines()
    assert (line["operation"], line["status"], line["subscription"]) == (
        "CreateHostedService",
        201,
        identity.subscription_id,
    )
    assert "<ServiceName>svc</ServiceName>" in line["body"]
    assert (line["answer_body"], line["answer_headers"]["x-ms-request-id"]) == ("", line["request_id"])
    sms.get_hosted_service_properties("svc")
    assert "<ServiceName>svc</ServiceName>" in lines()[1]["answer_body"]


def test_secrets_are_in_no_line(recorded, tmp_path):
    emulator, lines = recorded
    sms = emulator.identity().sdk(ServiceManagementService)
    sms.create_storage_account("account", "d", "label", location="West US")
    keys = sms.get_storage_account_keys("account").storage_service_keys
    sms.create_hosted_service("svc", "label", location="West US")
    sms.create_virtual_machine_deployment(
        "svc",
        "dep",
        "production",
        "label",
        "role",
        LinuxConfigurationSet("host", "user", "Pa55word!", False, custom_data="my custom data"),
        OSVirtualHardDisk(IMAGE, "https://account.blob.core.windows.net/vhds/a.vhd"),
    )
    with pytest.raises(AzureHttpError):
        sms.add_service_certificate("svc", "bm90IGEgcGZ4", "pfx", "pfxPassw0rd")
    text = (tmp_path / "record.jsonl").read_text()
    assert "CreateVirtualMachineDeployment" in str([line["operation"] for line in lines()])
    assert "<RoleName>role</RoleName>" in text
    for secret in (
        keys.primary,
        keys.secondary,
        "Pa55word!",
        "my custom data",
        "bXkgY3VzdG9tIGRhdGE=",
        "bm90IGEgcGZ4",
        "pfxPassw0rd",
    ):
        assert secret not in text


def test_what_was_there_is_continued_and_only_the_owner_can_read_it(tmp_path):
    path = tmp_path / "record.jsonl"
    for _ in range(2):
        recorder = Recorder(path, lambda: NOW)
        recorder.answered(call(), ANSWER)
        recorder.close()
    assert len(path.read_text().splitlines()) == 2
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_written_is_a_bad_setting(tmp_path):
    with (
        pytest.raises(SettingsError, match="record: .* cannot be written: No such file"),
        Emulator(record=tmp_path / "none" / "record"),
    ):
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_a_warning_once_and_requests_go_on(caplog):
    with Emulator(record=Path("/dev/full")) as emulator, caplog.at_level(logging.WARNING, "emulator.record"):
        sms = emulator.identity().sdk(ServiceManagementService)
        for _ in range(3):
            assert len(sms.list_locations()) > 0
    assert [record.message for record in caplog.records] == [
        "/dev/full: exchanges are missing from it from now on: [Errno 28] No space left on device"
    ]


def test_a_pipe_that_nobody_empties_makes_nobody_wait(tmp_path, caplog):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    recorder = Recorder(path, lambda: NOW)
    for _ in range(50):
        assert recorder.answered(call(body=b"x" * 5000), ANSWER) is ANSWER
    assert len(caplog.records) == 1
    first = os.read(reader, 1 << 20)
    recorder.answered(call("/s/last"), ANSWER)
    rest = (first + os.read(reader, 1 << 20)).splitlines()
    assert json.loads(rest[-1])["path"] == "/s/last"
    os.close(reader)
    recorder.close()


def test_after_its_end_nothing_is_written_any_more(tmp_path):
    recorder = Recorder(tmp_path / "record", lambda: NOW)
    recorder.close()
    recorder.close()
    assert recorder.answered(call(), ANSWER) is ANSWER


def test_it_needs_no_control_api(tmp_path):
    path = tmp_path / "record"
    with Emulator(control_port=None, record=path) as emulator:
        identity = emulator.identity()
        requests.get(
            f"{emulator.endpoint}/{identity.subscription_id}/nothing",
            cert=str(identity.pem_path),
            verify=str(emulator.ca_path),
            timeout=5,
        )
    (line,) = path.read_text().splitlines()
    assert json.loads(line)["unknown"] is True
