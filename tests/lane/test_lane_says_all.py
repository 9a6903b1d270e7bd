"""Nothing that the largest panel says in English is dropped on any other, in any language: there is room, or *More*."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import ClassVar

import pytest

from kiosk.display.lane import has_keyboard, scene
from kiosk.display.lane_samples import SAMPLES
from kiosk.display.layout import Screen
from kiosk.display.theme import THEMES, Panel
from kiosk.domain.lane_state import Screen as Shows
from kiosk.language import plain
from kiosk.typeset import Typesetter

LARGEST = "21.5 upright"
PANELS = {
    LARGEST: Panel(1080, 1920, 268.0),
    "21.5": Panel(1920, 1080, 476.0),
    "15.6": Panel(1920, 1080, 344.0),
    "15.6 upright": Panel(1080, 1920, 193.0),
    "10.1": Panel(1280, 800, 217.0),
    "7": Panel(800, 480, 154.0),
}
PAGES = 16
TYPED_IN_LETTERS = (Shows.NAME, Shows.WORDS, Shows.EMAIL)
SAME = (
    {"scan.headline", "scan.headline_short"},
    {"scan.type_number", "scan.type_short"},
    {"scan.no_code", "scan.no_code_short"},
    {"scan.second_car", "scan.second_car_short"},
    {"camera.covered", "camera.covered_short"},
    {"camera.broken", "camera.broken_short"},
    {"hello.not_me_done", "hello.not_me_short"},
    {"privacy.line", "privacy.short"},
    {"digits.by_number", "no_code.number_short"},
    {"digits.phone_headline", "digits.phone_short"},
    {"ticket.hero", "ticket.hero_long", "ticket.hero_someone", "ticket.hero_someone_short"},
    {"person.on_the_way", "person.someone_on_the_way", "ticket.hero", "ticket.hero_someone_short"},
    {"ticket.hero_at", "ticket.hero_at_short"},
    {"ticket.take_it", "ticket.take_it_plain", "ticket.take_short"},
    {"ticket.print_again", "ticket.print_short"},
    {"no_paper.headline", "no_paper.short"},
    {"change.headline", "change.headline_short"},
    {"contact.headline", "contact.headline_short"},
    {"transport.headline", "review.transport_label"},
    {"other_day.today", "other_day.today_short"},
    {"other_day.come_back", "other_day.come_back_short"},
    {"idle.text", "idle.short_visit"},
    {"idle.clear", "idle.short"},
    {"scan.headline", "hello.not_me_short"},
)
"""The same in several lengths: one of them is enough."""

BY_A_PICTURE = frozenset({
    "common.back", "common.continue", "dock.help", "digits.erase",  # their icons, on keys of small panels
    "change.done", "contact.confirm", "concern.add", "transport.done",  # the tick on the main key
    "hello.car", "hello.asked_for", "maintenance.headline", "review.transport_label", "contact.by_text",  # a row's icon
    "common.estimated_completion", "ticket.ready_about", "ticket.your_advisor", "ticket.number",  # clock, face, stub
    "common.lane_word", "day.today", "other_day.text", "hello.appointment", "common.reception", "common.lane",  # tiles
})  # fmt: skip
ELSEWHERE = frozenset({
    "digits.camera",  # *Back* leads there too
    "unknown.type_it", "scan.no_appointment", "scan.type_number", "scan.car_without", "digits.by_number",
    "no_code.headline",  # 7 inches: the four keys behind *I have no code*
    "privacy.line",  # the camera's page says it whenever nothing else has to be said there
    "scan.text", "digits.text", "walk_in.text",  # small panels: one sentence, as the design has it
})  # fmt: skip
PASSING = frozenset({"read", "looking"})
"""Half a second."""


@pytest.fixture(scope="module")
def setter():
    """One for all: what is set once is kept."""
    return Typesetter()


class Listening(Screen):
    """A screen that hears what its pages ask the catalogue for."""

    def look(self, *args, **named):
        """The same look, with a language that keeps what it was asked."""
        found = super().look(*args, **named)
        return replace(found, language=Heard(found.language))


class Heard:
    """A language that remembers its answers."""

    answers: ClassVar[dict[str, str]] = {}

    def __init__(self, language):
        self._language = language

    def __getattr__(self, name):
        return getattr(self._language, name)

    def text(self, message_id, /, **values):
        """As the language says it."""
        Heard.answers[message_id] = said = self._language.text(message_id, **values)
        return said

    def plural(self, message_id, n, /, **values):
        """As the language says it."""
        Heard.answers[message_id] = said = self._language.plural(message_id, n, **values)
        return said


def squeezed(text):
    """Without spaces and marks of direction: lines may break anywhere between words."""
    return re.sub(r"\s+", "", plain(text))


@cache
def screen_of(panel, setter):
    """One for all states: it keeps how a page had room."""
    return Listening(PANELS[panel], THEMES["light"], setter)


@cache
def said_by(state, panel, language, setter, *, typed=True):
    """The messages that stand whole on this screen or behind its *More*; `typed`: as on a panel with a keyboard."""
    screen = screen_of(panel, setter)
    sample, words, answers = SAMPLES[state](language), "", dict[str, str]()
    rules = replace(sample.state.rules, has_keyboard=typed)
    sample = replace(sample, state=replace(sample.state, rules=rules))
    states = [replace(sample.state, page=page) for page in range(PAGES)]
    if sample.state.typing.text:  # a small field asks until something is typed
        states = [replace(sample.state, typing=replace(sample.state.typing, text="")), *states]
    for one in states:
        Heard.answers = {}
        drawn = scene(replace(sample, state=one), screen, language)
        words += "|" + "".join(squeezed(line.text) for line in drawn.texts())
        answers |= Heard.answers
        if one.typing.text == sample.state.typing.text and "page" not in {each.name for each in drawn.targets}:
            break
    return frozenset(one for one, text in answers.items() if text and squeezed(text) in words)


def told_as_much(wanted, found):
    """What of the wanted messages is not there, in no length and by no picture."""
    lengths = [group for group in SAME if group & found]
    there = found.union(*lengths) | BY_A_PICTURE | ELSEWHERE
    return {one for one in wanted if one not in there and not one.startswith("stage_short.")}


@pytest.mark.parametrize("panel", PANELS)
def test_nothing_is_dropped(panel, setter):
    """Every sentence, second line and choice of the largest panel's English is found in every language."""
    dropped = {}
    typed = has_keyboard(PANELS[panel].width_mm)
    for state in sorted(set(SAMPLES) - PASSING):
        if SAMPLES[state]("en").state.screen in TYPED_IN_LETTERS and not typed:
            continue
        wanted = said_by(state, LARGEST, "en", setter, typed=typed)
        if SAMPLES[state]("en").state.seconds_left is not None:  # the page below is deaf, and comes back
            wanted = {one for one in wanted if one.startswith("idle.")}
        for language in ("en", "es", "ar"):
            if lost := told_as_much(wanted, said_by(state, panel, language, setter)):
                dropped[state, language] = lost

    assert not dropped


