"""Calls of jobs that are really made: to a server on this machine, by a thread that is there while calls wait."""

from __future__ import annotations

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from emulator.app import create_world
from emulator.domain import cloud_services, job_collections, jobs, operations
from emulator.domain.clock import Pace
from emulator.domain.scheduler_records import Action, HttpRequest
from emulator.server import outside
from emulator.server.outside import Caller
from emulator.settings import Settings

SECONDS = 20
"""For what takes no time, on a machine that is busy with much else."""


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.path, self.headers["X-Mine"], body))
        self.send_response(500 if self.path == "/fails" else 200)
        self.end_headers()
        self.wfile.write(b"answered")

    def log_message(self, *_arguments):
        """Say nothing."""


@pytest.fixture
def server():
    """A server that remembers what it was asked."""
    with HTTPServer(("127.0.0.1", 0), Handler) as running:
        running.seen = []
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def caller(monkeypatch):
    monkeypatch.setattr(outside, "IDLE", 0.01)
    caller = Caller(["127.0.0.1", "Localhost"])
    yield caller
    if caller._thread is not None:
        caller._thread.join(SECONDS)


def post(server, path="/here?a=b"):
    uri = f"http://127.0.0.1:{server.server_address[1]}{path}"
    return HttpRequest(uri=uri, method="post", body="é", headers={"X-Mine": "yes"})


def called(caller, request):
    """Make a call and wait until it is told."""
    told, done = [], threading.Event()

    def tell(*outcome):
        told.append(outcome)
        done.set()

    assert caller.call(request, tell)
    assert done.wait(SECONDS)
    return told[0]


def test_a_call_is_made_and_told(caller, server):
    assert called(caller, post(server)) == (True, "Http Action - Response from host '127.0.0.1': 'OK' 200: answered")
    assert server.seen == [("/here?a=b", "yes", "é".encode())]


def test_an_answer_that_refuses_is_a_failure(caller, server):
    succeeded, message = called(caller, post(server, "/fails"))

    assert (succeeded, "500: answered" in message) == (False, True)


def test_what_cannot_be_reached_is_a_failure(caller):
    succeeded, message = called(caller, HttpRequest(uri="http://127.0.0.1:1/", method="GET"))

    assert (succeeded, "failed:" in message) == (False, True)


def test_only_hosts_that_are_named_are_called(caller):
    assert caller.makes("LOCALHOST")
    assert not caller.makes("example.com")


def test_the_thread_ends_when_nothing_waits_and_comes_again(caller, server):
    for _ in range(2):
        called(caller, post(server))
        thread = caller._thread
        if thread is not None:
            thread.join(SECONDS)
        assert caller._thread is None


def test_of_more_calls_than_may_wait_the_others_are_not_made(caller, server):
    held, reached = threading.Event(), threading.Event()

    def hold(*_outcome):
        reached.set()
        held.wait(SECONDS)

    assert caller.call(post(server), hold)
    assert reached.wait(SECONDS)
    results = [caller.call(post(server), lambda *_outcome: None) for _ in range(outside.WAITING + 1)]
    held.set()

    assert results == [True] * outside.WAITING + [False]


def test_a_run_of_a_job_calls_a_host_that_the_settings_name_and_history_tells_it(server, monkeypatch):
    monkeypatch.setattr(outside, "IDLE", 0.01)
    world = create_world(Settings(outside_calls=("127.0.0.1",), clock=Pace("manual")))
    subscription = world.subscription("s")
    begin = lambda: operations.begin(subscription, "Test")  # noqa: E731
    service = cloud_services.CreateCloudService(geo_region="West US")
    cloud_services.create(subscription, begin(), service, "cs")
    job_collections.create(subscription, begin(), job_collections.CreateJobCollection(), "cs", "jc")
    for name, path in (("good", "/"), ("bad", "/fails")):
        command = jobs.CreateJob(action=Action(type="http", request=post(server, path)))
        jobs.create(subscription, begin(), command, "cs", "jc", name)

    with world.lock_of(subscription):
        subscription.advance_to(subscription.now + timedelta(minutes=1))
        good, bad = (jobs.find(subscription, "cs", "jc", name) for name in ("good", "bad"))
        assert "not made" in good.history[0].message
    world.outside._thread.join(SECONDS)

    assert (good.history[0].status, good.failure_count, good.faulted_count) == ("completed", 0, 0)
    assert good.history[0].message.endswith("'OK' 200: answered")
    assert (bad.history[0].status, bad.failure_count, bad.faulted_count) == ("failed", 1, 1)
    assert [path for path, _, _ in server.seen] == ["/", "/fails"]


def test_without_the_setting_nobody_calls():
    assert create_world(Settings()).outside is None
