"""The plugin's fixture that leads the default host to the emulator: what it leads there, and what it leaves alone."""

from __future__ import annotations

import http.client
import re
import socket
import ssl

import certifi
import pytest


def context_for(emulator, identity):
    context = ssl.create_default_context(cafile=emulator.ca_path)
    context.load_cert_chain(identity.pem_path)
    return context


@pytest.fixture
def asked(monkeypatch):
    """What reaches the lookup that was there before the default host was led to the emulator."""
    questions = []

    def getaddrinfo(host, service, *_arguments, **_keywords):
        questions.append((host, service))
        return []

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return questions


def test_the_default_host_is_the_emulator_under_a_certificate_for_that_name(emulator, identity, asm_redirect):
    connection = http.client.HTTPSConnection(asm_redirect, context=context_for(emulator, identity))
    connection.request("GET", f"/{identity.subscription_id}/locations", headers={"x-ms-version": "2014-10-01"})

    answer = connection.getresponse()

    assert answer.status == 200
    assert ("DNS", asm_redirect) in connection.sock.getpeercert()["subjectAltName"]
    connection.close()


def test_a_client_that_trusts_other_authorities_refuses(asm_redirect):
    connection = http.client.HTTPSConnection(asm_redirect, context=ssl.create_default_context(cafile=certifi.where()))

    with pytest.raises(ssl.SSLCertVerificationError):
        connection.connect()


def test_the_server_is_refused_under_a_name_that_it_does_not_have(emulator, identity):
    name = "management.example.com"

    with (
        socket.create_connection(("127.0.0.1", emulator.port)) as sock,
        pytest.raises(ssl.SSLCertVerificationError, match=re.escape(f"certificate is not valid for '{name}'")),
    ):
        context_for(emulator, identity).wrap_socket(sock, server_hostname=name)


def test_other_names_and_other_ports_are_looked_up_as_ever(asked, asm_redirect, emulator):
    for question in ((asm_redirect, 443), (asm_redirect, 8080), ("localhost", 443)):
        socket.getaddrinfo(*question)

    assert asked == [("127.0.0.1", emulator.port), (asm_redirect, 8080), ("localhost", 443)]
