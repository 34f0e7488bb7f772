"""Why a client cannot connect: what is tried, what it shows, and in words what to do about it.

A check judges what a probe has found, together with files, variables and the machine's clock; prints nothing.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from http.client import HTTPException, HTTPSConnection
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from emulator.commands.base import typed
from emulator.commands.probing import SECONDS, Case, Probe, certificates, in_der, lookup, open_context, probe, reason
from emulator.domain.clock import wall_clock
from emulator.running import host_and_port
from emulator.telling import instant

if TYPE_CHECKING:
    from collections.abc import Callable

OK, NOTE, WRONG, SKIPPED = "ok", "note", "wrong", "skipped"
DEFAULT_HOST, DEFAULT_PORT = "management.core.windows.net", 443
"""Where clients go that are told nothing else."""
TRUST = {
    "REQUESTS_CA_BUNDLE": "Python's requests",
    "SSL_CERT_FILE": "Go, libcloud and whatever uses OpenSSL",
    "NODE_EXTRA_CA_CERTS": "Node",
}
"""The variables that say what is trusted, and who reads each."""


class Finding(NamedTuple):
    """What a check has found: of `about`, in words, and what to do where something is wrong."""

    verdict: str
    about: str
    says: str
    remedy: str | None = None


def examine(case: Case) -> list[Finding]:
    """Return what every check finds, in the order in which a client would stumble."""
    found = probe(case)
    return [finding for check in CHECKS for finding in check(case, found)]


# ---- is it there


def _emulator(case: Case, probe: Probe) -> Iterator[Finding]:
    about, with_these = "emulator", f"with the certificates in {case.certs}"
    start = f"{typed('start', '--certs', str(case.certs))}, or name those of the emulator that is meant: --certs DIR"
    one = case.running
    if one is not None and host_and_port(one.address.endpoint)[1] == case.port:
        yield Finding(
            OK, about, f"One runs {with_these}: {one.address.endpoint}, pid {one.pid}, since {instant(one.since)}."
        )
    elif one is not None:
        says = f"One runs {with_these}, but not at port {case.port}: its address is {one.address.endpoint}."
        yield Finding(WRONG, about, says, f"Point the client at {one.address.endpoint}.")
    elif probe.certificate is not None:
        yield Finding(NOTE, about, f"None runs here {with_these}; what answers at {case.there} runs elsewhere.")
    elif case.noted is not None:
        says = f"The one that ran {with_these} was killed: its process {case.noted.pid} is gone."
        yield Finding(WRONG, about, says, start)
    else:
        yield Finding(WRONG, about, f"None runs {with_these}.", start)


def _name(case: Case, probe: Probe) -> Iterator[Finding]:
    if probe.lookup_error is None:
        yield Finding(OK, "name", f"{case.host} leads to {', '.join(probe.addresses)}.")
    else:
        says = f"The name {case.host} leads nowhere: {probe.lookup_error}."
        remedy = f"Have it lead to the emulator, such as by the line `127.0.0.1 {case.host}` in the file of hosts."
        yield Finding(WRONG, "name", says, remedy)


def _port(case: Case, probe: Probe) -> Iterator[Finding]:
    if probe.connected:
        yield Finding(OK, "port", f"Something answers at {case.there}.")
    elif probe.connect_error is None:
        yield Finding(SKIPPED, "port", "There is no address to try.")
    else:
        says = f"Nothing answers at {case.there} ({', '.join(probe.addresses)}): {probe.connect_error}."
        one, here = case.running, all(ip_address(one.partition("%")[0]).is_loopback for one in probe.addresses)
        remedy = f"Start an emulator there: {typed('start', '--port', str(case.port), '--certs', str(case.certs))}"
        if one is not None:
            remedy = f"The emulator is at {one.address.endpoint}: give the client that address."
        elif not here:
            remedy = "Is that the emulator's machine? It has to listen there (--host), and the way has to be open."
        yield Finding(WRONG, "port", says, remedy)


def _tls(case: Case, probe: Probe) -> Iterator[Finding]:
    if probe.certificate is not None:
        yield Finding(OK, "TLS", f"It speaks TLS at {case.there}.")
    elif probe.tls_error is None:
        yield Finding(SKIPPED, "TLS", "Nothing answers.")
    else:
        control = case.noted.address.control_endpoint if case.noted is not None else None
        remedy = "Another program has this port: serve on a free one, with --port."
        if case.noted is not None and control is not None and host_and_port(control)[1] == case.port:
            remedy = f"That is the port of the control API; the management API is at {case.noted.address.endpoint}."
        yield Finding(WRONG, "TLS", f"What answers at {case.there} speaks no TLS: {probe.tls_error}.", remedy)


# ---- its certificate


def _authority(case: Case, probe: Probe) -> Iterator[Finding]:
    authorities = certificates(case.ca)
    if isinstance(authorities, str):
        remedy = (
            "An emulator writes it into the directory of its certificates, as ca.pem: name that with --ca or --certs."
        )
        yield Finding(WRONG, "authority", authorities, remedy)
    elif probe.certificate is None:
        yield Finding(SKIPPED, "authority", "There is no certificate to judge.")
    elif any(_issued(probe.certificate, by) for by in authorities):
        yield Finding(OK, "authority", f"Its certificate was issued by the authority in {case.ca}.")
    else:
        says = (
            f"What answers at {case.there} is another: its certificate was issued by "
            f"{probe.certificate.issuer.rfc4514_string()!r}, whose key is not that of the authority in {case.ca}."
        )
        remedy = "Have the client trust the ca.pem of the emulator that it reaches, or reach the one of that ca.pem."
        yield Finding(WRONG, "authority", says, remedy)


def _issued(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _server_name(case: Case, probe: Probe) -> Iterator[Finding]:
    if probe.certificate is None:
        yield Finding(SKIPPED, "certificate", "There is none to look at.")
        return
    names = _names(probe.certificate)
    if case.host.lower() in names:
        yield Finding(OK, "certificate", f"It is valid for {case.host}.")
    else:
        remedy = f"Serve with --hostname {case.host}, or have the client use one of those names."
        says = f"The server's certificate is not valid for {case.host}, only for {', '.join(names)}."
        yield Finding(WRONG, "certificate", says, remedy)


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        known = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    names = known.get_values_for_type(x509.DNSName)
    return [*(name.lower() for name in names), *map(str, known.get_values_for_type(x509.IPAddress))]


def _clock(case: Case, probe: Probe) -> Iterator[Finding]:
    kept = ((str(file), certificates(file)) for file in (case.ca, case.cert))
    judged = [(where, one) for where, found in kept if not isinstance(found, str) for one in found]
    if probe.certificate is not None:
        judged.append(("the server's certificate", probe.certificate))
    now, wrong = wall_clock(), False
    for where, one in judged:
        begins, ends = one.not_valid_before_utc, one.not_valid_after_utc
        if not begins <= now <= ends:
            wrong = True
            says = f"This machine's clock says {_day(now)}; {where} is valid from {_day(begins)} to {_day(ends)}."
            renew = f"If the clock is right, move {case.certs} away and start the emulator anew."
            yield Finding(WRONG, "clock", says, f"Set the clock. {renew}" if now > ends else "Set the clock.")
    if judged and not wrong:
        yield Finding(OK, "clock", f"By this machine's clock, {_day(now)}, all certificates are valid.")
    elif not judged:
        yield Finding(SKIPPED, "clock", "There is no certificate whose dates it could be held against.")


def _day(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"


# ---- the client's side


def _trust(case: Case, _probe: Probe) -> Iterator[Finding]:
    authorities = in_der(case.ca)
    export = f'eval "$({typed("env", "--certs", str(case.certs))})"'
    for variable, reader in TRUST.items():
        said = os.environ.get(variable)
        trusted = in_der(Path(said)) if said else []
        if isinstance(authorities, str):
            yield Finding(SKIPPED, variable, "There is no authority that could be trusted.")
        elif not said:
            says = f"It is not set: {reader} trusts the emulator only if told so otherwise."
            yield Finding(NOTE, variable, says, export)
        elif isinstance(trusted, str):
            yield Finding(WRONG, variable, f"Of no use to {reader}: {trusted}", export)
        elif {*authorities} <= {*trusted}:
            yield Finding(OK, variable, f"{reader} will trust the emulator.")
        else:
            yield Finding(WRONG, variable, f"{said} has not the authority in {case.ca}: {reader} refuses.", export)


def _client(case: Case, probe: Probe) -> Iterator[Finding]:
    about, context = "client", open_context()
    try:
        context.load_cert_chain(case.cert)
    except FileNotFoundError:
        yield Finding(WRONG, about, f"There is no {case.cert}.", "An emulator writes client.pem; --cert names another.")
        return
    except OSError as error:
        says = f"{case.cert} is not a client's key with its certificate, in PEM: {reason(error)}."
        yield Finding(WRONG, about, says, "Put both into one file, the key first.")
        return
    if probe.certificate is None:
        yield Finding(SKIPPED, about, "There is nobody to show the client's certificate to.")
    elif case.subscription is None:
        yield Finding(SKIPPED, about, "Which subscription is it to open? Say --subscription ID.")
    else:
        yield _opens(case, case.subscription, context)


def _opens(case: Case, subscription: str, context: ssl.SSLContext) -> Finding:
    shown = f"{case.cert} opens the subscription {subscription}"
    try:
        with closing(HTTPSConnection(case.host, case.port, timeout=SECONDS, context=context)) as connection:
            headers = {"x-ms-version": "2014-10-01"}
            connection.request("GET", f"/{quote(subscription, safe='')}", headers=headers)
            status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        remedy = "The connection broke while it asked; `asm-emulator fault list` shows what is broken on purpose."
        return Finding(WRONG, "client", f"Whether {shown} cannot be told: {reason(error)}.", remedy)
    if status < 300:  # noqa: PLR2004 - success
        return Finding(OK, "client", f"{shown}.")
    if status in (401, 403):
        certs = ("--certs", str(case.certs))
        remedy = typed("identity", "add", str(case.cert), "--subscription", subscription, *certs)
        return Finding(WRONG, "client", f"It is not so that {shown}: the answer is {status}.", remedy)
    remedy = "`asm-emulator journal` shows the answer, and `asm-emulator explain` why."
    return Finding(WRONG, "client", f"Whether {shown} cannot be told: the answer is {status}.", remedy)


def _proxy(case: Case, _probe: Probe) -> Iterator[Finding]:
    from urllib.request import (  # type: ignore[attr-defined]  # noqa: PLC0415 - for this check only
        getproxies_environment,
        proxy_bypass_environment,
    )

    proxies = getproxies_environment()
    proxy = proxies.get("https") or proxies.get("all")
    if not proxy:
        yield Finding(OK, "proxy", "The environment names no proxy.")
    elif proxy_bypass_environment(case.host, proxies):
        yield Finding(OK, "proxy", f"The environment names a proxy, which NO_PROXY keeps away from {case.host}.")
    else:
        # Its user and password are nobody's business.
        where = urlsplit(proxy).netloc.rpartition("@")[2] or "a proxy"
        says = f"The environment sends clients that want {case.host} to {where}, which does not know the emulator."
        before = f"{proxies['no']}," if proxies.get("no") else ""
        yield Finding(WRONG, "proxy", says, f"export NO_PROXY={before}{case.host} no_proxy={before}{case.host}")


def _default_host(case: Case, probe: Probe) -> Iterator[Finding]:
    if case.asked_for_host:
        return
    found = lookup(DEFAULT_HOST)
    leads_here = not isinstance(found, str) and bool({*found} & {*probe.addresses})
    if leads_here and case.port == DEFAULT_PORT:
        yield Finding(OK, "default host", f"{DEFAULT_HOST} leads here, too.")
        return
    why = f"the emulator is at port {case.port}, and they go to {DEFAULT_PORT}"
    if not leads_here:
        why = f"that name leads {'nowhere' if isinstance(found, str) else 'to ' + ', '.join(found)}"
    says = f"Clients with no option for their host, which go to {DEFAULT_HOST}, do not get here: {why}."
    yield Finding(
        NOTE,
        "default host",
        says,
        f"For those: a line `127.0.0.1 {DEFAULT_HOST}` in the file of hosts, and --port 443.",
    )


CHECKS: tuple[Callable[[Case, Probe], Iterator[Finding]], ...] = (
    _emulator,
    _name,
    _port,
    _tls,
    _authority,
    _server_name,
    _clock,
    _trust,
    _client,
    _proxy,
    _default_host,
)
"""Every check, in the order in which a client would stumble."""
