"""The sounds of the lane and the board, made from sine tones: short, with a soft attack. window.py plays them."""

from __future__ import annotations

import array
import io
import math
import sys
import wave
from functools import cache

RATE_HZ = 22050
LOUDNESS = 0.55
ATTACK_S, RELEASE_S = 0.008, 0.06

Tone = tuple[float, int]
"""Frequency in Hz (0 = silence) and length in milliseconds."""

SOUNDS: dict[str, tuple[Tone, ...]] = {
    "read": ((660, 80), (880, 80)),
    "not_ours": ((440, 140), (330, 140)),
    "key": ((1400, 12),),
    "still_there": ((523.25, 400),),
    "call_out": ((392.0, 250), (523.25, 250), (659.25, 250), (0, 300)),
}


def samples(name: str) -> bytes:
    """The sound as signed 16-bit samples, one channel, RATE_HZ. Raises KeyError for a name that is not in SOUNDS."""
    return _made(name)


@cache
def _made(name: str) -> bytes:
    played = array.array("h")
    for frequency, length_ms in SOUNDS[name]:
        count = round(RATE_HZ * length_ms / 1000)
        played.extend(round(32767 * LOUDNESS * _tone(frequency, index, count)) for index in range(count))
    if sys.byteorder == "big":
        played.byteswap()
    return played.tobytes()


def _tone(frequency: float, index: int, count: int) -> float:
    """A sine with a little of its octave, under an envelope that begins and ends at zero."""
    at, end = index / RATE_HZ, (count - 1 - index) / RATE_HZ
    release = min(RELEASE_S, count / RATE_HZ / 2)
    envelope = min(1.0, at / ATTACK_S) * min(1.0, end / release)
    turn = 2 * math.pi * frequency * at
    return envelope * (0.85 * math.sin(turn) + 0.15 * math.sin(2 * turn))


def wav(name: str) -> bytes:
    """The sound as a WAV file, for a browser."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(samples(name))
    return file.getvalue()


def length_s(name: str) -> float:
    """How long the sound takes."""
    return sum(length_ms for _, length_ms in SOUNDS[name]) / 1000
