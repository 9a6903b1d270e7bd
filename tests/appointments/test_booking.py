"""Newer and older exports of one appointment, and which work and advisor a booking asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.domain.appointment import (
    Booking,
    Cancellation,
    OperationAsked,
    Standing,
    match_advisor,
    match_operations,
    planned_minutes,
    reconcile,
)
from kiosk.store_file import load_store

BOOKING = Booking(
    "desk", "A-1", datetime(2026, 11, 24, 12, 5, tzinfo=UTC), "America/New_York", "Dawn Lucas", exported_key="1"
)


@pytest.fixture(scope="module")
def store():
    """The example store."""
    return load_store(Path(__file__).parents[2] / "examples" / "store.toml")


@pytest.mark.parametrize(
    ("existing", "incoming", "standing"),
    [
        (None, BOOKING, Standing.NEW),
        (BOOKING, BOOKING, Standing.UNCHANGED),
        (BOOKING, replace(BOOKING, exported_key="2"), Standing.UNCHANGED),
        (BOOKING, replace(BOOKING, concern="noise", exported_key="2"), Standing.CHANGED),
        (BOOKING, replace(BOOKING, concern="noise", exported_key="0"), Standing.SUPERSEDED),
        (BOOKING, replace(BOOKING, concern="noise", exported_key=""), Standing.CHANGED),
        (replace(BOOKING, exported_key=""), replace(BOOKING, concern="noise"), Standing.CHANGED),
        (BOOKING, Cancellation("desk", "A-1", "2"), Standing.CHANGED),
        (BOOKING, Cancellation("desk", "A-1", "0"), Standing.SUPERSEDED),
        (Cancellation("desk", "A-1", "2"), BOOKING, Standing.SUPERSEDED),
        (Cancellation("desk", "A-1", "2"), Cancellation("desk", "A-1", "3"), Standing.UNCHANGED),
    ],
)
def test_a_newer_export_changes_and_an_older_one_is_passed_over(existing, incoming, standing):
    """Equal content is unchanged; only two exports that both tell their age can supersede each other."""
    assert reconcile(existing, incoming) is standing


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (OperationAsked("LOF"), "LOF"),
        (OperationAsked("lof "), "LOF"),
        (OperationAsked("", "Lube, oil and filter"), "LOF"),
        (OperationAsked("OIL", "whatever"), "LOF"),
        (OperationAsked("", "تغيير الزيت والفلتر"), "LOF"),
        (OperationAsked("", "صيانة ٦٠٠٠٠ كم"), "SRV"),
        (OperationAsked("", "LOFSYN"), "LOFSYN"),
        (OperationAsked("X9", "Turbo encabulator"), None),
    ],
)
def test_work_is_found_by_code_then_by_its_names(store, asked, code):
    """Codes go before what `known_as` lists and before names in any language; what is unknown stays as text."""
    (matched,) = match_operations([asked], store)

    assert (matched.operation.code if matched.operation else None) == code
    assert matched.asked == asked


def test_unknown_work_counts_the_default_minutes(store):
    """Known work counts its own minutes, unknown work and no work at all the store's default."""
    matched = match_operations([OperationAsked("LOF"), OperationAsked("X9")], store)

    assert planned_minutes(matched, store) == 45 + 60
    assert planned_minutes((), store) == 60


@pytest.mark.parametrize(
    ("written", "code", "advisor_id"),
    [
        ("Ruiz, Marta", "", "marta"),
        ("marta ruiz", "", "marta"),
        ("", "0107", "marta"),
        ("", "advisor-12", "omar"),
        ("Osman", "", "dina"),
        ("عمر", "", "omar"),
        ("Nobody, Known", "9999", None),
        ("", "", None),
        ("Ruiz", "0131", None),
    ],
)
def test_an_advisor_is_found_when_exactly_one_fits(store, written, code, advisor_id):
    """By number, by any way that `known_as` lists or by name; two that fit are nobody."""
    found = match_advisor(written, code, store)

    assert (found.advisor_id if found else None) == advisor_id
