"""What can be said of the compose file and the Dockerfile without running them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from emulator.blobs.listed import AZURITE_ACCOUNTS, read_azurite_accounts
from emulator.domain.blobs import account_keys
from emulator.settings import Settings, load

ROOT = Path(__file__).parents[2]
COMPOSE = YAML(typ="safe").load(ROOT / "docker-compose.yml")
DOCKERFILE = (ROOT / "Dockerfile").read_text()
TARGETS = re.findall(r"^FROM \S+ AS (\S+)$", DOCKERFILE, re.MULTILINE)


def test_the_compose_file_follows_its_schema():
    command = ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]

    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("service", COMPOSE["services"])
def test_a_service_is_a_target_of_the_dockerfile(service):
    assert COMPOSE["services"][service]["build"] == {"context": ".", "target": service}
    assert service in TARGETS


def test_the_emulator_is_known_by_the_name_of_the_service_it_stands_for():
    assert COMPOSE["services"]["emulator"]["networks"]["default"]["aliases"] == ["management.core.windows.net"]


def test_no_service_runs_as_root():
    for target in COMPOSE["services"]:
        stage = re.search(rf"^FROM \S+ AS {target}$(.*?)(?=^FROM |\Z)", DOCKERFILE, re.MULTILINE | re.DOTALL)[1]
        assert re.findall(r"^USER (\S+)$", stage, re.MULTILINE)[-1] != "root"


def test_what_is_copied_is_let_into_the_context():
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE)
    let_in = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]

    for path in (each for line in copied for each in line.split()):
        assert (ROOT / path).exists()
        assert path in let_in


def test_the_keys_of_storage_accounts_are_those_that_follow_from_the_default_seed():
    emulator, azurite = (COMPOSE["services"][one]["environment"][AZURITE_ACCOUNTS] for one in ("emulator", "azurite"))
    assert emulator == azurite
    for name, keys in read_azurite_accounts(emulator).items():
        assert keys == account_keys(Settings().seed, name)


def test_the_settings_of_the_emulator_can_be_used():
    settings = load({}, COMPOSE["services"]["emulator"]["environment"])
    assert settings.blobs == "http://azurite:10000"
    assert settings.blob_endpoint.startswith(settings.blobs)
