"""Pins, outputs and patterns in the settings: what is refused, and with which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.settings import SettingsError, load

GPIO = "[gpio]\n"
MARTA = '[[desk]]\nadvisor = "marta"\nlamp_kind = "led"\nlamp_pin = 17\n'
BELL = '[[output]]\nkind = "lane_bell"\nlane = "A"\npin = 5\n'
NEW = '[[pattern]]\nname = "new"\ncolour = "white"\n'


@pytest.fixture
def read(tmp_path: Path):
    """The settings that a file with this text gives."""

    def read(text: str):
        path = tmp_path / "pager.toml"
        path.write_text(GPIO + text, encoding="utf-8")
        return load(path)

    return read


def test_outputs_and_patterns_are_read(read):
    """A lane's lamp, bell and gate, and another rhythm for a call, stand in the pager's own file."""
    settings = read(MARTA + BELL + NEW + "lamp_ms = [1000, 500]\nbeeps_ms = [100, 50, 100]\nbeeps_every_ms = 4000\n")

    assert [one.name for one in settings.output] == ["lane_bell/A"]
    assert settings.pattern[0].lamp_ms == (1000, 500)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MARTA + "button_pin = 28\n", "[[desk]] 1 button_pin: must be 0 to 27, not 28"),
        (MARTA + "button_pin = -1\n", "[[desk]] 1 button_pin: must be 0 to 27, not -1"),
        (MARTA + "buzzer_pin = 17\n", "[[desk]] 1 buzzer_pin: pin 17 is taken already by [[desk]] 1 lamp_pin"),
        (MARTA + BELL.replace("5", "17"), "[[output]] 1 pin: pin 17 is taken already by [[desk]] 1 lamp_pin"),
        (BELL + BELL.replace("5", "6"), "[[output]] kind: lane A has 2 of kind lane_bell here; one can feed several"),
        (MARTA + "loudness_percent = 40\n", "[[desk]] 1 loudness_percent: 40 cannot be had; an active buzzer is on or off"),
        (BELL.replace('"A"', '"I"'), "[[output]] 1 lane: must be one capital letter except I, O and S"),
        (NEW.replace("new", "disco"), "[[pattern]] 1 name: must be coming, new"),
        (NEW + NEW, "[[pattern]] name: new is there 2 times"),
        (NEW + "lamp_ms = [500]\n", "[[pattern]] 1 lamp_ms: must have an even number of times"),
        (NEW + "lamp_ms = [100, 150]\n", "[[pattern]] 1 lamp_ms: flashes more than 2 times in a second"),
        (NEW + "lamp_ms = [100, 100, 100, 100, 100, 3000]\n", "[[pattern]] 1 lamp_ms: flashes more than 2 times in a second"),
        (NEW + "level_percent = 0\n", "[[pattern]] 1 level_percent: must be 10 to 100, not 0"),
        (NEW + "beeps_ms = [100, 50]\n", "[[pattern]] 1 beeps_ms: must have an odd number of times"),
        (NEW + "beeps_ms = [900]\nbeeps_every_ms = 900\n", "[[pattern]] 1 beeps_every_ms: 900 is too short for beeps of 900 ms"),
        (NEW.replace("new", "unknown"), '[[pattern]] 1 lamp_ms: missing; "unknown" must blink'),
    ],
)
def test_what_does_not_fit_is_told_with_its_remedy(read, text, said):
    """Each fault names the section, the key and what may stand there."""
    with pytest.raises(SettingsError) as told:
        read(text)

    assert any(said in one for one in told.value.problems), told.value.problems


def test_a_tonal_buzzer_may_be_quieter(read):
    """It gets narrower pulses."""
    settings = read(MARTA + 'buzzer_kind = "tonal"\nbuzzer_pin = 18\nloudness_percent = 40\n')

    assert settings.desk[0].loudness_percent == 40


def test_outputs_need_the_pins(tmp_path):
    """As desks do."""
    path = tmp_path / "pager.toml"
    path.write_text(BELL, encoding="utf-8")

    with pytest.raises(SettingsError, match=r"\[gpio\]: missing; outputs are reached through its pins"):
        load(path)
