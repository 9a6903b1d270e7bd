"""The documents are true: their links lead somewhere, and the commands they name exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk.__main__ import command_files
from kiosk.commands.check import ROLES

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def name(page: Path) -> str:
    """A page as a test's id."""
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page):
    """A link to a file of the project leads to one."""
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8"))

    assert not [each for each in targets if "://" not in each and not (page.parent / each).exists()]


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("image.md")], ids=name
)
def test_every_command_that_is_named_exists(page):
    """`kiosk X` and `make X` in the documents are commands and targets."""
    text = page.read_text("utf-8")
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)[1].split()

    assert not set(re.findall(r"`kiosk ([a-z-]+)", text)) - set(command_files())
    assert not set(re.findall(r"(?:`|^    )make ([a-z-]+)", text, re.MULTILINE)) - set(targets)


def test_every_command_is_in_the_readme():
    """The README's table has every command."""
    table = (ROOT / "README.md").read_text("utf-8")

    assert not [each for each in command_files() if f"`{each}" not in table and f"kiosk {each}" not in table]


def test_every_role_has_an_example():
    """Each role has example settings, and the store its own."""
    assert {path.stem for path in (ROOT / "examples").glob("*.toml")} == {*ROLES, "store"}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_speaks_of_the_project_alone(page):
    """No page names a folder of the machine on which it was written."""
    assert not re.search(r"(?<![\w.])/(work|root|home/\w+|tmp)/\w", page.read_text("utf-8"))


def test_every_decision_is_listed():
    """Each page of docs/decisions stands in its list."""
    folder = ROOT / "docs/decisions"
    listed = set(re.findall(r"\]\(([a-z0-9-]+\.md)\)", (folder / "README.md").read_text("utf-8")))

    assert listed == {path.name for path in folder.glob("*.md")} - {"README.md"}