@pytest.mark.parametrize("panel", [LARGEST, "21.5"])
def test_the_line_of_the_visit_stands_on_every_ticket_of_a_large_panel(panel, setter):
    """What comes next is no picture that may go where it was drawn in English."""
    for language in ("es", "ar"):
        english = {one for one in said_by("ticket", panel, "en", setter) if one.startswith("stage_short.")}
        assert english <= said_by("ticket", panel, language, setter)


def test_a_dropped_sentence_is_noticed(setter):
    """The walk itself fails where a sentence is missing, and takes a shorter length for the same."""
    whole = said_by("permission", LARGEST, "en", setter)

    assert told_as_much(whole, whole - {"permission.text"}) == {"permission.text"}
    assert not told_as_much({"ticket.take_it"}, {"ticket.take_short"})


@pytest.mark.parametrize("panel", [one for one in PANELS if not one.startswith("21.5")])
def test_no_word_is_broken_inside(panel, setter):
    """On every panel, in every language, a line ends where a word ends: *Termin-ar* is no word on a key."""
    broken = {}
    screen = screen_of(panel, setter)
    for state in sorted(set(SAMPLES) - PASSING):
        for language in ("en", "es", "ar"):
            sample, Heard.answers = SAMPLES[state](language), {}
            drawn = scene(sample, screen, language)
            known = set(re.findall(r"\w[^\s]*\w", plain(" ".join([*Heard.answers.values(), *spoken_of(sample)]))))
            words = {
                one for line in drawn.texts() for one in plain(line.text).split() if len(one) > 1 and one.isalpha()
            }
            if typed := plain(sample.state.typing.text):  # a field shows the end of what is typed
                words = {one for one in words if one not in typed and one not in typed.upper()}
            if cut := {one for one in words - known if any(one in whole and one != whole for whole in known)}:
                broken[state, language] = cut

    assert not broken


def spoken_of(sample):
    """What a page says that is no message: names, cars, work, codes."""
    customer, view = sample.state.customer, sample.state.view
    found = [customer.first_name, customer.car, customer.own_words, customer.draft_words] if customer else []
    names = [*(customer.asked if customer else ()), *(one.name for one in (customer.due if customer else ()))]
    names += [view.store.name] if view else []
    return [*found, *(text for one in names for text in (one.en, one.es, one.ar))]
