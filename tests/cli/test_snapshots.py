"""`asm-emulator snapshot` and `serve --load`, `--save`: what a user types, and what comes of it."""

from __future__ import annotations

import json
import stat
import uuid

import pytest
from click.testing import CliRunner

from emulator import running
from emulator.cli import main
from emulator.control import snapshots
from emulator.domain.world import Subscription


@pytest.fixture
def settings(emulated):
    return ["--certs", emulated.settings.certs]


@pytest.fixture
def here(emulated) -> Subscription:
    """A subscription that nobody else uses, with a quota by which it is known."""
    here = emulated.world.subscription(str(uuid.uuid4()))
    here.override(quotas={"max_core_count": 5})
    return here


@pytest.fixture
def snapshot(invoke, settings):
    """Return a function that runs a command of the group, which has to succeed, and returns what it printed."""

    def snapshot(*arguments, **options):
        result = invoke("snapshot", *arguments, *settings, **options)
        assert result.exit_code == 0, result.output
        return result.stdout

    return snapshot


def test_a_file_holds_one_subscription_and_brings_it_back(snapshot, emulated, here, tmp_path):
    assert snapshot("save", "--subscription", here.id, "one.json") == ""
    file = tmp_path / "one.json"
    assert file.read_bytes() == snapshots.save_one(emulated.world, here.id)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    told = snapshot("save", "--subscription", here.id, "one.json", "--json")
    assert json.loads(told) == {"status": "saved", "file": str(file)}
    here.override(quotas={})
    assert snapshot("load", "--subscription", here.id, "one.json") == ""
    assert here.quotas == {"max_core_count": 5}
    answer = json.loads(snapshot("load", "--subscription", here.id, "one.json", "--json"))
    assert answer == {"status": "loaded", "subscriptions": len(emulated.world.subscriptions)}


def test_everything_is_saved_to_standard_output_and_loaded_from_standard_input(snapshot, settings, here):
    document = snapshot("save")
    assert here.id in json.loads(document)["subscriptions"]
    here.override(quotas={})
    result = CliRunner().invoke(main, ["snapshot", "load", "-", *map(str, settings)], input=document)
    assert (result.exit_code, result.stdout) == (0, "")
    assert here.quotas == {"max_core_count": 5}


def test_a_line_tells_what_is_new_gone_or_changed(snapshot, invoke, here, settings):
    here.callers.append("n" * 200)
    snapshot("save", "--subscription", here.id, "one.json")
    here.override(quotas={"max_core_count": 6, "max_dns_servers": 1})
    here.callers.clear()
    snapshot("save", "--subscription", here.id, "two.json")
    path = f"/subscriptions/{here.id}"
    told = [
        f"~ {path}/callers {json.dumps(['n' * 200])[:97]}... -> []",
        f"~ {path}/quotas/max_core_count 5 -> 6",
        f"+ {path}/quotas/max_dns_servers 1",
    ]
    assert snapshot("diff", "one.json").splitlines() == told
    assert snapshot("diff", "one.json", "two.json").splitlines() == told
    assert snapshot("diff", "two.json", "one.json").splitlines()[-1] == f"- {path}/quotas/max_dns_servers 1"
    changes = json.loads(snapshot("diff", "one.json", "--json"))["changes"]
    assert changes[1] == {"path": f"{path}/quotas/max_core_count", "before": 5, "after": 6}
    assert changes == json.loads(snapshot("diff", "one.json", "two.json", "--json"))["changes"]
    assert invoke("snapshot", "diff", "one.json", "two.json", "--certs", "none", "--port", 0).exit_code == 0


def test_a_fork_is_made(snapshot, emulated, here):
    first, second = str(uuid.uuid4()), str(uuid.uuid4())
    assert snapshot("fork", here.id, first) == ""
    assert json.loads(snapshot("fork", here.id, second, "--json")) == {"status": "forked", "subscription": second}
    for made in (first, second):
        assert emulated.world.subscription(made).quotas == {"max_core_count": 5}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["load", "cut.json"], "cut.json: this is no whole snapshot: it is not JSON"),
        (["load", "other.json"], "this is no snapshot: it has no format"),
        (["load", "none.json"], "No such file or directory"),
        (["diff", "other.json"], "this is no snapshot: it has no format"),
        (["diff", "other.json", "other.json"], "this is no snapshot: it has no format"),
        (["fork", "a", "no id"], "'no id' can be no subscription id"),
        (["save", "no/such/directory"], "No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(invoke, settings, refused, tmp_path, arguments, why):
    (tmp_path / "cut.json").write_text('{"format":')
    (tmp_path / "other.json").write_text("{}")
    assert why in refused(invoke("snapshot", *arguments, *settings), 1)


def test_without_a_control_api_it_is_refused(invoke, refused, certs):
    result = invoke("snapshot", "save", "--control-port", "none", "--certs", certs)
    assert "the control API, which would do that, is switched off" in refused(result, 1)


def test_served_from_a_file_and_ended_in_peace_it_is_saved(serve, certs, tmp_path, here, snapshot, refused, command):
    snapshot("save", "--subscription", here.id, "one.json")
    with serve("--load", "one.json", "--save", "two.json") as process:
        control = running.noted(certs).address.control_endpoint
        quotas = f"/subscriptions/{here.id}/quotas"
        assert running.ask(control, "GET", quotas)["max_core_count"] == 5
        running.ask(control, "PUT", quotas, {"max_core_count": 6})
        process.terminate()
        _, errors = process.communicate(timeout=20)
        assert (process.returncode, errors) == (0, "")
    state = json.loads((tmp_path / "two.json").read_bytes())["subscriptions"][here.id]
    assert state["quotas"] == {"max_core_count": 6}
    (tmp_path / "one.json").write_text("{}")
    failed = command("serve", "--load", "one.json", "--port", 0, "--control-port", 0, "--certs", certs)
    assert refused(failed, 2) == "load: one.json: this is no snapshot: it has no format"
