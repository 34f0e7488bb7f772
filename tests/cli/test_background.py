"""`asm-emulator wait`: it ends when the emulator serves, and otherwise when the time is up."""

from __future__ import annotations

import pytest

from emulator.embedded import Emulator
from emulator.settings import Settings


def test_ends_at_once_where_one_serves(invoke, emulated):
    result = invoke("wait", "--certs", emulated.settings.certs, "--timeout", 0)
    assert (result.exit_code, result.output) == (0, "")


def test_ends_as_soon_as_the_one_that_starts_serves(serve, certs, command):
    with serve() as process:
        result = command("wait", "--port", 0, "--certs", certs, "--timeout", 20)
        assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
        assert process.poll() is None


def test_gives_up_in_one_line_when_the_time_is_up(invoke, certs, free_port, refused):
    line = refused(invoke("wait", "--certs", certs, "--control-port", free_port, "--timeout", 0.2), 1)
    assert line.startswith(f"not serving after 0.2 s: no emulator answers at http://127.0.0.1:{free_port}: ")


def test_without_the_control_api_it_asks_the_management_api(invoke, tmp_path):
    with Emulator(Settings(port=0, control_port=None, certs=tmp_path)) as one:
        result = invoke("wait", "--certs", tmp_path, "--port", one.port, "--control-port", "none", "--timeout", 0)
    assert (result.exit_code, result.output) == (0, "")


def test_another_authority_is_not_the_one_that_is_waited_for(invoke, emulated, certs, refused):
    invoke("env", "--certs", certs)
    arguments = ["--certs", certs, "--port", emulated.port, "--control-port", "none", "--timeout", 0]
    assert "certificate verify failed" in refused(invoke("wait", *arguments), 1)


def test_without_certificates_there_is_nothing_to_ask_the_management_api_with(invoke, certs, refused):
    line = refused(invoke("wait", "--certs", certs, "--control-port", "none", "--timeout", 0), 1)
    assert line.endswith(f"there is no {certs / 'ca.pem'} yet")


@pytest.mark.parametrize("timeout", ["-1", "soon"])
def test_a_time_that_is_none_is_bad_usage(invoke, timeout):
    assert invoke("wait", "--timeout", timeout).exit_code == 2
