"""The compose stack is built and run, by the stand-in for a container engine: python -m pytest tests/compose/stack.py.

Takes root, Linux, the package registries and about a minute; so it is none of the tests that run by default.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_specification = importlib.util.spec_from_file_location("containers", Path(__file__).with_name("containers.py"))
containers = importlib.util.module_from_spec(_specification)
_specification.loader.exec_module(containers)


@pytest.fixture(scope="module")
def scratch():
    with containers.scratch_directory() as path:
        yield path


@pytest.fixture(scope="module")
def images(scratch):
    return containers.build(ROOT, scratch)


@pytest.fixture(scope="module")
def stack(images, scratch):
    with containers.Stack(ROOT / "docker-compose.yml", images, scratch) as stack:
        yield stack


def test_unmodified_clients_pass_their_tests_in_the_stack(stack):
    tests = stack.up("tests")

    said = tests.communicate(timeout=120)[0]

    assert tests.returncode == 0, said
    assert " passed" in said
    assert " skipped" not in said


def test_the_emulator_is_no_root_and_its_keys_are_its_own(stack):
    user = stack.run("emulator", "id", "-u").stdout.strip()
    keys = stack.run("emulator", "stat", "-c", "%a %u", "/certs/client.pem").stdout.split()

    assert user != "0"
    assert keys == ["600", user]


def test_the_emulator_ends_when_it_is_told_to(stack):
    emulator = stack._running["emulator"]

    emulator.terminate()

    assert emulator.wait(10) == 0
