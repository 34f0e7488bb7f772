"""`asm_snapshot` and the marker's `load`, as users of the plugin meet them: pytest in a process of its own."""

from __future__ import annotations

pytest_plugins = ["pytester"]

MADE = """
    import json
    from pathlib import Path

    from emulator import Emulator
    from emulator.control import snapshots

    with Emulator() as one:
        sms_of = one.identity("11111111-2222-3333-4444-555555555555")
        here = one.world.subscription(sms_of.subscription_id)
        here.clock.pace = type(here.clock.pace)("manual")
        from azure.servicemanagement import ServiceManagementService
        sms = sms_of.sdk(ServiceManagementService)
        sms.create_hosted_service("b", "label", location="West US")
        sms.create_hosted_service("a", "label", location="West US")
        sms.create_storage_account("account", "", "label", location="West US")
        {save}
"""


def test_a_test_saves_loads_compares_and_forks(pytester, run):
    pytester.makepyfile("""
        import json

        import pytest
        from azure.common import AzureHttpError

        from emulator.pytest_plugin import AsmChange, AsmSnapshot


        def names(sms):
            return [service.service_name for service in sms.list_hosted_services()]


        def test_saved_and_loaded(asm_snapshot: AsmSnapshot, asm_sdk, asm_subscription, tmp_path):
            sms = asm_sdk.service_management
            sms.create_hosted_service("b", "label", location="West US")
            sms.create_hosted_service("a", "label", location="West US")
            before = asm_snapshot.save(tmp_path / "before.json")
            assert json.loads((tmp_path / "before.json").read_text()) == before
            assert list(before["subscriptions"]) == [asm_subscription.id]
            sms.delete_hosted_service("b")
            for kept in (before, tmp_path / "before.json", str(tmp_path / "before.json")):
                asm_snapshot.load(kept)
                assert names(sms) == ["b", "a"]
                sms.delete_hosted_service("a")


        def test_a_refused_call_changes_nothing(asm_snapshot, asm_sdk):
            sms = asm_sdk.service_management
            sms.create_hosted_service("a", "label", location="West US")
            before = asm_snapshot.save()
            with pytest.raises(AzureHttpError):
                sms.create_hosted_service("a", "label", location="West US")
            assert asm_snapshot.diff(before) == []
            left = {change.path.partition("/")[0] for change in asm_snapshot.diff(before, everything=True)}
            assert left == {"clock", "entropy", "operations"}


        def test_what_came_and_went_and_changed(asm_snapshot, asm_sdk):
            sms = asm_sdk.service_management
            sms.create_hosted_service("a", "label", location="West US")
            sms.create_hosted_service("b", "label", location="West US")
            before = asm_snapshot.save()
            sms.update_hosted_service("a", label="other")
            sms.delete_hosted_service("b")
            sms.create_hosted_service("c", "label", location="West US")
            changes = {change.path: change for change in asm_snapshot.diff(before)}
            assert changes["hosted_services/a/label"] == AsmChange("hosted_services/a/label", "bGFiZWw=", "b3RoZXI=")
            assert changes["hosted_services/b"].after is None
            assert changes["hosted_services/c"].before is None


        def test_a_fork_goes_its_own_way(asm_snapshot, asm_sdk):
            from azure.servicemanagement import ServiceManagementService

            asm_sdk.service_management.create_hosted_service("a", "label", location="West US")
            fork = asm_snapshot.fork()
            sms = fork.sdk(ServiceManagementService)
            sms.create_hosted_service("b", "label", location="West US")
            assert names(sms) == ["a", "b"]
            assert names(asm_sdk.service_management) == ["a"]
            assert fork.snapshot.diff(asm_snapshot.save())


        @pytest.mark.xfail(strict=True, reason="what cannot be loaded fails the test, with the reason")
        def test_no_snapshot(asm_snapshot):
            asm_snapshot.load({"format": 0})
    """)
    run(passed=4, xfailed=1)


def test_a_test_begins_with_what_its_marker_names(pytester, run):
    (pytester.path / "make.py").write_text(
        "\n".join(line[4:] for line in MADE.format(save="document = snapshots.save(one.world)").splitlines())
        + "\nfor name in ('world.json', 'below/beside.json'):\n"
        "    Path(name).parent.mkdir(exist_ok=True)\n"
        "    Path(name).write_bytes(document)\n"
    )
    pytester.runpython(pytester.path / "make.py")
    (pytester.path / "below" / "test_it.py").write_text("""
import pytest


def names(asm_sdk):
    return [service.service_name for service in asm_sdk.service_management.list_hosted_services()]


@pytest.mark.asm(load="world.json")
def test_from_the_root_directory(asm_sdk, asm_clock, asm_subscription):
    assert asm_subscription.id != "11111111-2222-3333-4444-555555555555"
    assert names(asm_sdk) == ["b", "a"]
    assert asm_clock.mode == "manual"
    assert [event.name for event in asm_clock.advance("quiet")] == ["created", "resolved"]


@pytest.mark.asm(load="beside.json", clock="step:5s", quotas={"max_hosted_services": 2})
def test_from_beside_and_with_more(asm_sdk, asm_clock, asm_subscription):
    assert names(asm_sdk) == ["b", "a"]
    assert asm_clock.mode == "step:5s"
    assert asm_subscription.control("GET", "quotas")["max_hosted_services"] == 2
""")
    run("--asm-clock", "step:1s", passed=2)


def test_a_file_that_is_not_there_fails_the_test_with_its_places(pytester, run):
    (pytester.path / "below").mkdir()
    (pytester.path / "below" / "test_it.py").write_text("""
import pytest

@pytest.mark.asm(load="none.json")
def test_it(asm_subscription):
    pass
""")
    result = run(errors=1)
    places = (pytester.path / "below" / "none.json", pytester.path / "none.json")
    result.stdout.fnmatch_lines([f"asm: load: there is neither {places[0]} nor {places[1]}"])
