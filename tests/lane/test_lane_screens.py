"""Every state of the lane, in every language, on every panel: readable, touchable, nothing clipped, nobody's words where they may not be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from kiosk.display.lane import LaneShown, has_keyboard, scene
from kiosk.display.lane_samples import NOW, SAMPLES, camera_picture
from kiosk.display.layout import Screen
from kiosk.display.paint import Canvas
from kiosk.display.scene import Box, Fill, Picture, Rect, Ring, TextLine
from kiosk.display.theme import THEMES, Panel, contrast
from kiosk.domain import check_in
from kiosk.domain.lane_state import Screen as Shows
from kiosk.domain.lane_state import State
from kiosk.language import plain
from kiosk.typeset import Typesetter

LANGUAGES = ("en", "es", "ar")
PANELS = {
    "21.5 upright": Panel(1080, 1920, 268.0),
    "21.5": Panel(1920, 1080, 476.0),
    "15.6": Panel(1920, 1080, 344.0),
    "15.6 upright": Panel(1080, 1920, 193.0),
    "10.1": Panel(1280, 800, 217.0),
    "7": Panel(800, 480, 154.0),
}
TYPED_IN_LETTERS = (Shows.WORDS, Shows.EMAIL)
LETTERS = ("letter.", "digit.", "erase", "space", "keyboard")
LEAST_MM, LEAST_TARGET_MM, LEAST_LETTER_MM = 7.3, 20.0, 18.0
PLAN = set("12345678")  # the stops around the car's plan are drawing, not text


@pytest.fixture(scope="module")
def typesetter():
    """One for all: what is set once is kept."""
    return Typesetter()


@cache
def _screen(panel: str, theme: str, typesetter: Typesetter) -> Screen:
    return Screen(PANELS[panel], THEMES[theme], typesetter)


@pytest.fixture
def draw(typesetter):
    """The scene of a sample state."""

    def drawn(state, panel, language, theme="light"):
        return scene(SAMPLES[state](language), _screen(panel, theme, typesetter), language)

    return drawn


@cache
def _every(panel: str, typesetter: Typesetter):
    screen = _screen(panel, "light", typesetter)
    pairs = [(state, language) for state in SAMPLES for language in LANGUAGES]
    return [(f"{one} {language}", scene(SAMPLES[one](language), screen, language)) for one, language in pairs]


@pytest.fixture
def every(typesetter):
    """All states in all languages on one panel, each with its name; drawn up once for all tests."""
    return lambda panel: _every(panel, typesetter)


def above_the_veil(shown):
    """What is drawn on top of a sheet's veil, or everything."""
    veils = [at for at, item in enumerate(shown.items) if isinstance(item, Fill) and len(item.colour) == 9]
    return shown.items[max(veils, default=-1) + 1 :]


def ink(line: TextLine, typesetter: Typesetter):
    """The rectangle of a line's pixels and its mask."""
    set_line = typesetter.line(line.text, size_px=line.size_px, weight=line.weight, rtl=line.rtl)
    box = set_line.image.getbbox()
    if box is None:
        return None
    place = Rect(line.rect.x - set_line.left_px + box[0], line.rect.y + box[1], box[2] - box[0], box[3] - box[1])
    return place, set_line.image.crop(box)


@pytest.mark.parametrize("panel", PANELS)
def test_nothing_leaves_the_panel(every, typesetter, panel):
    """Every letter and every key stands inside the panel."""
    size = PANELS[panel]
    whole = Rect(0, 0, size.width_px, size.height_px)

    outside = []
    for name, shown in every(panel):
        inks = [ink(item, typesetter) for item in shown.texts()]
        rects = [found[0] for found in inks if found] + [target.rect for target in shown.targets]
        outside += [name for rect in rects if rect.clipped(whole) != rect]

    assert not outside


@pytest.mark.parametrize("panel", PANELS)
def test_no_letter_is_too_small(every, panel):
    """Every capital is at least 7.3 mm high."""
    least_px = PANELS[panel].type_px(LEAST_MM) - 1

    small = [
        (name, line.text)
        for name, shown in every(panel)
        for line in shown.texts()
        if line.size_px < least_px and line.text not in PLAN
    ]

    assert not small


