"""docs/retention.md lists everything that is kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk.server.safety.erasure import BLANK
from kiosk.server.schema import metadata

PAGE = (Path(__file__).parents[2] / "docs/retention.md").read_text("utf-8")
ROWS = {cells[0]: cells for line in PAGE.splitlines() if line.startswith("| ") for cells in [[one.strip() for one in line.strip("|").split("|")]]}
TABLES = {name.strip("`") for name in ROWS if re.fullmatch(r"`[a-z_]+`", name)}


def test_every_table_of_the_database_is_on_the_page():
    """A new table says what it keeps, for how long, and who erases it, or this fails; one that has gone goes."""
    assert set(metadata.tables) == TABLES


@pytest.mark.parametrize("place", ["papers", "photos", "logs", "roster", "outboxes", "spool", "backups"])
def test_every_other_place_is_on_the_page(place):
    """What lies outside the database is listed too."""
    assert [name for name in ROWS if place in name]


def test_no_row_leaves_a_question_open():
    """Each row says what, how long and who."""
    assert [name for name, cells in ROWS.items() if len(cells) != 4 or not all(cells)] == []


@pytest.mark.parametrize("table", sorted(BLANK))
def test_what_is_blanked_is_all_that_is_text(table):
    """Every column of person, vehicle and note that holds words is blanked, but make and model."""
    words = {one.name for one in metadata.tables[table].columns if type(one.type).__name__ in {"Text", "TEXT"}}

    assert words - {"make", "model"} <= set(BLANK[table])
