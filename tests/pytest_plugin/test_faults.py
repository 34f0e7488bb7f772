"""Faults in the pytest plugin: rules go with their test, and with --asm-strict one that never fired fails it."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

FIRING = """
    import pytest
    from azure.common import AzureHttpError

    def test_it_fires(asm_sdk, asm_faults):
        asm_faults.add("refuse", operation="ListLocations")
        with pytest.raises(AzureHttpError):
            asm_sdk.service_management.list_locations()

    def test_it_does_not(asm_faults):
        asm_faults.add("refuse", operation="ListLocations", nth=2)
        asm_faults.add("stall", everywhere=True, client="192.0.2.1")

    def test_it_is_taken_back(asm_faults):
        asm_faults.add("refuse").clear()
"""
STRICT = [["--asm-strict", "faults"], ["--asm-strict", "faults, faults"], ["-o", "asm_strict=faults"]]


def test_by_default_a_fault_need_not_fire(pytester, run):
    pytester.makepyfile(FIRING)
    run(passed=3)


@pytest.mark.parametrize("arguments", STRICT)
def test_where_it_is_strict_a_test_fails_whose_fault_never_fired(pytester, run, arguments):
    pytester.makepyfile(FIRING)
    result = run(*arguments, passed=2, failed=1)
    shown = result.stdout.str()
    assert "never fired: fault-2 (refuse, operation='ListLocations', nth=2)\n" in shown
    assert "never fired: fault-3 (stall, client=" in shown
    assert "::test_it_does_not" in shown


def test_the_environment_says_it_too(pytester, run, monkeypatch):
    monkeypatch.setenv("ASM_EMULATOR_PYTEST_STRICT", "faults")
    pytester.makepyfile(FIRING)
    run(passed=2, failed=1)


def test_a_test_that_fails_by_itself_fails_for_its_own_reason(pytester, run):
    pytester.makepyfile(
        """
        import pytest

        def test_fails(asm_faults):
            asm_faults.add("refuse")
            assert not "its own reason"

        def test_skips(asm_faults):
            asm_faults.add("refuse")
            pytest.skip("no")
        """
    )
    result = run("--asm-strict", "faults", failed=1, skipped=1)
    assert "never fired" not in result.stdout.str()


def test_rules_go_with_their_test_and_those_for_all_do_too(pytester, run):
    pytester.makepyfile(
        """
        def test_first(asm_faults, asm_server):
            asm_faults.add("refuse", count="all")
            asm_faults.add("refuse", count="all", everywhere=True)
            assert len(asm_server.control("GET", "/faults")["faults"]) == len(asm_faults.rules) == 2

        def test_second(asm_faults, asm_server, asm_sdk):
            assert asm_server.control("GET", "/faults")["faults"] == asm_faults.rules == []
            assert len(asm_sdk.service_management.list_locations()) > 0
        """
    )
    run(passed=2)


def test_workers_see_their_own_rules_only(pytester, run):
    pytester.makepyfile(
        """
        import pytest
        from azure.common import AzureHttpError

        @pytest.mark.parametrize("number", range(12))
        def test_it(asm_sdk, asm_faults, number):
            rules = [asm_faults.add("refuse", operation="ListLocations", status=503) for _ in range(3)]
            for _ in rules:
                with pytest.raises(AzureHttpError, match="TooManyRequests"):
                    asm_sdk.service_management.list_locations()
            assert len(asm_sdk.service_management.list_locations()) > 0
            assert [rule.hits for rule in rules] == [1, 1, 1]
        """
    )
    run("-n", "2", "--asm-strict", "faults", passed=12)


def test_a_rule_that_can_match_nothing_fails_the_test_with_the_reason(pytester, run):
    pytester.makepyfile(
        """
        def test_it(asm_faults):
            asm_faults.add("hang", operation="ListLocations")
        """
    )
    result = run(failed=1)
    result.stdout.re_match_lines([r".*asm: operation: ListLocations is answered at once"])