@pytest.mark.parametrize("panel", PANELS)
def test_every_target_is_twenty_millimetres(every, panel):
    """Keys are at least 20 mm both ways; letters of a keyboard, of which eleven stand in a row, at least 18 mm."""
    px_per_mm = PANELS[panel].px_per_mm

    small = []
    for name, shown in every(panel):
        for target in shown.targets:
            least = (LEAST_LETTER_MM if target.name.startswith(LETTERS) else LEAST_TARGET_MM) - 0.65
            if min(target.rect.w, target.rect.h) / px_per_mm < least:
                small.append((name, target.name, target.rect.w / px_per_mm, target.rect.h / px_per_mm))

    assert not small


@pytest.mark.parametrize("panel", PANELS)
def test_no_target_covers_another(every, panel):
    """A finger on a key means that key."""
    meeting = []
    for name, shown in every(panel):
        rects = [(target.name, target.rect.inset(2)) for target in shown.targets]
        meeting += [
            (name, a, b) for at, (a, one) in enumerate(rects) for b, other in rects[at + 1 :] if one.meets(other)
        ]

    assert not meeting


@pytest.mark.parametrize("panel", PANELS)
def test_no_word_is_covered(every, typesetter, panel):
    """No key, card or strip is drawn over words that were there before."""
    covered = []
    for name, shown in every(panel):
        items = above_the_veil(shown)
        for at, item in enumerate(items):
            found = ink(item, typesetter) if isinstance(item, TextLine) else None
            if found is None:
                continue
            later = [one for one in items[at + 1 :] if isinstance(one, Box) and one.colour and len(one.colour) == 7]
            covered += [(name, item.text) for one in later if one.rect.inset(3).meets(found[0])]

    assert not covered


@pytest.mark.parametrize("panel", PANELS)
def test_no_word_stands_on_another(every, typesetter, panel):
    """The pixels of two lines never meet."""
    meeting = []
    for name, shown in every(panel):
        lines = [one for one in above_the_veil(shown) if isinstance(one, TextLine)]
        inks = [(line, *found) for line in lines if (found := ink(line, typesetter))]
        for at, (line, place, mask) in enumerate(inks):
            for other, beside, other_mask in inks[at + 1 :]:
                both = place.clipped(beside)
                if both.w and both.h and _share_pixels(both, (place, mask), (beside, other_mask)):
                    meeting.append((name, line.text, other.text))

    assert not meeting


def _share_pixels(both, one, other):
    """Do two masks darken the same pixel of `both`?"""
    cut = [
        mask.crop((both.x - place.x, both.y - place.y, both.end - place.x, both.bottom - place.y)).point(
            lambda value: 255 * (value > 100)
        )
        for place, mask in (one, other)
    ]
    return any(a and b for a, b in zip(cut[0].tobytes(), cut[1].tobytes(), strict=True))


@pytest.mark.parametrize("panel", PANELS)
def test_every_page_leads_to_a_person(every, panel):
    """*Help* can be touched on every page, also under a question."""
    without = [name for name, shown in every(panel) if "help" not in {one.name for one in shown.targets}]

    assert not without


@pytest.mark.parametrize("panel", PANELS)
def test_a_page_offers_only_what_the_conversation_takes(draw, panel):
    """Nothing can be touched that would mean nothing; the keys beside *Got it* are those of the page before."""
    wrong = []
    for state in SAMPLES:
        screen = SAMPLES[state]("en").state.screen
        if screen in TYPED_IN_LETTERS and not has_keyboard(PANELS[panel].width_mm):
            continue
        for language in LANGUAGES:
            sample = SAMPLES[state](language).state
            shown = draw(state, panel, language)
            offered = check_in.offered(sample) | {"back"}
            wrong += [(state, one.name) for one in shown.targets if one.name not in offered]

    assert not wrong


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("state", ["hello", "permission", "ticket", "digits", "unknown", "still_there"])
def test_arabic_is_mirrored_as_a_whole(draw, panel, state):
    """What stands at the start in English stands at the other side in Arabic: help, languages, the main key's page."""
    width = PANELS[panel].width_px

    english = {one.name: one.rect for one in draw(state, panel, "en").targets}
    arabic = {one.name: one.rect for one in draw(state, panel, "ar").targets}

    assert english["help"].centre > width / 2 or arabic["help"].centre > width / 2
    assert (english["help"].centre - width / 2) * (arabic["help"].centre - width / 2) < 0


