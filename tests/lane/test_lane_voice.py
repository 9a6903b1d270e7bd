"""The lane's voice and its two buttons: every screen says something, every key has a name, both drive the whole way."""

from __future__ import annotations

import wave
from dataclasses import replace
from itertools import product

import pytest

from kiosk import voice
from kiosk.device_lane_voice import Focus, LaneVoice
from kiosk.display.lane import in_order, scene
from kiosk.display.lane_samples import SAMPLES
from kiosk.display.layout import Screen
from kiosk.display.theme import THEMES, Panel
from kiosk.domain import lane_voice
from kiosk.domain.lane_state import State
from kiosk.domain.lane_typing import TYPING_SCREENS, targets
from kiosk.typeset import Typesetter

LANGUAGES = ("en", "es", "ar")


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
    """Whoever cannot read hears of every screen what it is."""
    assert lane_voice.said(SAMPLES[state]("en").state)


def test_every_clip_that_is_spoken_is_made():
    """No screen asks for a clip that `kiosk voice` does not make."""
    asked = {clip for state in SAMPLES for code in LANGUAGES for clip in lane_voice.said(SAMPLES[state](code).state)}

    assert asked <= {name for name, _ in voice.texts("en")}


def test_nobody_is_promised_by_voice_who_was_not_reached():
    """An advisor comes only where the hub has heard of it; else the bell, or that we are calling."""
    promised = {
        state for state in SAMPLES if "person.someone_on_the_way" in lane_voice.said(SAMPLES[state]("en").state)
    }

    assert not promised & {"help_calling", "help_offline", "help_nobody", "hello_unheard", "hello_offline"}
    assert {"help", "hello", "unknown"} <= promised


@pytest.mark.parametrize(
    ("state", "clip"),
    [
        ("ticket", "ticket.take_it_plain"),
        ("ticket_printing", "ticket.printing"),
        ("no_paper", "no_paper.short"),
        ("ticket_closed", "ticket.hero_closed"),
        ("ticket_second", "person.second_called"),
        ("digits_wrong", "digits.wrong"),
        ("email_wrong", "email.wrong"),
        ("hint", "camera.closer"),
        ("taken_back", "hello.not_me_done"),
    ],
)
def test_the_voice_says_how_things_stand(state, clip):
    """Paper that is not there yet is not to be taken, and what is wrong is said."""
    assert clip in lane_voice.said(SAMPLES[state]("en").state)


def test_nothing_personal_is_spoken():
    """No name, no car, no time: a clip is a message without a value."""
    for code in ("en", "es", "ar"):
        assert not [text for _, text in voice.texts(code) if "{" in text]


def test_every_key_has_a_name(upright):
    """From key to key somebody who cannot see knows where they are."""
    nameless = set()
    for state, code in product(SAMPLES, LANGUAGES):
        for target in scene(SAMPLES[state](code), upright, code).targets:
            if not lane_voice.key_said(target.name):
                nameless.add(target.name)

    assert not nameless


def test_a_ticket_is_spelled():
    """Not *A minus seventeen*."""
    assert lane_voice.spelled("A-017") == ("ticket.number", "sign.A", "sign.0", "sign.1", "sign.7")


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_sign_of_every_keyboard_has_a_name_of_its_own(code):
    """I, O, Ñ, the letters of both scripts and the signs of an e-mail address; no two sound alike but those that do."""
    named = {name: text for name, text in voice.texts(code) if name.startswith("sign.")}

    assert {"sign.I", "sign.O", "sign.Ñ", "sign.ض", "sign.ئ", "sign.at", "sign.dot", "sign.underscore"} <= set(named)
    assert {lane_voice.key_said(target) for target in typing_keys()} <= {(name,) for name in named}
    assert len(set(named.values())) >= len(named) - 1  # B and P are one letter to an Arabic ear


def typing_keys():
    """Every letter, digit and mark that can be touched."""
    kinds = ("letter.", "digit.")
    return {one for screen in TYPING_SCREENS for one in targets(State("A", screen=screen)) if one.startswith(kinds)}


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
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_room_for_listen(size, language):
    """A key of its own on every page of every panel, as large as any other, inside it and over no other."""
    screen = Screen(Panel(*size), THEMES["light"], Typesetter())

    without, small, meeting = [], [], []
    for state in SAMPLES:
        shown = SAMPLES[state](language)
        rules = replace(shown.state.rules, has_voice=True)
        targets = scene(replace(shown, state=replace(shown.state, rules=rules)), screen, language).targets
        listen = next((one.rect for one in targets if one.name == "listen"), None)
        if listen is None:
            without.append(state)
            continue
        small += [state] if min(listen.w, listen.h) / screen.panel.px_per_mm < 19.35 else []
        meeting += [(state, one.name) for one in targets if one.name != "listen" and one.rect.inset(2).meets(listen)]
        meeting += [(state, one.name) for one in targets if one.rect.x < 0 or one.rect.end > size[0]]

    assert not without + small
    assert not meeting
