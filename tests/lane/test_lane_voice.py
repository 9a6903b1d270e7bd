"""The lane's voice and its two buttons: every screen says something, every key has a name, both drive the whole way."""

from __future__ import annotations

import wave
from dataclasses import replace

import pytest

from kiosk import voice
from kiosk.device_lane_voice import Focus, LaneVoice
from kiosk.display.lane import in_order, scene
from kiosk.display.lane_samples import SAMPLES
from kiosk.display.layout import Screen
from kiosk.display.theme import THEMES, Panel
from kiosk.domain import lane_voice
from kiosk.domain.lane_state import Rules
from kiosk.domain.lane_state import Screen as Shows
from kiosk.typeset import Typesetter

SILENT = {Shows.READ, Shows.LANGUAGES}


def clip(folder, code, name, samples=b"\x01\x00" * 100, rate=voice.RATE_HZ):
    """A recording."""
    file = folder / code / f"{name}.wav"
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as out:
        out.setparams((1, 2, rate, 0, "NONE", ""))
        out.writeframes(samples)
    return file


@pytest.fixture
def upright():
    """The 21.5-inch panel."""
    return Screen(Panel(1080, 1920, 268.0), THEMES["light"], Typesetter())


@pytest.mark.parametrize("state", SAMPLES)
def test_every_screen_says_something(state):
    """Whoever cannot read hears what is asked; only the half second of *Got it* and the languages' own names are silent."""
    shown = SAMPLES[state]("en").state

    assert bool(lane_voice.said(shown)) is not (shown.screen in SILENT)


def test_nothing_personal_is_spoken():
    """No name, no car, no time: a clip is a message without a value."""
    for code in ("en", "es", "ar"):
        assert not [text for _, text in voice.texts(code) if "{" in text]


def test_every_key_has_a_name(upright):
    """From key to key somebody who cannot see knows where they are."""
    nameless = set()
    for state in SAMPLES:
        for target in scene(SAMPLES[state]("en"), upright, "en").targets:
            kind = target.name.partition(".")[0]
            if kind not in ("letter", "digit", "keyboard") and not lane_voice.key_said(target.name):
                nameless.add(target.name)

    assert not nameless


def test_a_ticket_is_spelled():
    """Not *A minus seventeen*."""
    assert lane_voice.spelled("A-017") == ("ticket.number", "sign.A", "sign.0", "sign.1", "sign.7")


def test_clips_are_joined_with_a_pause(tmp_path):
    """One after the other; one that was never made is left out."""
    clip(tmp_path, "en", "scan.headline")

    samples = voice.joined(tmp_path, "en", ["scan.headline", "scan.text"])

    assert samples == b"\x01\x00" * 100 + bytes(2 * round(voice.RATE_HZ * voice.PAUSE_S))


def test_a_recording_of_another_form_says_what_it_takes(tmp_path):
    """The file and the remedy are named."""
    clip(tmp_path, "en", "scan.headline", rate=44100)

    with pytest.raises(voice.VoiceUnusable, match=r"scan\.headline\.wav.*44100"):
        voice.joined(tmp_path, "en", ["scan.headline"])


def test_espeak_makes_what_is_missing_and_leaves_recordings(tmp_path):
    """A recording replaces a clip by its name."""
    recorded = clip(tmp_path, "en", "scan.headline")
    before = recorded.read_bytes()

    made = voice.make(tmp_path, "en")

    assert made == len(list(voice.texts("en"))) - 1
    assert recorded.read_bytes() == before
    assert voice.missing(tmp_path, "en") == []


def test_without_espeak_the_remedy_is_named(tmp_path):
    """One line, with the package."""
    with pytest.raises(voice.VoiceUnusable, match="apt install espeak-ng"):
        voice.make(tmp_path, "en", program="no-such-program")


@pytest.mark.parametrize(
    ("mode", "listens", "spoken"), [("off", True, 0), ("asked", False, 0), ("asked", True, 1), ("always", False, 1)]
)
def test_a_screen_is_spoken_when_it_is_wanted(tmp_path, mode, listens, spoken):
    """Always if it is set so, else for whom has asked; once, until *Listen* is touched again."""
    played = []
    lane = LaneVoice(mode, tmp_path, speak=played.append, hush=lambda: None)
    state = replace(SAMPLES["permission"]("en").state, listens=listens)

    lane.follow(state)
    lane.follow(state)

    assert len(lane.spoken) == spoken


def test_listen_is_repeatable(tmp_path):
    """The same screen once more."""
    lane = LaneVoice("asked", tmp_path, speak=lambda _: None, hush=lambda: None)
    state = replace(SAMPLES["permission"]("en").state, listens=True)
    lane.follow(state)

    lane.follow(replace(state, asked_to_speak=1))

    assert len(lane.spoken) == 2


@pytest.mark.parametrize("language", ["en", "ar"])
def test_two_buttons_reach_every_key(upright, language):
    """*Next* goes round all targets of a page, in reading order, and begins anew."""
    for state in SAMPLES:
        shown = scene(SAMPLES[state](language), upright, language)
        focus = Focus()
        names = {one.name for one in shown.targets}
        seen = [focus.forward(shown, is_rtl=language == "ar") for _ in names]
        assert set(seen) == names
        assert focus.forward(shown, is_rtl=language == "ar") == seen[0]


def test_help_comes_last_in_reading_order(upright):
    """What is asked comes first, the dock after it."""
    order = in_order(scene(SAMPLES["permission"]("en"), upright, "en"), is_rtl=False)

    assert order[:2] == ("permission.yes", "permission.ask")


@pytest.mark.parametrize("size", [(1080, 1920, 268.0), (1920, 1080, 344.0), (1280, 800, 217.0), (800, 480, 154.0)])
@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_the_dock_has_room_for_listen(size, language):
    """A key of its own on every panel, as large as any other, inside it and over no other."""
    screen = Screen(Panel(*size), THEMES["light"], Typesetter())
    shown = SAMPLES["permission"](language)
    shown = replace(shown, state=replace(shown.state, rules=Rules(has_voice=True)))

    targets = scene(shown, screen, language).targets

    listen = next(one.rect for one in targets if one.name == "listen")
    assert min(listen.w, listen.h) / screen.panel.px_per_mm >= 19.4
    assert not [one.name for one in targets if one.name != "listen" and one.rect.inset(2).meets(listen)]
    assert all(one.rect.x >= 0 and one.rect.end <= size[0] for one in targets)