def test_the_digit_pad_is_never_mirrored(draw):
    """1 stands before 2 before 3 in every language."""
    for panel in PANELS:
        rects = {one.name: one.rect for one in draw("digits", panel, "ar").targets}
        assert rects["digit.1"].x < rects["digit.2"].x < rects["digit.3"].x


def test_the_camera_picture_is_a_mirror_in_every_language(draw):
    """The picture does not turn round with the page."""
    pictures = [item for one in LANGUAGES for item in draw("scan", "21.5", one).items if isinstance(item, Picture)]

    assert [one.like_a_mirror for one in pictures] == [True] * 3


@pytest.mark.parametrize("panel", PANELS)
def test_permission_is_not_sold(draw, panel):
    """The two answers are equal in size, colour and weight, and neither is the main key."""
    for language in LANGUAGES:
        shown = draw("permission", panel, language)
        answers = [one.rect for one in shown.targets if one.name.startswith("permission.")]
        faces = {item.rect[:2]: item.colour for item in shown.items if isinstance(item, Box)}
        assert answers[0][2:] == answers[1][2:]
        assert faces[answers[0][:2]] == faces[answers[1][:2]] == THEMES["light"].surface


LEAST_CONTRAST = 7.0


@pytest.mark.parametrize("panel", PANELS)
def test_every_word_is_seven_to_one_on_its_ground(every, panel):
    """Every state in every language, in the light of the day."""
    assert not [pale for name, shown in every(panel) for pale in too_pale(name, shown)]


@pytest.mark.parametrize("theme", ["dark", "contrast"])
@pytest.mark.parametrize("panel", ["21.5 upright", "21.5", "7"])
def test_every_theme_is_seven_to_one(draw, panel, theme):
    """Every state, in letters of both scripts: large ones too, for there are no others here."""
    states = [(state, code) for state in SAMPLES for code in ("en", "ar")]

    assert not [pale for state, code in states for pale in too_pale(state, draw(state, panel, code, theme))]


def too_pale(name, shown):
    """The words of a scene whose ground is too near to them."""
    above = above_the_veil(shown)
    lines = [(at, one) for at, one in enumerate(shown.items) if isinstance(one, TextLine) and one in above]
    return [
        (name, one.text, one.colour, ground)
        for at, one in lines
        for ground in _grounds_under(shown, at, one)
        if contrast(one.colour, ground) < LEAST_CONTRAST
    ]


def _grounds_under(shown, at, line):
    """The colours that the middle of a line may stand on; upon a picture what shows through black and through white."""
    x, y = line.rect.centre, line.rect.middle
    through = []
    for item in reversed(shown.items[:at]):
        colour = getattr(item, "colour", None)
        if not item.rect.holds(x, y) or isinstance(item, TextLine | Ring):
            continue
        if isinstance(item, Picture):
            return [_blended("#000000", through), _blended("#FFFFFF", through)]
        if colour and len(colour) == 9:
            through.append(colour)
        elif colour:
            return [_blended(colour, through)]
    return [_blended(shown.ground, through)]


def _blended(colour, through):
    """A colour seen through what lies upon it."""
    for upper in reversed(through):
        share = int(upper[7:9], 16) / 255
        pairs = [(int(colour[at : at + 2], 16), int(upper[at : at + 2], 16)) for at in (1, 3, 5)]
        colour = "#" + "".join(f"{round(low * (1 - share) + high * share):02X}" for low, high in pairs)
    return colour


