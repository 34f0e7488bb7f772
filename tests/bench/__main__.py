"""Measure the emulator and print a table: `python -m tests.bench`, from the root of a checkout.

Rates are ratios within one run, so that they hold on any machine; docs/bench.md says what each row means.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

from emulator.identity.authority import Authority
from tests.bench.load import Job, Result, generate
from tests.bench.memory import measure_services, resident
from tests.bench.others import OTHERS, running
from tests.bench.processes import LOAD_CORE, Child, child, two_cores
from tests.bench.requests import (
    create_service,
    delete_service,
    get_deployment,
    get_disk,
    get_service,
    list_disks,
    list_services,
)
from tests.bench.servers import SUBSCRIPTION, serve_bare, serve_emulator, serve_large
from tests.bench.starts import measure_emulators, serving, time_import

FEW, SOME, MANY = 10, 1_000, 10_000
INSTANCES = 500
CONNECTIONS = (1, 8, 32)
IN_FLIGHT = 8
ANSWER_BYTES = 765
"""What the bare function answers: as much as the emulator does to Get Hosted Service."""


class Row(NamedTuple):
    """A row of the table: what was measured, and what it is to be at least or at most."""

    name: str
    value: float
    unit: str = ""
    least: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def missed(self) -> bool:
        """Whether the target was not reached."""
        return (self.least is not None and self.value < self.least) or (
            self.most is not None and self.value > self.most
        )

    def __str__(self) -> str:
        """Return it as a row of a table in Markdown."""
        bounds = [f">= {self.least:g}"] if self.least is not None else []
        bounds += [f"<= {self.most:g}"] if self.most is not None else []
        target = f"{' '.join(bounds)}{' **missed**' if self.missed else ''}"
        return f"| {self.name} | {self.value:.4g}{self.unit} | {target} | {self.note} |"


class Comparison(NamedTuple):
    """How many times the rate of `theirs` that of `ours` is, and the median result of each."""

    ratio: float
    ours: Result
    theirs: Result


class Bench:
    """A load generator and the sizes of a run; `scale` 1 is the real one, less is for trying the bench itself."""

    def __init__(self, load: Child, scratch: Path, scale: float, rounds: int) -> None:
        self.certs, self._load, self._scale, self._rounds = scratch, load, scale, rounds
        self.pem = Authority.in_directory(scratch).default_identity(endpoint="https://localhost").pem_path
        self._ec_pem = scratch / "load.pem"
        authority = Authority.in_directory(scratch)
        self._ec_pem.write_bytes(authority.identity(SUBSCRIPTION, endpoint="https://localhost").pem_path.read_bytes())
        self._number = 0
        self.busiest = 0.0

    def size(self, number: int) -> int:
        """Return a number of requests or services on the scale of this run."""
        return max(1, int(number * self._scale))

    def job(self, port: int, request: bytes, total: int, connections: int = 1, *, fresh: bool = False) -> Job:
        """Return a job over mutual TLS."""
        together = min(connections, self.size(total))
        return Job(port, request, self.size(total), together, 0, fresh, str(self._ec_pem))

    def compare(self, job: Job, other: Job, undo: bytes | None = None) -> Comparison:
        """Run two jobs in turn, many short rounds of it, and return the median of what each round's ratio is.

        Whatever else the machine does lasts longer than a round, as a rule, and disturbs both of its jobs alike.
        Every job is given numbers of its own; `undo` then deletes what it made, untimed.
        """
        rounds = [(self._run(job, undo), self._run(other, undo)) for _ in range(self._rounds)]
        ratio = statistics.median(one.rate / two.rate for one, two in rounds)
        ours, theirs = ([pair[place] for pair in rounds] for place in (0, 1))
        typical = Comparison(ratio, _median(ours), _median(theirs))
        self.busiest = max(self.busiest, typical.ours.busy, typical.theirs.busy)
        return typical

    def _run(self, job: Job, undo: bytes | None) -> Result:
        numbered = job._replace(first=self._number)
        self._number += job.total
        result: Result = self._load.ask(numbered)
        if undo is not None:
            self._load.ask(numbered._replace(request=undo, connections=1))
        return result


def _median(results: list[Result]) -> Result:
    return sorted(results, key=lambda result: result.rate)[len(results) // 2]


def rates(bench: Bench) -> Iterator[Row]:
    """Requests per second, against a bare WSGI function behind the same server."""
    with child(serve_emulator, bench.certs, FEW) as emulator, child(serve_bare, bench.certs, ANSWER_BYTES) as bare:
        ports = emulator.hear(), bare.hear()
        for connections in CONNECTIONS:
            both = bench.compare(*(bench.job(port, get_service(), 1000, connections) for port in ports))
            yield _ratio(f"get hosted service / bare function, {_connections(connections)}", both, least=0.5)
        for connections in CONNECTIONS:
            jobs = [bench.job(port, create_service("new-"), 500, connections) for port in ports]
            both = bench.compare(*jobs, undo=delete_service("new-"))
            yield _ratio(f"create hosted service / bare function, {_connections(connections)}", both, least=0.4)
        both = bench.compare(*(bench.job(port, get_service(), 100, IN_FLIGHT, fresh=True) for port in ports))
        yield _ratio(f"get, each over a new connection / bare function, {IN_FLIGHT} at a time", both, least=0.8)
    yield Row(
        "load generator at work, at most",
        bench.busiest,
        most=0.9,
        note="share of its time; the rest it waits for the server",
    )


def _connections(number: int) -> str:
    return f"{number} connection{'s' if number > 1 else ''}"


def _ratio(name: str, both: Comparison, *, least: float | None = None, note: str = "") -> Row:
    note = f"{both.ours.rate:.0f} / {both.theirs.rate:.0f} requests/s{note}"
    return Row(name, both.ratio, least=least, note=note)


def others(bench: Bench) -> Iterator[Row]:
    """Requests per second, against other emulators where they are installed."""
    with child(serve_emulator, bench.certs, FEW) as emulator:
        ours = bench.job(emulator.hear(), get_service(), 1000, 8)
        for other in OTHERS:
            with running(other) as port:
                if port is None:
                    continue
                theirs = Job(port, other.request(), bench.size(60), ours.connections, fresh=not other.keeps_alive)
                both = bench.compare(ours, theirs)
            name = f"get hosted service / {other.name}, {_connections(ours.connections)}"
            yield _ratio(name, both, note="; ours over mutual TLS, theirs plain")


def many(bench: Bench) -> Iterator[Row]:
    """What a request costs where there are many services."""
    services, note = bench.size(MANY), "cost of a request"
    with child(serve_emulator, bench.certs, FEW) as emulator, child(serve_emulator, bench.certs, services) as full:
        ports = emulator.hear(), full.hear()
        both = bench.compare(*(bench.job(port, get_service(), 1000, 8) for port in ports))
        yield Row(f"get at {services} services / at {FEW}", both.ratio, most=1.2, note=note)
        jobs = (bench.job(port, create_service("new-"), 500, 8) for port in ports)
        both = bench.compare(*jobs, undo=delete_service("new-"))
        yield Row(f"create at {services} services / at {FEW}", both.ratio, most=1.2, note=note)


def large(bench: Bench) -> Iterator[Row]:
    """What requests cost beside a large deployment and many disks, and what those cost to show."""
    instances, disks = bench.size(INSTANCES), bench.size(MANY)
    small = bench.size(INSTANCES // 10), bench.size(SOME)
    with child(serve_large, bench.certs, *small) as less, child(serve_large, bench.certs, instances, disks) as more:
        ports = less.hear(), more.hear()
        beside = f"with {instances} instances and {disks} disks / with {small[0]} and {small[1]}"
        for name, request in (("get hosted service", get_service()), ("get disk", get_disk())):
            both = bench.compare(*(bench.job(port, request, 1000, 8) for port in ports))
            yield Row(f"{name} {beside}", both.ratio, most=1.2, note="cost of a request")
        jobs = (bench.job(port, create_service("new-"), 500, 8) for port in ports)
        both = bench.compare(*jobs, undo=delete_service("new-"))
        yield Row(f"create hosted service {beside}", both.ratio, most=1.2, note="cost of a request")
        for name, request, sizes in (
            ("get deployment, an instance", get_deployment(), (small[0], instances)),
            ("list of disks, an entry", list_disks(), (small[1], disks)),
        ):
            both = bench.compare(*(bench.job(port, request, 1) for port in ports))
            most = 1 / both.theirs.rate
            yield Row(f"{name} of {sizes[1]}", 1e6 * most / sizes[1], " us", most=40, note=f"{1000 * most:.1f} ms")
            growth = both.ratio * sizes[0] / sizes[1]
            yield Row(f"{name}: of {sizes[1]} / of {sizes[0]}", growth, most=1.2, note="linear: 1")


def lists(bench: Bench) -> Iterator[Row]:
    """What listing costs, an entry."""
    sizes = bench.size(SOME), bench.size(MANY)
    with child(serve_emulator, bench.certs, sizes[0]) as short, child(serve_emulator, bench.certs, sizes[1]) as long:
        both = bench.compare(*(bench.job(one.hear(), list_services(), 1) for one in (short, long)))
    for services, listed in zip(sizes, both[1:], strict=True):
        note = f"{1000 / listed.rate:.0f} ms, {listed.body_bytes / listed.total / 1e6:.1f} MB"
        yield Row(f"list of {services}, an entry", 1e6 / listed.rate / services, " us", most=40, note=note)
    growth = both.ratio * sizes[0] / sizes[1]
    yield Row("an entry of the long list / of the short one", growth, most=1.2, note="linear: 1")


def memory(bench: Bench) -> Iterator[Row]:
    """What a hosted service takes in memory."""
    services = bench.size(4000)
    for traced, how in ((False, "growth of the process"), (True, "what Python allocated")):
        with child(measure_services, bench.certs, services, traced) as process:
            note = f"{how}, over {services}; its two operations included"
            yield Row("hosted service with two instances", process.hear() / 1024, " KiB", most=8, note=note)


def starts(bench: Bench) -> Iterator[Row]:
    """How soon it serves, what it takes idle, and what it leaves behind."""
    starts, sizes = [], []
    for _ in range(bench.size(9)):
        with serving(bench.certs, bench.pem) as (pid, seconds):
            starts.append(seconds)
            sizes.append(resident(pid))
    yield Row("idle memory of `asm-emulator serve`", statistics.median(sizes) / 1e6, " MB", most=70)
    yield Row("`asm-emulator serve` to its first answer", statistics.median(starts) * 1000, " ms", most=500)
    imports = [time_import() for _ in range(bench.size(9))]
    yield Row("`import emulator`", statistics.median(imports) * 1000, " ms", most=100)
    times = bench.size(50)
    with child(measure_emulators, times) as process:
        seconds, left = process.hear()
    yield Row("`Emulator().start()`", seconds * 1000, " ms", most=50, note="after its imports")
    yield Row(f"threads and sockets left by {times} starts and stops", left, most=0)


PARTS = {part.__name__: part for part in (rates, others, many, large, lists, memory, starts)}


@click.command()
@click.option("--part", type=click.Choice(list(PARTS)), multiple=True, help="Measure this only; may be repeated.")
@click.option("--rounds", default=15, show_default=True, help="How often each load is run; the median counts.")
@click.option("--scale", default=1.0, show_default=True, help="Of all numbers; below 1 nothing is judged.")
def main(part: tuple[str, ...], rounds: int, scale: float) -> None:
    """Measure the emulator and print a table; the status is 1 if a target was missed."""
    click.echo("| measured | value | target | |\n|---|---|---|---|")
    missed = False
    with tempfile.TemporaryDirectory() as scratch, child(generate, core=LOAD_CORE) as load:
        bench = Bench(load, Path(scratch), scale, rounds)
        for name in part or PARTS:
            for row in PARTS[name](bench):
                judged = row if scale >= 1 else row._replace(least=None, most=None)
                click.echo(judged)
                missed = missed or judged.missed
    click.echo(f"\nServers and load {'on a core each' if two_cores() else 'on one core: the rates say little'}.")
    sys.exit(int(missed))


if __name__ == "__main__":
    main(prog_name="python -m tests.bench")
