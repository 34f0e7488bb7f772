"""The generator of pages, run on a tree of the test's own and once as the program that it is."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from emulator.catalog import load_catalog
from emulator.domain.errors import catalogue
from emulator.domain.lifecycle import LIFECYCLES
from emulator.domain.refusals import ASSUMED
from emulator.settings import OPTIONS
from emulator.surface import rows

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs" / "generate.py"
README = "# Title\n\n<!-- generated:summary -->\nold\n<!-- /generated -->\n\nBy hand.\n"


@pytest.fixture(scope="module")
def generate():
    before = list(sys.path)
    spec = importlib.util.spec_from_file_location("generate", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path[:] = before
    return module


def lines_of(text):
    """The cells of all tables, without their headings."""
    headless = re.sub(r"^\|.*\n\| ---.*\n", "", text, flags=re.MULTILINE)
    return [line[2:-2].split(" | ") for line in headless.splitlines() if line.startswith("| ")]


def test_what_was_just_written_is_not_stale(generate, tmp_path, capsys):
    (tmp_path / "README.md").write_text(README)
    assert generate.main([], tmp_path) == 0
    assert capsys.readouterr().out.splitlines() == [f"wrote: {name}" for name in [*generate.PAGES, "README.md"]]
    assert generate.main(["--check"], tmp_path) == 0
    assert capsys.readouterr().out == ""


def test_check_names_a_stale_page_and_leaves_it_as_it_is(generate, tmp_path, capsys):
    generate.main([], tmp_path)
    page = tmp_path / "docs" / "errors.md"
    page.write_text(page.read_text().replace("ConflictError", "Conflict"))
    stale = page.read_text()
    capsys.readouterr()
    assert generate.main(["--check"], tmp_path) == 1
    assert capsys.readouterr().out == "stale: docs/errors.md\n"
    assert page.read_text() == stale


def test_check_names_pages_that_are_not_there_and_makes_none(generate, tmp_path, capsys):
    assert generate.main(["--check"], tmp_path) == 1
    assert capsys.readouterr().out.splitlines() == [f"stale: {name}" for name in generate.PAGES]
    assert list(tmp_path.iterdir()) == []


def test_check_names_a_readme_with_a_stale_part(generate, tmp_path, capsys):
    generate.main([], tmp_path)
    (tmp_path / "README.md").write_text(README)
    capsys.readouterr()
    assert generate.main(["--check"], tmp_path) == 1
    assert capsys.readouterr().out == "stale: README.md\n"


def test_only_what_stands_between_the_markers_is_made_anew(generate):
    made = generate.with_blocks(README)
    assert made.startswith("# Title\n\n<!-- generated:summary -->\n| Family | Served | Of |\n")
    assert made.endswith("|\n<!-- /generated -->\n\nBy hand.\n")
    assert generate.with_blocks(made) == made


def test_each_part_is_made_from_its_own_table(generate):
    both = README + "<!-- generated:settings -->\n<!-- /generated -->\n"
    made = generate.with_blocks(both)
    assert generate.coverage_summary() in made.partition("By hand.")[0]
    assert generate.settings_table() in made.partition("By hand.")[2]


@pytest.mark.parametrize(
    "text",
    [
        "<!-- generated:nothing -->\n<!-- /generated -->\n",
        "<!-- generated:summary -->\n",
        "<!-- /generated -->\n",
        "<!-- generated:summary -->\n<!-- generated:settings -->\n<!-- /generated -->\n",
    ],
    ids=["unknown", "no end", "no beginning", "one in another"],
)
def test_wrong_markers_are_refused(generate, text):
    with pytest.raises(generate.MarkersError):
        generate.with_blocks(text)


def test_the_coverage_page_has_every_operation_with_its_state(generate):
    page = generate.coverage_page()
    states = {line[0]: line[3] for line in lines_of(page) if len(line) == 5}
    assert states == {row.name: "served" if row.does else f"declined: {row.note}" for row in rows()}
    assert "`POST /{subscription_id}/services/storageservices/{service_name}/keys?action=regenerate`" in page


def test_the_summary_counts_what_is_served(generate):
    summary = {line[0]: line[1:] for line in lines_of(generate.coverage_summary())}
    assert summary["affinity groups"] == ["5", "5"]
    assert summary["SQL database"][1] == "38"
    assert summary["**all**"] == [f"**{sum(row.does is not None for row in rows())}**", f"**{len(rows())}**"]


def test_the_methods_page_has_the_methods_of_every_class_with_their_tests(generate):
    sections = generate.methods_page().split("\n## ")[1:]
    assert [section.partition("\n")[0] for section in sections] == list(generate.SDK_CLASSES)
    for section in sections:
        families = generate.methods_of(section.partition("\n")[0])
        methods = [f"`{name}`" for family in families.values() for name in family]
        assert [line[0] for line in lines_of(section) if len(line) == 3] == methods


def test_there_is_no_methods_page_while_a_method_has_no_test(generate, monkeypatch):
    calls = generate.calls_of_methods()
    del calls["create_job"], calls["get_regions"]
    monkeypatch.setattr(generate, "calls_of_methods", lambda: calls)
    with pytest.raises(generate.MethodsError, match="no test calls get_regions, create_job"):
        generate.methods_page()


def test_the_errors_page_has_every_refusal(generate):
    lines = [line for line in lines_of(generate.errors_page()) if len(line) == 5]
    assert [line[0] for line in lines] == [f"`{name}`" for name in catalogue()]
    assert ["`DNS_NAME_TAKEN`", "409", "`ConflictError`", "`The specified DNS name is already taken.`"] in [
        line[:4] for line in lines
    ]


def test_the_settings_page_has_every_setting_with_its_default(generate):
    lines = {line[0].split()[0].strip("`"): line for line in lines_of(generate.settings_page())}
    assert list(lines) == [option.flag for option in OPTIONS]
    assert lines["--port"][2] == "`8443`"
    assert lines["--strict"][2] == "`false`"


def test_the_lifecycles_page_has_an_arrow_for_every_transition(generate):
    page = generate.lifecycles_page()
    assert page.count(" --> ") == sum(len(lifecycle.transitions) for lifecycle in LIFECYCLES)
    seconds = load_catalog().timings["instance.starting_vm"]
    assert f"    starting_vm --> unknown: booted (after instance.starting_vm, {seconds:g} s)\n" in page
    assert "| stopped | `StoppedVM` | `Stopped` |  |" in page


def test_the_assumptions_page_has_whatever_is_marked_as_assumed(generate):
    page = generate.assumptions_page()
    for name, refusal in catalogue().items():
        assert (f"| `{name}` |" in page) == (refusal.evidence is ASSUMED)
    for row in rows():
        assert (f"| {row.name} | {row.since} |" in page) == (row.evidence is ASSUMED)
    for path in load_catalog().assumed():
        assert f"`{path.split('/')[1]}`" in page


def test_assumptions_have_numbers_of_their_own_and_name_files_that_exist():
    entries = tomllib.loads((ROOT / "docs" / "assumptions.toml").read_text(encoding="utf-8"))["assumption"]
    numbers = [entry["number"] for entry in entries]
    assert len(numbers) == len(set(numbers)) > 0
    assert [where for entry in entries for where in entry["where"] if not (ROOT / where).is_file()] == []
    assert all(entry["text"].endswith(".") for entry in entries)


def test_a_cell_with_a_bar_stays_one_cell(generate):
    assert generate._table(("A", "B"), ("a|b", "c")) == "| A | B |\n| --- | --- |\n| a\\|b | c |"


def test_two_runs_with_other_hashes_make_the_same_pages(tmp_path):
    program = f"import runpy; m = runpy.run_path({str(SCRIPT)!r}); print(*(make() for make in m['PAGES'].values()))"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=tmp_path,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert b"# Operations" in outputs.pop()


def test_the_program_runs_from_anywhere(tmp_path):
    done = subprocess.run(
        [sys.executable, SCRIPT, "--check"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == (1 if done.stdout else 0)
    assert done.stderr == ""
