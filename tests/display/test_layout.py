"""Screens are composed from left to right and mirrored by one function."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.display import dock, keys, parts, stages, stub
from kiosk.display.layout import Composition, Screen, mirror
from kiosk.display.scene import Box, Fill, Icon, Rect, Stroke, Target, TextLine
from kiosk.display.theme import CONTRAST, DARK, LEAST_TARGET_MM, LIGHT, Panel

KIOSK = Panel(1080, 1920, 268)
SMALL = Panel(800, 480, 154)
LANGUAGES = ("en", "es", "ar")


@pytest.fixture
def composed(typesetter):
    """A composition in a language on a panel."""

    def make(code="en", panel=KIOSK, theme=LIGHT):
        return Composition(Screen(panel, theme, typesetter).look(code))

    return make


def test_a_mirror_changes_sides():
    """What begins 40 px from the left begins 40 px from the right, as wide and as high as before."""
    items, targets = mirror([Fill(Rect(40, 7, 100, 20), "#000000"), Target("help", Rect(0, 0, 10, 10))], 1000)

    assert items == (Fill(Rect(860, 7, 100, 20), "#000000"),)
    assert targets == (Target("help", Rect(990, 0, 10, 10)),)


def test_arrows_turn_and_tools_do_not():
    """The way forward points the other way; a spanner, a key and a clock stay as they are."""
    icons = [
        Icon(Rect(0, 0, 24, 24), name, "#000000") for name in ("forward", "back", "bus", "service", "ready", "clock")
    ]

    items, _ = mirror(icons, 100)

    assert [item.turned for item in items] == [True, True, True, False, False, False]


def test_round_corners_and_lines_are_mirrored():
    """A box round at its start is round at its other side; a line runs the other way."""
    box = Box(Rect(0, 0, 50, 50), "#000000", 9, corners=("top_start", "bottom_start"))
    line = Stroke.through(((10.0, 5.0), (30.0, 9.0)), "#000000", 4)

    items, _ = mirror([box, line], 200)

    assert items[0].corners == ("top_end", "bottom_end")
    assert items[1].points == ((190.0, 5.0), (170.0, 9.0))


def test_a_mirror_twice_is_no_mirror(composed):
    """Mirroring a screen twice gives the same screen."""
    c = composed("en")
    dock.dock(c, Rect(64, 1760, 952, 104), "Help")
    stages.visit_line(c, Rect(64, 300, 900, 88), "in_service")
    scene = c.scene()

    once = mirror([*scene.items, *scene.targets], 1080)
    twice = mirror([*once[0], *once[1]], 1080)

    assert twice == (scene.items, scene.targets)


def test_a_fixed_block_keeps_its_order(composed):
    """The digits of a pad keep their places within the pad, whose place alone is mirrored."""
    c = composed("ar")
    with c.fixed(Rect(0, 0, 300, 100)):
        for index in range(3):
            c.add(Fill(Rect(index * 100, 0, 90, 90), f"#00000{index}"))
            c.target(f"digit.{index + 1}", Rect(index * 100, 0, 90, 90))

    scene = c.scene()

    assert [item.rect.x for item in scene.items] == [780, 880, 980]
    assert [target.name for target in sorted(scene.targets, key=lambda one: one.rect.x)] == [
        "digit.1",
        "digit.2",
        "digit.3",
    ]


def test_text_hangs_where_it_is_told(composed):
    """Start, centre and end of a line stand at the column given; its capitals are centred on the row."""
    c = composed()
    rects = [c.text("Valley", 500, 200, size_px=60, align=align) for align in ("start", "centre", "end")]

    assert rects[0].x == 500
    assert abs(rects[1].centre - 500) <= 1
    assert rects[2].end == 500
    assert rects[0].y < 200 < rects[0].bottom


def test_a_paragraph_keeps_to_its_width(composed):
    """Wrapped lines are no wider than the rectangle, in every language."""
    for code in LANGUAGES:
        c = composed(code)
        text = c.look.language.text("stage.waiting_for_answer") + " " + c.look.language.text("board.stale")

        taken = c.paragraph(text, Rect(64, 100, 500, 0), size_px=70, weight=700, headline=True)

        lines = [item for item in c.scene().items if isinstance(item, TextLine)]
        assert len(lines) > 1
        assert all(line.rect.w <= 500 for line in lines)
        assert taken.h == c.paragraph_height(text, 500, size_px=70, weight=700, headline=True)


@pytest.mark.parametrize("panel", [KIOSK, SMALL, Panel(1920, 1080, 476), Panel(1280, 800, 217)], ids=str)
@pytest.mark.parametrize("code", LANGUAGES)
def test_the_dock_can_be_touched(composed, code, panel):
    """Each language and Help is at least 20 mm both ways, none covers another, and all lie on the panel."""
    c = composed(code, panel)
    least = panel.px(LEAST_TARGET_MM)
    height = max(least, panel.px(25))

    dock.dock(c, Rect(panel.px(10), panel.height_px - height, panel.width_px - 2 * panel.px(10), height), "Help")

    targets = c.scene().targets
    wanted = {"help", *(f"language.{one}" for one in LANGUAGES)}
    assert {one.name for one in targets} == (wanted if panel.size_class != "S" else wanted - {f"language.{code}"})
    for one in targets:
        assert min(one.rect.w, one.rect.h) >= least
        assert one.rect.clipped(Rect(0, 0, panel.width_px, panel.height_px)) == one.rect
        assert not any(one.rect.meets(other.rect) for other in targets if other is not one)


def test_english_is_the_first_language_at_the_start(composed):
    """The order of the languages is fixed; in Arabic the first of them stands at the right."""

    def places(code):
        c = composed(code)
        dock.dock(c, Rect(64, 1760, 952, 104), "Help")
        by_name = {one.name: one.rect.x for one in c.scene().targets}
        return [by_name[f"language.{one}"] for one in LANGUAGES]

    assert places("en") == sorted(places("en"))
    assert places("ar") == sorted(places("ar"), reverse=True)


def test_a_pressed_key_moves_by_its_lip(composed):
    """Pressed, a key goes down by its lip and loses it; where it hears touches does not move."""
    scenes = []
    for pressed in (False, True):
        c = composed()
        keys.key(c, Rect(64, 500, 952, 136), "Help", "help", pressed=pressed)
        scenes.append(c.scene())
    faces = [next(item for item in scene.items if isinstance(item, Box)) for scene in scenes]

    assert faces[0].lip_px > 0
    assert faces[1].lip_px == 0
    assert faces[1].rect.y - faces[0].rect.y == faces[0].lip_px
    assert scenes[0].targets == scenes[1].targets


def test_a_disabled_key_is_deaf(composed):
    """What cannot be had today has no lip and hears nothing."""
    c = composed()
    keys.key(c, Rect(64, 500, 952, 136), "Help", "help", disabled=True)
    keys.row_key(c, Rect(64, 700, 952, 136), "Shuttle", "shuttle", icon="bus", second="None left", disabled=True)
    scene = c.scene()

    assert scene.targets == ()
    assert all(item.lip_px == 0 for item in scene.items if isinstance(item, Box))


def test_a_key_too_long_takes_two_lines(composed):
    """Words that do not fit take a second line of the same size."""
    c = composed()
    keys.key(c, Rect(64, 500, 560, 160), "Change or add something", "change", icon="plus")
    lines = c.scene().texts()

    assert len(lines) == 2
    assert {line.size_px for line in lines} == {c.look.type_px("key")}
    assert all(line.rect.x >= 64 and line.rect.end <= 624 for line in lines)


def test_targets_answer_the_one_on_top(composed):
    """Where two targets lie over each other the later one hears the touch."""
    c = composed()
    c.target("below", Rect(0, 0, 100, 100))
    c.target("above", Rect(50, 50, 100, 100))
    scene = c.scene()

    assert [scene.target_at(*at) for at in ((10, 10), (60, 60), (140, 140), (200, 10))] == [
        "below",
        "above",
        "above",
        None,
    ]


@pytest.mark.parametrize("stage", ["checked_in", "waiting_for_answer", "ready", "no_such_stage"])
def test_the_visit_line_has_five_stops(composed, stage):
    """Five stops in every stage; an unknown one stands at the advisor, an answer waited for holds at in service."""
    c = composed()
    xs = stages.visit_line(c, Rect(64, 300, 900, 80), stage)

    assert len(xs) == 5
    assert xs == tuple(sorted(xs))
    assert stages.stop_of(stage) == {"checked_in": 0, "waiting_for_answer": 2, "ready": 4}.get(stage, 1)


@pytest.mark.parametrize("theme", [LIGHT, DARK, CONTRAST], ids=lambda theme: theme.name)
@pytest.mark.parametrize("code", LANGUAGES)
def test_every_part_stays_in_its_rectangle(composed, code, theme):
    """Header, strip, notice, stub and chip draw their text inside what they were given."""
    c = composed(code, theme=theme)
    words = c.look.language
    name = words.text("board.welcome", dealer="Valley")
    parts.header(c, Rect(64, 56, 952, 104), name, lane_word=words.text("common.lane_word"), lane="A")
    parts.person_strip(c, Rect(64, 200, 952, 160), "M", words.text("person.on_the_way", advisor="Marta"), "…")
    parts.notice(c, Rect(64, 400, 952, 240), "offline", words.text("board.stale_title"), words.text("board.stale"))
    beside = (words.text("board.ready_about"), "15:30", words.text("day.today"))
    stub.ticket_stub(c, Rect(64, 700, 952, 328), words.text("common.ticket"), "A-017", beside=beside)
    stages.chip(c, 64, 1100, "quality_check", words.text("stage.quality_check"), size_px=52)
    parts.steps(c, Rect(64, 1200, 952, 12), 1, 3)
    parts.countdown(c, Rect(64, 1300, 300, 300), 24, 0.8)

    assert all(line.rect.x >= 64 and line.rect.end <= 1016 for line in c.scene().texts())


def test_a_look_knows_the_stores_colour(typesetter):
    """The mark alone takes the dealership's colour, and only where the theme is light."""
    screen = Screen(KIOSK, LIGHT, typesetter)

    assert screen.look("en", brand_colour="#123456").theme == replace(LIGHT, brand="#123456")
    assert Screen(KIOSK, DARK, typesetter).look("en", brand_colour="#123456").theme == DARK
