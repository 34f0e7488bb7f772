"""docs/pytest.md, docs/faults.md, docs/migration.md: every example runs as it stands, the tables are the product's."""

from __future__ import annotations

import re

import pytest

from emulator.control.fault_rules import KINDS, REFUSALS, Fault, Rule
from emulator.pytest_plugin import OPTIONS
from tests import pages

pytest_plugins = ["pytester"]

PAGE, FAULTS, MIGRATION = (pages.DOCS / f"{name}.md" for name in ("pytest", "faults", "migration"))
SECTIONS = {
    f"{page.stem}: {heading}": examples
    for page in (PAGE, FAULTS, MIGRATION)
    for heading, examples in pages.sections(page.name).items()
}


def test_every_section_has_an_example_and_every_example_is_a_file_or_commands():
    assert all(SECTIONS.values())
    assert {language for blocks in SECTIONS.values() for language, _ in blocks} == {"python", "ini", "sh"}


@pytest.mark.parametrize("heading", SECTIONS)
def test_the_examples_of_a_section_work_as_they_stand(pytester, monkeypatch, heading):
    for variable in ("ASM_EMULATOR_PORT", "ASM_EMULATOR_CONTROL_PORT"):
        monkeypatch.setenv(variable, "0")  # others may run an emulator on this machine
    pages.write_files(SECTIONS[heading], pytester.path)
    scripts = [text for language, text in SECTIONS[heading] if language == "sh"]
    if scripts:
        status, output = pages.run_to_its_end(scripts[-1], pytester.path, pages.user_environment())
    else:
        result = pytester.runpytest_inprocess()
        status, output = result.ret, result.stdout.str()
    assert status == 0, output
    assert re.search(r"^=+ \d+ passed in ", output, re.MULTILINE), output


def test_the_table_of_options_is_the_plugins():
    rows = [
        f"| `--asm-{o.name} {o.metavar}` | `asm_{o.name}` | `{o.variable}` | {o.help}"
        + (f" Default: `{o.default}`" if o.default else "")
        + " |"
        for o in OPTIONS
    ]
    assert "\n".join(rows) in PAGE.read_text()


def test_the_table_of_faults_has_every_kind_with_its_depth_and_fields():
    rows = re.findall(
        r"^\| `(\w+)` \| (answer|operation|connection) \| .* \| (.*)\|$", FAULTS.read_text(), re.MULTILINE
    )
    shown = [(word, depth, sorted(re.findall(r"`(\w+)`", fields))) for word, depth, fields in rows]
    assert shown == [(word, kind.depth, sorted(own_fields(kind))) for word, kind in KINDS.items()]


def own_fields(kind):
    common = (Fault if issubclass(kind, Fault) else Rule).__struct_encode_fields__
    return [name for name in kind.__struct_encode_fields__ if name not in common]


def test_every_code_is_named():
    assert [code for code in REFUSALS if f"`{code}`" not in FAULTS.read_text()] == []
