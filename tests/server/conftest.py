"""Servers on real sockets, and a client that says exactly the bytes that a test wants it to say."""

from __future__ import annotations

import hashlib
import json
import socket
import ssl
import threading
from typing import NamedTuple

import pytest
import trustme

from emulator.server import Limits, Server
from emulator.server.tls import ServerCertificate

PATIENCE = 10.0


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Wire:
    """A client's end of a connection."""

    def __init__(self, sock):
        self.sock = sock
        self.held = bytearray()

    def say(self, data):
        self.sock.sendall(data if isinstance(data, bytes) else data.encode("latin-1"))
        return self

    def say_for_ever(self, data):
        while True:
            self.say(data)

    def get(self, path="/", *headers, version="HTTP/1.1", method="GET"):
        self.say("\r\n".join([f"{method} {path} {version}", "Host: localhost", *headers, "", ""]))
        return self.answer(bodiless=method == "HEAD")

    def answer(self, *, bodiless=False):
        while b"\r\n\r\n" not in self.held:
            self.more()
        head = self._take(self.held.index(b"\r\n\r\n"))
        self._take(4)
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        assert len(headers) == len(lines), "a header came twice"
        length = 0 if bodiless else int(headers.get("content-length", "0"))
        while len(self.held) < length:
            self.more()
        return Answer(int(first.split(" ")[1]), headers, self._take(length))

    def rest(self):
        """Everything up to the end of the stream."""
        while True:
            try:
                self.more()
            except EOFError:
                return bytes(self.held)

    def _take(self, size):
        taken = bytes(self.held[:size])
        del self.held[:size]
        return taken

    def more(self):
        data = self.sock.recv(1 << 20)
        if not data:
            raise EOFError(bytes(self.held[:100]))
        self.held += data

    def close(self):
        self.sock.close()


def echo(environ, start_response):
    """Tell what came; of a large body only its size and digest."""
    body = environ["wsgi.input"].read()
    certificate = environ["asm.client_certificate"]
    seen = {key: value for key, value in environ.items() if isinstance(value, str)}
    seen["body"] = body.decode("latin-1") if len(body) < 1000 else [len(body), hashlib.sha256(body).hexdigest()]
    seen["certificate"] = certificate and hashlib.sha256(certificate).hexdigest()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(seen).encode()]


@pytest.fixture(scope="session")
def authority():
    return trustme.CA()


@pytest.fixture(scope="session")
def certificate(authority):
    leaf = authority.issue_cert("localhost", "127.0.0.1")
    chain = b"".join(pem.bytes() for pem in leaf.cert_chain_pems)
    return ServerCertificate(chain, leaf.private_key_pem.bytes())


@pytest.fixture
def serve(certificate, ours):
    """Start servers; they are stopped after the test, and must not leave a thread behind."""
    started = []

    def start(app=echo, *, tls=False, threads=4, lane=None, **limits):
        server = Server(
            app,
            host="127.0.0.1",
            port=0,
            certificate=certificate if tls else None,
            threads=threads,
            limits=Limits(**limits),
            lane=lane,
        )
        server.start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()
    assert not ours()


@pytest.fixture
def ours():
    """Tell the threads of the emulator's that a test has started: other tests may share one that runs on."""
    before = set(threading.enumerate())
    return lambda: [t for t in threading.enumerate() if t not in before and t.name.startswith("asm-emulator")]


@pytest.fixture
def client_context(authority):
    """Make contexts of clients that trust the server, and present the certificate in the PEM file `identity`."""

    def make(identity=None, version=None):
        context = ssl.create_default_context(cadata=authority.cert_pem.bytes().decode())
        context.set_ciphers("DEFAULT@SECLEVEL=0")  # or OpenSSL would not let the client present an old certificate
        if version is not None:
            context.minimum_version = context.maximum_version = version
        if identity is not None:
            context.load_cert_chain(identity)
        return context

    return make


@pytest.fixture
def dial(client_context):
    """Connect to a server: in the clear, or over TLS with a context or a session to resume.

    `window` is how many bytes may be on their way to a client that does not read.
    """
    wires = []

    def connect(server, *, tls=False, context=None, session=None, window=None):
        sock = socket.socket(socket.AF_INET6 if ":" in server.host else socket.AF_INET)
        sock.settimeout(PATIENCE)
        if window is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        sock.connect((server.host, server.port))
        if tls or context is not None:
            context = context or client_context()
            try:
                sock = context.wrap_socket(sock, server_hostname="localhost", session=session)
            except BaseException:
                sock.close()
                raise
        wires.append(Wire(sock))
        return wires[-1]

    yield connect
    for wire in wires:
        wire.close()
