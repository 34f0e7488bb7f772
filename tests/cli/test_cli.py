"""What the sub-commands have in common: options out of the table of settings, refusals in one line, quick help."""

from __future__ import annotations

import ast
import re
import shlex
import sys

import click
import pytest

from emulator import __version__
from emulator.cli import COMMANDS, main
from emulator.commands.base import WHERE
from emulator.settings import OPTIONS


def _walk(group, *names):
    """Yield every command below a group with the words by which it is called."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*names, name), command
        if isinstance(command, click.Group):
            yield from _walk(command, *names, name)


ALL = {" ".join(names): command for names, command in _walk(main)}
LEAVES = {name: command for name, command in ALL.items() if not isinstance(command, click.Group)}
SERVING = ["serve", "start"]
WITHOUT_SETTINGS = ["coverage", "demo", "package build"]
TAKE_SETTINGS = [name for name in LEAVES if name not in WITHOUT_SETTINGS]
NEEDED = {
    "storage-keys": ["account1"],
    "identity add": ["x.cer", "--subscription", "some"],
    "fault add": ["refuse"],
    "clock mode": ["manual"],
    "clock advance": ["next"],
    "snapshot load": ["x.json"],
    "snapshot diff": ["x.json"],
    "snapshot fork": ["a", "b"],
    "explain": ["x"],
}
"""What a command does not do without."""


def _examples(command):
    text = command.epilog or ""
    return re.findall(r"^ +(.*asm-emulator.*)$", text.partition("Examples:")[2], re.MULTILINE)


def _called(line):
    """Return the arguments of `asm-emulator` in a line for a shell."""
    command = re.search(r"asm-emulator ([^|)]*)", line)[1]
    return shlex.split(command)


def _parse(arguments):
    """Have click parse a command line to its end, without running it; raise UsageError for what it does not take."""
    command, name = main, "asm-emulator"
    with click.Context(main) as context:
        while isinstance(command, click.Group):
            name, *arguments = arguments
            command = command.get_command(context, name)
            assert command is not None, name
        command.make_context(name, arguments)
    return command


def test_every_command_is_there_under_its_name():
    wanted = "serve start stop status wait env identity reset clock fault snapshot journal explain doctor coverage demo"
    assert set(wanted.split()) <= set(COMMANDS)
    assert all(ALL[name].name == name for name in COMMANDS)


@pytest.mark.parametrize("name", ["", *ALL])
def test_every_command_has_examples_of_itself_that_it_takes(name):
    examples = _examples(ALL[name] if name else main)
    assert examples
    for line in examples:
        command = _parse(_called(line))
        if name in LEAVES and "fault" not in name and "snapshot" not in name:
            assert command is LEAVES[name], line
    assert any(line.partition("asm-emulator ")[2].startswith(name) for line in examples)


@pytest.mark.parametrize("name", ALL)
def test_the_help_shows_the_examples_as_they_are(invoke, name):
    shown = {line.strip() for line in invoke(*name.split(), "--help").stdout.splitlines()}
    assert set(_examples(ALL[name])) <= shown


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_prints_json_if_it_is_asked_to(name):
    assert "--json" in {flag for option in LEAVES[name].params for flag in option.opts}


@pytest.mark.parametrize("group", ["", *(name for name in ALL if name not in LEAVES)])
def test_what_each_command_does_fits_into_its_line_of_the_help(invoke, group):
    listed = invoke(*group.split(), "--help").stdout.partition("Commands:\n")[2].partition("\n\n")[0]
    assert listed.count("\n") > 0 or group in ("identity", "package")
    assert "..." not in listed


def test_an_unknown_command_is_bad_usage(invoke):
    result = invoke("sevre")
    assert result.exit_code == 2
    assert "No such command 'sevre'" in result.stderr


@pytest.mark.parametrize("name", TAKE_SETTINGS)
def test_the_settings_that_matter_are_in_the_help_with_variable_and_default(invoke, name):
    text = " ".join(invoke(*name.split(), "--help").stdout.split())
    for option in OPTIONS:
        default = f"; default: {option.default}" if option.default else ""
        if name in SERVING or (option.name in WHERE and (name, option.name) != ("doctor", "host")):
            assert f" {option.flag} " in text
            assert f"{option.help} [{option.variable}{default}]" in text
    assert "--config FILE Settings in TOML. [ASM_EMULATOR_CONFIG]" in text


@pytest.mark.parametrize("name", TAKE_SETTINGS)
def test_every_setting_is_taken_so_that_what_follows_serve_can_follow_any_command(name):
    flags = {flag for option in LEAVES[name].params for flag in option.opts}
    assert {option.flag for option in OPTIONS} <= flags


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
    assert refused(invoke(*name.split(), *NEEDED.get(name, []), *arguments, **variables), 2).startswith(why)


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


HEAVY = {"flask", "lxml", "OpenSSL", "cryptography", "trustme", "azure", "subprocess"}


@pytest.mark.parametrize(
    ("name", "modules"), [("", set(COMMANDS.values())), ("serve", {"serving"}), ("clock", {"steering"})]
)
def test_help_needs_nothing_heavy_and_a_command_none_of_the_others(command, name, modules):
    code = (
        f"import sys; from emulator.cli import main; main({[*name.split(), '--help']!r}, standalone_mode=False);"
        f"print(sorted({HEAVY!r} & set(sys.modules)));"
        "print(sorted(name[18:] for name in sys.modules if name.startswith('emulator.commands.')))"
    )
    heavy, imported = command("-c", code, executable=[sys.executable]).stdout.splitlines()[-2:]
    assert heavy == "[]"
    assert set(ast.literal_eval(imported)) - {"base", "banner"} == modules
