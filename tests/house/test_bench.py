"""The benchmark's own arithmetic and shape; its figures are `make bench`'s business."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from bench.__main__ import line
from bench._figures import Figure, median, percentile

GROUPS = sorted(path.stem for path in (Path(__file__).parents[2] / "bench").glob("[!_]*.py"))


@pytest.mark.parametrize(("share", "value"), [(1, 1), (50, 50), (99, 99), (100, 100), (0, 1)])
def test_a_percentile_is_a_sample(share, value):
    """The nearest rank: of 1 to 100, p99 is 99."""
    samples = list(range(100, 0, -1))

    assert percentile(samples, share) == value


def test_the_median_of_an_even_number_is_the_lower_one():
    """The median is a sample too, never something between two."""
    assert median([4, 1, 3, 2]) == 2


@pytest.mark.parametrize(("value", "limit", "kept"), [(3, 3, True), (3.01, 3, False), (10**6, None, True)])
def test_a_limit_holds_up_to_itself(value, limit, kept):
    """A figure may reach its limit; one without a limit only informs."""
    assert Figure("x", value, limit=limit).is_kept is kept


@pytest.mark.parametrize(("value", "kept"), [(40, True), (39.9, False)])
def test_more_can_be_better(value, kept):
    """A rate has a least value, and may reach it; the table says which way is meant."""
    figure = Figure("8 lanes", value, "%", least=40)

    assert figure.is_kept is kept
    assert line(figure).split()[4:] == [">=", "40", "%", "ok" if kept else "MISSED"]


def test_a_missed_limit_is_told():
    """The table names value, limit and verdict, and why the limit is what it is."""
    told = line(Figure("hub, p50", 4.5, limit=3.25, remark="bare + 3 ms"))

    assert told.split() == ["hub,", "p50", "4.5", "ms", "<=", "3.25", "ms", "MISSED", "bare", "+", "3", "ms"]


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_can_be_measured(group):
    """Each module of bench/ has a title and something to measure."""
    module = import_module(f"bench.{group}")

    assert module.TITLE
    assert callable(module.measure)
