"""docs/snapshots.md: every example runs as it stands."""

from __future__ import annotations

import pytest

from tests import pages

SECTIONS = {heading: examples for heading, examples in pages.sections("snapshots.md").items() if examples}


def test_every_example_is_a_file_or_commands():
    assert {language for blocks in SECTIONS.values() for language, _ in blocks} == {"python", "sh"}


@pytest.mark.parametrize("heading", SECTIONS)
def test_the_examples_of_a_section_work_as_they_stand(tmp_path, heading):
    pages.write_files(SECTIONS[heading], tmp_path)
    scripts = [text for language, text in SECTIONS[heading] if language == "sh"]
    for number, script in enumerate(scripts):
        (tmp_path / "world.json").unlink(missing_ok=True)
        status, output = pages.run_to_its_end(script, tmp_path, pages.user_environment())
        assert status == 0, f"example {number} of {heading}:\n{output}"
