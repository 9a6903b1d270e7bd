"""Sounds are made from tones: soft, short, and the same everywhere."""

from __future__ import annotations

import array
import io
import wave

import pytest

from kiosk.display.sounds import RATE_HZ, SOUNDS, length_s, samples, wav


@pytest.mark.parametrize("name", sorted(SOUNDS))
def test_a_sound_begins_and_ends_softly(name):
    """No click: every sound starts and stops at silence and never clips."""
    played = array.array("h", samples(name))

    assert abs(played[0]) < 200
    assert abs(played[-1]) < 700
    assert 8000 < max(abs(one) for one in played) < 32767


def test_lengths_are_those_of_the_design():
    """Read is 160 ms, not ours 280 ms, a key 12 ms, still there 400 ms, a call-out three quarters of a second."""
    lengths = {name: round(length_s(name) * 1000) for name in SOUNDS}

    assert lengths == {"read": 160, "not_ours": 280, "key": 12, "still_there": 400, "call_out": 1050}


def test_a_wav_file_holds_the_sound():
    """For a browser the same samples come as a WAV file."""
    with wave.open(io.BytesIO(wav("read"))) as file:
        assert file.getframerate() == RATE_HZ
        assert file.readframes(file.getnframes()) == samples("read")


def test_rising_means_yes():
    """A code read rises in pitch, one that is not ours falls."""
    read, not_ours = ([tone[0] for tone in SOUNDS[name]] for name in ("read", "not_ours"))

    assert read == sorted(read)
    assert not_ours == sorted(not_ours, reverse=True)
