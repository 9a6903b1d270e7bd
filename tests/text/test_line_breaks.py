"""Where lines break: at spaces, not inside values, not before a unit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.language import plain
from kiosk.line_breaks import ISOLATES, balanced, broken

LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"


def within(characters: int):
    """A line fits that shows at most so many characters."""
    return lambda line: len(plain(line)) <= characters


def depths(line: str) -> list[int]:
    """How deep in isolates each character of a line stands, and at last its end."""
    depth, found = 0, []
    for character in line:
        depth += {PDI: -1}.get(character, 1) if character in ISOLATES else 0
        found.append(depth)
    return [*found, depth]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("   ", ()),
        ("short", ("short",)),
        ("We will tell you", ("We will tell", "you")),
        ("two  spaces", ("two spaces",)),
        ("one\ntwo three", ("one", "two three")),
        ("3:30\u00a0p.\u00a0m. hoy", ("3:30\u00a0p.\u00a0m.", "hoy")),
        ("abcdefghijklmnopqrstuvwxy", ("abcdefghijkl", "mnopqrstuvwx", "y")),
        ("a abcdefghijklmnop", ("a", "abcdefghijkl", "mnop")),
    ],
)
def test_a_text_breaks_at_spaces(text, expected):
    """Lines are filled; a word that is wider than a line is broken; a no-break space holds."""
    assert broken(text, within(12)) == expected


def test_a_number_keeps_its_unit():
    """30,000 and km are never on two lines, also in a value of their own."""
    assert broken("service at 30,000 km", within(17)) == ("service at", "30,000 km")
    assert broken(f"{FSI}service at 30,000 km{PDI}", within(17)) == (f"{FSI}service at{PDI}", f"{FSI}30,000 km{PDI}")
    assert broken(f"صيانة عند {LRI}30,000{PDI} كم", within(17)) == ("صيانة عند", f"{LRI}30,000{PDI} كم")


def test_a_value_stays_in_one_piece_where_it_can():
    """A value goes to the next line as a whole rather than being broken."""
    assert broken(f"Hello, {FSI}Ana Luz{PDI} Ruiz", within(12)) == ("Hello,", f"{FSI}Ana Luz{PDI} Ruiz")


def test_a_value_wider_than_a_line_is_isolated_on_each_of_its_lines():
    """A long name breaks at its own spaces and stays a name on every line."""
    lines = broken(f"{FSI}Maria Jose Garcia{PDI} waits", within(10))

    assert lines == (f"{FSI}Maria Jose{PDI}", f"{FSI}Garcia{PDI}", "waits")


def test_an_accent_stays_with_its_letter():
    """A broken word never begins a line with a loose mark."""
    assert broken("aaae\u0301aaa", within(4)) == ("aaae\u0301", "aaa")


@given(st.text(alphabet=f"ab 1\u0301سل{LRI}{FSI}{PDI}", max_size=60), st.integers(1, 12))
def test_no_letter_is_lost_and_every_line_is_closed(text, width):
    """Whatever the text, its lines hold the same letters in the same order."""
    lines = broken(text, within(width))

    assert "".join(plain(line) for line in lines).replace(" ", "") == plain(text).replace(" ", "")
    assert all(line.strip() for line in lines)


@given(
    st.lists(st.sampled_from(["a", "bbbb", f"{FSI}cc dd{PDI}", f"{LRI}15:30{PDI}", "وصول"]), min_size=1, max_size=9),
    st.integers(1, 20),
)
def test_isolates_open_and_close_on_the_same_line(words, width):
    """No line begins or ends inside a value that is open on another line."""
    lines = broken(" ".join(words), within(width))

    assert all(depths(line)[-1] == 0 and min(depths(line)) >= 0 for line in lines)


def test_balanced_lines_are_about_equally_long():
    """A headline has no single word on its last line."""
    lines = balanced("Please keep this ticket until pickup.", 33, within)

    assert lines == ("Please keep this", "ticket until pickup.")


@given(st.lists(st.text(alphabet="abc", min_size=1, max_size=9), min_size=1, max_size=12), st.integers(9, 30))
def test_balancing_takes_no_more_lines(words, width):
    """Balanced text is never longer than filled text."""
    text = " ".join(words)

    assert len(balanced(text, width, within)) == len(broken(text, within(width)))
