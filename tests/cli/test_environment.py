"""`asm-emulator env`: what it prints, which emulator that is about, and that an unmodified client works with it."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from emulator.commands.environment import EXPORTS, SHELLS
from emulator.settings import CONFIG_VARIABLE, OPTIONS

CLIENT = """
import os
from azure.servicemanagement import ServiceManagementService

sms = ServiceManagementService(host=os.environ["ASM_EMULATOR_HOST_PORT"])
sms.create_affinity_group("group", "group", "West US")
print([group.name for group in sms.list_affinity_groups()], sms.subscription_id)
"""


def _exported(result):
    """Return what a shell would have from the printed lines, which have to be exports and nothing else."""
    assert result.exit_code == 0, result.stderr
    exports = [shlex.split(line) for line in result.stdout.splitlines()]
    assert all(len(words) == 2 and words[0] == "export" for words in exports)
    return dict(words[1].split("=", 1) for words in exports)


def test_an_unmodified_client_works_with_nothing_but_what_is_printed(serve, certs, command, environment):
    preset = dict.fromkeys(["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"], "/preset/by/the/machine.pem")
    env = shlex.join([sys.executable, "-m", "emulator", "env", "--port", "0", "--certs", str(certs)])
    client = shlex.join([sys.executable, "-c", CLIENT])
    with serve():
        result = command("-c", f'set -e; eval "$({env})"; {client}', executable=["sh"], NO_PROXY="localhost", **preset)
    assert result.stderr == ""
    subscription = (certs / "client.publishsettings").read_text().split('Id="')[1].split('"')[0]
    assert result.stdout == f"['group'] {subscription}\n"


def test_every_name_of_a_file_is_absolute_and_the_file_is_there(invoke, tmp_path):
    exported = _exported(invoke("env", "--certs", "certs"))
    files = {value for value in exported.values() if value.startswith(f"{tmp_path / 'certs'}/")}
    assert files == {str(tmp_path / "certs" / name) for name in ("ca.pem", "client.pem", "client.publishsettings")}
    assert all(Path(file).is_file() for file in files)
    assert exported["ASM_EMULATOR_CERTS"] == str(tmp_path / "certs")


def test_the_three_variables_of_the_authority_name_the_same_file(invoke, certs):
    exported = _exported(invoke("env", "--certs", certs))
    names = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
    assert {exported[name] for name in names} == {str(certs / "ca.pem")}


def test_twice_prints_the_same(invoke, certs):
    assert _exported(invoke("env", "--certs", certs)) == _exported(invoke("env", "--certs", certs))


def test_without_a_running_emulator_it_says_where_one_would_be(invoke, certs):
    exported = _exported(invoke("env", "--certs", certs, "--port", 9443, "--control-port", 9444))
    assert exported["ASM_EMULATOR_ENDPOINT"] == "https://localhost:9443"
    assert exported["ASM_EMULATOR_HOST_PORT"] == "localhost:9443"
    assert exported["ASM_EMULATOR_CONTROL_ENDPOINT"] == "http://127.0.0.1:9444"
    assert "https://localhost:9443" in (certs / "client.publishsettings").read_text()


def test_the_emulator_that_runs_with_the_certificates_is_found_whatever_its_ports(invoke, emulated):
    exported = _exported(invoke("env", "--certs", emulated.settings.certs))
    assert exported["ASM_EMULATOR_ENDPOINT"] == emulated.endpoint
    assert exported["ASM_EMULATOR_CONTROL_ENDPOINT"] == emulated.control_endpoint


def test_a_port_that_is_asked_for_is_another_emulator_than_the_one_that_runs(invoke, emulated):
    exported = _exported(invoke("env", "--certs", emulated.settings.certs, "--port", 9443))
    assert exported["ASM_EMULATOR_ENDPOINT"] == "https://localhost:9443"


def test_a_control_api_that_is_off_is_not_exported(invoke, certs):
    assert "ASM_EMULATOR_CONTROL_ENDPOINT" not in _exported(invoke("env", "--certs", certs, "--control-port", "none"))


def test_a_free_port_is_not_known_before_the_emulator_runs(invoke, certs, refused):
    assert f"no emulator runs with the certificates in {certs}" in refused(
        invoke("env", "--certs", certs, "--port", 0), 1
    )


def test_an_authority_that_lost_its_key_is_named_in_one_line(invoke, certs, refused):
    invoke("env", "--certs", certs)
    (certs / "ca.key").unlink()
    assert "ca.key is missing" in refused(invoke("env", "--certs", certs), 1)


def test_a_flag_beats_the_environment_the_file_and_the_default(invoke, tmp_path, certs):
    (tmp_path / "asm.toml").write_text("port = 9001")
    asked = ["env", "--certs", certs]
    ends = [
        _exported(invoke(*arguments, **variables))["ASM_EMULATOR_ENDPOINT"]
        for arguments, variables in (
            (asked, {}),
            ([*asked, "--config", "asm.toml"], {}),
            (asked, {CONFIG_VARIABLE: "asm.toml"}),
            ([*asked, "--config", "asm.toml"], {"ASM_EMULATOR_PORT": "9002"}),
            ([*asked, "--config", "asm.toml", "--port", 9003], {"ASM_EMULATOR_PORT": "9002"}),
        )
    ]
    assert [int(end.rpartition(":")[2]) for end in ends] == [8443, 9001, 9001, 9002, 9003]


def test_of_what_is_exported_only_the_certificates_are_a_setting_of_the_next_command_in_that_shell():
    settings = {CONFIG_VARIABLE, *(option.variable for option in OPTIONS)}
    assert {row.name for row in EXPORTS} & settings == {"ASM_EMULATOR_CERTS"}


def test_the_next_command_in_that_shell_finds_the_same_emulator_from_any_directory(invoke, emulated):
    exported = _exported(invoke("env", "--certs", emulated.settings.certs))
    assert _exported(invoke("env", **exported)) == exported


def test_json_has_the_same_variables(invoke, emulated):
    arguments = ["env", "--certs", emulated.settings.certs]
    assert json.loads(invoke(*arguments, "--json").stdout) == _exported(invoke(*arguments))


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("sh", "export ASM_EMULATOR_CERTS='{}'"),
        ("fish", "set -gx ASM_EMULATOR_CERTS '{}'"),
        ("powershell", "$Env:ASM_EMULATOR_CERTS = '{}'"),
    ],
)
def test_every_shell_has_exports_of_its_own(invoke, tmp_path, shell, line):
    lines = invoke("env", "--certs", tmp_path / "two words", "--shell", shell).stdout.splitlines()
    assert line.format(tmp_path / "two words") in lines
    assert len(lines) == len(EXPORTS)


@pytest.mark.parametrize(
    ("shell", "quoted"), [("sh", """'it'"'"'s \\ $x'"""), ("fish", r"'it\'s \\ $x'"), ("powershell", r"'it''s \ $x'")]
)
def test_a_value_is_quoted_as_its_shell_wants_it(shell, quoted):
    assert SHELLS[shell]("NAME", r"it's \ $x").endswith(quoted)


def test_the_help_names_every_export(invoke):
    text = invoke("env", "--help").stdout
    assert all(f"{row.name} " in text and row.meaning in text for row in EXPORTS)
