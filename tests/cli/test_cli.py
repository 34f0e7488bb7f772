"""What the sub-commands have in common: options out of the table of settings, refusals in one line, quick help."""

from __future__ import annotations

import re
import sys

import pytest

from emulator import __version__
from emulator.cli import main
from emulator.settings import OPTIONS

TAKE_SETTINGS = ["serve", "env", "wait", "identity add", "fault add", "fault list", "fault clear"]


@pytest.mark.parametrize("name", TAKE_SETTINGS)
def test_every_setting_is_an_option_whose_help_has_its_variable_and_default(invoke, name):
    text = " ".join(invoke(*name.split(), "--help").stdout.split())
    for option in OPTIONS:
        default = f"; default: {option.default}" if option.default else ""
        assert f" {option.flag} " in text
        assert f"{option.help} [{option.variable}{default}]" in text
    assert "--config FILE Settings in TOML. [ASM_EMULATOR_CONFIG]" in text


@pytest.mark.parametrize("name", TAKE_SETTINGS)
@pytest.mark.parametrize(
    ("arguments", "variables", "why"),
    [
        (["--port", "x"], {}, "--port: 'x' is not a port from 0 to 65535, 0 for a free one"),
        ([], {"ASM_EMULATOR_CLOCK": "fast"}, "ASM_EMULATOR_CLOCK: 'fast' is not instant, manual"),
        (["--config", "none.toml"], {}, "none.toml: cannot be read: No such file or directory"),
        (["--config", "."], {}, ".: cannot be read: Is a directory"),
    ],
)
def test_a_bad_setting_is_bad_usage_in_one_line(invoke, refused, name, arguments, variables, why):
    needed = {"identity add": ["x.cer", "--subscription", "some"], "fault add": ["refuse"]}.get(name, [])
    assert refused(invoke(*name.split(), *needed, *arguments, **variables), 2).startswith(why)


def test_a_switch_can_be_turned_off_against_the_environment(invoke, certs):
    arguments = ["env", "--certs", certs]
    assert invoke(*arguments, "--no-strict", ASM_EMULATOR_STRICT="true").exit_code == 0
    assert invoke(*arguments, ASM_EMULATOR_STRICT="perhaps").exit_code == 2
    assert invoke(*arguments, "--strict", ASM_EMULATOR_STRICT="").exit_code == 0


def test_the_version_is_the_packages(command):
    assert command("--version").stdout == f"asm-emulator {__version__}\n"


def test_the_project_installs_the_command(request):
    assert re.search(
        r'^asm-emulator = "emulator\.cli:main"$', (request.config.rootpath / "pyproject.toml").read_text(), re.MULTILINE
    )
    assert callable(main)


def test_help_needs_neither_the_server_nor_cryptography(command):
    code = (
        "import sys; from emulator.cli import main; main(['serve', '--help'], standalone_mode=False);"
        "print(sorted({'flask', 'lxml', 'OpenSSL', 'cryptography', 'trustme', 'azure'} & set(sys.modules)))"
    )
    assert command("-c", code, executable=[sys.executable]).stdout.endswith("\n[]\n")