@pytest.mark.parametrize(
    "state", ["scan", "unknown", "digits", "no_code", "out_of_service", "help", "languages", "locked"]
)
def test_a_page_of_nobody_names_nobody(draw, state):
    """Pages without a customer hold no name, car, plate or work of one."""
    said = " ".join(plain(line.text) for line in draw(state, "21.5 upright", "en").texts())

    assert not [word for word in ("Sami", "SUV", "472", "30,000") if word in said]


def test_nothing_of_a_customer_stays_in_memory_once_the_lane_is_at_rest():
    """What was set and measured for Sami is kept while he stands there, and forgotten with the first page of nobody."""
    screen = Screen(PANELS["21.5 upright"], THEMES["light"], Typesetter())
    for state in ("read", "hello", "permission"):
        scene(SAMPLES[state]("en"), screen, "en")
    during = "Sami" in repr(vars(screen.typesetter)), [key[0].customer is None for key, _ in screen.kept.values()]

    scene(SAMPLES["scan"]("en"), screen, "en")

    after = "Sami" in repr(vars(screen.typesetter)), [key[0].customer is None for key, _ in screen.kept.values()]
    assert (during, after) == ((True, [False, False, False]), (False, [True]))


@pytest.mark.parametrize("panel", PANELS)
def test_the_review_shows_the_end_of_the_plate_alone(draw, panel):
    """Public is public: three characters of a plate, no phone, no amount."""
    for language in LANGUAGES:
        said = [plain(line.text) for line in draw("hello", panel, language).texts()]
        assert not [one for one in said if "@" in one or "$" in one]


def test_an_unchanged_lane_draws_nothing(typesetter):
    """The same state, told twice, costs no drawing."""
    screen = _screen("21.5 upright", "light", typesetter)
    canvas = Canvas(typesetter)
    canvas.show(scene(SAMPLES["ticket"]("en"), screen, "en"))

    rects = canvas.show(scene(SAMPLES["ticket"]("en"), screen, "en"))

    assert rects == []


def test_a_second_of_the_countdown_draws_little(typesetter):
    """The ring and its sentence change, the rest of the screen stands still."""
    screen = _screen("21.5 upright", "light", typesetter)
    canvas = Canvas(typesetter)
    shown = SAMPLES["still_there"]("en")
    canvas.show(scene(shown, screen, "en"))

    rects = canvas.show(scene(replace(shown, state=replace(shown.state, seconds_left=23)), screen, "en"))

    assert 0 < sum(rect.w * rect.h for rect in rects) < 0.25 * 1080 * 1920


def test_a_new_camera_picture_draws_the_picture_alone(typesetter):
    """Ten frames a second redraw the frame, not the page."""
    screen = _screen("21.5 upright", "light", typesetter)
    canvas = Canvas(typesetter)
    shown = SAMPLES["scan"]("en")
    canvas.show(scene(shown, screen, "en"))

    rects = canvas.show(scene(replace(shown, camera=replace(camera_picture(), key="the next one")), screen, "en"))

    picture = next(item for item in canvas.scene.items if isinstance(item, Picture))
    assert rects == [picture.rect]


def test_a_pressed_key_moves_down(typesetter):
    """The key under the finger gives way by its lip, and nothing else changes."""
    screen = _screen("21.5 upright", "light", typesetter)
    shown = SAMPLES["scan"]("en")
    rest = scene(shown, screen, "en")

    pressed = scene(replace(shown, pressed="no_appointment"), screen, "en")

    assert rest.targets == pressed.targets
    assert rest.items != pressed.items


def test_a_lane_that_never_heard_of_its_dealership_can_be_drawn(typesetter):
    """Before the first view there is no name, no clock and no zone, and still a way to a person."""
    for panel in PANELS:
        shown = scene(LaneShown(State("A"), NOW.date()), _screen(panel, "light", typesetter), "en")
        assert "help" in {one.name for one in shown.targets}


