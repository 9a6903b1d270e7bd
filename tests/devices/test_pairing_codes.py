"""What both sides of a pairing compute: the same from the same, another from anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kiosk import pairing

PARTS = {"fingerprint": "a" * 64, "public_key": "key", "device_nonce": "b" * 64, "hub_nonce": "c" * 64}


def test_a_code_is_eight_letters_of_crockfords():
    """Two groups of four that nobody reads wrong: no I, L, O or U."""
    code = pairing.code(**PARTS)

    assert len(code) == 9
    assert code[4] == "-"
    assert set(code) - {"-"} <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


@pytest.mark.parametrize("part", PARTS)
def test_each_part_changes_the_code(part):
    """Another authority, key or nonce on one side is another code there."""
    assert pairing.code(**PARTS | {part: "other"}) != pairing.code(**PARTS)


def test_parts_do_not_run_into_each_other():
    """A letter that moves from one part to the next is another code."""
    assert pairing.code("ab", "c", "d", "e") != pairing.code("a", "bc", "d", "e")


@given(some.text(), some.text(), some.text(), some.text())
def test_a_typed_code_is_read_as_it_was_shown(fingerprint, key, one, other):
    """Without the dash, in small letters, with o for 0 and l for 1."""
    code = pairing.code(fingerprint, key, one, other)
    typed = code.replace("-", " ").lower().replace("0", "o").replace("1", "l")

    assert pairing.read_code(typed) == pairing.read_code(code) == code


def test_a_join_file_is_read_as_it_was_written():
    """Every field, and the form that it has."""
    join = pairing.JoinFile(("https://192.168.1.10",), "f" * 64, "secret", "pager/desks", 1)

    assert pairing.read_join_file(join.text()) == join


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"kiosk_join": 2}', '{"kiosk_join": 1, "hub": 5}', '{"kiosk_join": 1, "hub": [1], "fingerprint": "", "secret": "", "name": "", "expires_at": 0}', "\x00" * 99])
def test_what_is_no_join_file_is_one_sentence(text):
    """Whatever lies on the card under that name."""
    with pytest.raises(pairing.JoinFileUnusable, match="fleet screen"):
        pairing.read_join_file(text)
