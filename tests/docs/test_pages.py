"""Pages whose examples run as they stand, one after the other, and print what is shown below them."""

from __future__ import annotations

import re

import pytest

from emulator.cli import COMMANDS
from tests import pages

VARYING = (
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "GUID"),
    (r"\b[0-9A-F]{40}\b", "THUMBPRINT"),
    (r"\b[0-9a-f]{32}\b", "REQUEST-ID"),
    (r"\d+\.\d ms", "MS"),
    (r"localhost port \d+", "PLACE"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "INSTANT"),
)
"""What is another one each time."""


def steady(text):
    for pattern, name in VARYING:
        text = re.sub(pattern, name, text)
    return text


@pytest.mark.parametrize("page", ["cli.md", "journal.md", "portal.md", "time.md"])
def test_the_examples_of_a_page_work_as_they_stand_and_print_what_they_show(page, tmp_path):
    examples = pages.blocks((pages.DOCS / page).read_text())
    pages.write_files(examples, tmp_path)
    script = "".join(text for language, text in examples if language == "sh")
    status, output = pages.run_to_its_end(script, tmp_path, pages.user_environment())
    assert status == 0, output
    for language, text in examples:
        assert language in ("python", "sh", "text")
        if language == "text":
            assert steady(text) in steady(output), output


def test_the_table_of_commands_has_all_of_them():
    told = re.findall(r"^\| `([\w-]+)` \|", (pages.DOCS / "cli.md").read_text(), re.MULTILINE)
    assert told == list(COMMANDS)
