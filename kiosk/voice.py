"""The lane's voice: clips made beforehand with espeak-ng, a WAV file for each message, sign and language.

A recording replaces a clip by its name. What is spoken when is in kiosk/domain/lane_voice.py; the sound itself is
played by kiosk/display/window.py.
"""

from __future__ import annotations

import subprocess
import wave
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from kiosk import board_voice
from kiosk.domain import lane_voice
from kiosk.errors import KioskError
from kiosk.language import language, plain
from kiosk.voice_signs import spoken_sign

RATE_HZ = 22050
PAUSE_S = 0.25
VOICES = {"en": "en-us", "es": "es-419", "ar": "ar"}
WORDS_A_MINUTE = 150


class VoiceUnusable(KioskError):
    """Clips cannot be made or read."""


def texts(code: str) -> Iterator[tuple[str, str]]:
    """Every clip of a language: its name, and what it says."""
    yield from of_lane(code)
    yield from board_voice.texts(code)


def of_lane(code: str) -> Iterator[tuple[str, str]]:
    """The clips that a lane speaks with."""
    words = language(code)
    for message_id in sorted(lane_voice.every()):
        yield message_id, spoken_text(words.text(message_id), code)
    for sign in lane_voice.SIGNS:
        yield lane_voice.sign_said(sign)[0], spoken_sign(sign, code)


def spoken_text(text: str, code: str) -> str:
    """As the ear wants it: without isolates, and *QR* as the word for code (a voice spells it badly in Arabic)."""
    text = plain(text).replace(" · ", ", ")
    return text.replace("رمز QR", "الرمز") if code == "ar" else text


def make(folder: Path, code: str, *, program: str = "espeak-ng", anew: bool = False) -> int:
    """Make the clips of a language that are not there; how many. Recordings stay, unless `anew`.

    Raises:
        VoiceUnusable: espeak-ng is not installed, or refuses.
    """
    into = folder / code
    into.mkdir(parents=True, exist_ok=True)
    made = 0
    for name, text in texts(code):
        file = into / f"{name}.wav"
        if file.exists() and not anew:
            continue
        speak = [program, "-v", VOICES[code], "-s", str(WORDS_A_MINUTE), "-w", str(file), text]
        try:
            subprocess.run(speak, check=True, capture_output=True, timeout=30)
        except FileNotFoundError as error:
            raise VoiceUnusable(f"{program} is not installed: apt install espeak-ng") from error
        except (subprocess.SubprocessError, OSError) as error:
            raise VoiceUnusable(f"{file}: {program} did not make it ({error})") from error
        made += 1
    return made


def missing(folder: Path, code: str, clips: Callable[[str], Iterable[tuple[str, str]]] = texts) -> list[str]:
    """Clips of a language that are not in the folder: of all that are spoken, or of `of_lane` alone."""
    there = {one.stem for one in (folder / code).glob("*.wav")}
    return [name for name in _names(clips, code) if name not in there]


@lru_cache(maxsize=8)
def _names(clips: Callable[[str], Iterable[tuple[str, str]]], code: str) -> tuple[str, ...]:
    """Of these clips; a lane asks every minute, while somebody may touch a key."""
    return tuple(name for name, _ in clips(code))


def joined(folder: Path, code: str, names: Sequence[str]) -> bytes:
    """These clips one after the other, as signed 16-bit samples, one channel, RATE_HZ. One that is missing is left out.

    Raises:
        VoiceUnusable: a file is no such WAV.
    """
    pause = bytes(2 * round(RATE_HZ * PAUSE_S))
    return pause.join(_samples(folder / code / f"{name}.wav") for name in names)


def _samples(file: Path) -> bytes:
    if not file.exists():
        return b""
    try:
        with wave.open(str(file), "rb") as clip:
            form = clip.getnchannels(), clip.getsampwidth(), clip.getframerate()
            samples = clip.readframes(clip.getnframes())
    except (wave.Error, EOFError, OSError) as error:
        raise VoiceUnusable(f"{file}: {error}; save it as WAV, one channel, 16 bits, {RATE_HZ} Hz") from error
    if form != (1, 2, RATE_HZ):
        raise VoiceUnusable(f"{file}: {form[0]} channels, {8 * form[1]} bits, {form[2]} Hz; it takes 1, 16, {RATE_HZ}")
    return samples