@pytest.mark.parametrize("panel", PANELS)
def test_all_choices_of_the_greeting_come_up(draw, typesetter, panel):
    """Right, not me, and an advisor helps me are all reached, on a small panel with *More*."""
    shown = SAMPLES["hello"]("en")
    reached = set()
    for page in range(8):
        turned = replace(shown, state=replace(shown.state, page=page))
        reached |= {one.name for one in scene(turned, _screen(panel, "light", typesetter), "en").targets}

    assert {"confirm", "not_me", "advisor_helps"} <= reached


@pytest.mark.parametrize("panel", PANELS)
def test_all_that_we_know_comes_up(typesetter, panel):
    """On a small panel what was asked for stands on a page of its own."""
    shown = SAMPLES["hello"]("en")
    said = ""
    for page in range(8):
        turned = replace(shown, state=replace(shown.state, page=page))
        lines = scene(turned, _screen(panel, "light", typesetter), "en").texts()
        said += " ".join(plain(line.text) for line in lines)

    assert all(
        word in said
        for word in ("15:30", "Blue SUV, 2021", "30,000 km service", "braking", "Cabin filter", "17", "I wait here")
    )


def test_the_appointment_of_another_day_says_day_and_time(draw):
    """Which day, and when."""
    for panel in PANELS:
        said = " ".join(plain(line.text) for line in draw("other_day", panel, "en").texts())
        assert "26" in said
        assert "09:30" in said


def test_samples_cover_every_screen():
    """No screen of the conversation is without a picture."""
    shown = {SAMPLES[name]("en").state.screen for name in SAMPLES}

    assert shown == set(Shows)


def test_a_walk_in_on_a_narrow_panel_sees_who_comes(draw):
    """Where eleven letters have no room, nobody is asked to type a name."""
    names = {one.name for one in draw("walk_in", "7", "en").targets}

    assert not [one for one in names if one.startswith("letter.")]


def test_the_time_of_tomorrow_is_named_with_its_day(typesetter):
    """A car that stays overnight says so beside its time."""
    shown = SAMPLES["ticket"]("en")
    later = replace(shown.state.customer, completion_at=shown.state.customer.completion_at + timedelta(days=1))
    tomorrow = replace(shown, state=replace(shown.state, customer=later))

    said = [plain(line.text) for line in scene(tomorrow, _screen("21.5 upright", "light", typesetter), "en").texts()]

    assert "Tomorrow" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_low_keys_keep_everything_within_reach(typesetter, language):
    """Whoever sits reaches it: on an upright panel nothing is to be touched in the upper half."""
    panel = PANELS["21.5 upright"]
    screen = Screen(panel, THEMES["light"], typesetter, low=True)

    high = []
    for name in SAMPLES:
        shown = scene(SAMPLES[name](language), screen, language)
        limit = panel.height_px // 2 if SAMPLES[name](language).state.seconds_left is None else 0
        high += [(name, one.name) for one in shown.targets if one.rect.y < limit]

    assert not high


@pytest.mark.parametrize("panel", PANELS)
def test_large_text_is_larger_and_stays_on_the_panel(typesetter, panel):
    """Larger on most pages of every panel, and still no letter or key outside, and the same words as without."""
    size = PANELS[panel]
    whole = Rect(0, 0, size.width_px, size.height_px)
    large, plain_one = (Screen(size, THEMES["contrast"], typesetter, large=one) for one in (True, False))

    outside, larger, lost = [], 0, []
    for name in SAMPLES:
        shown, without = scene(SAMPLES[name]("en"), large, "en"), scene(SAMPLES[name]("en"), plain_one, "en")
        inks = [found[0] for item in shown.texts() if (found := ink(item, typesetter))]
        outside += [name for rect in [*inks, *(one.rect for one in shown.targets)] if rect.clipped(whole) != rect]
        larger += max(one.size_px for one in shown.texts()) > max(one.size_px for one in without.texts())
        missing = {one.name for one in without.targets} - {one.name for one in shown.targets}
        lost += [name] if missing and "page" not in {one.name for one in shown.targets} else []

    assert not outside + lost
    assert larger >= 10
