"""The board as it is drawn: sizes, order, what gives way, right to left, quiet when nothing changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from panels import UPRIGHT, WALL

from kiosk.display.board import BoardState, scene
from kiosk.display.board_look import Measures, theme_of
from kiosk.display.board_samples import MORNING, SAMPLES, STORE
from kiosk.display.layout import Screen
from kiosk.display.paint import Canvas
from kiosk.display.scene import Disc, Fill, Icon, Rect, TextLine
from kiosk.display.theme import CONTRAST, DARK, LIGHT, STALE, Panel, board_type_px
from kiosk.domain.board import Freshness, board_from
from kiosk.domain.board_calls import Calls
from kiosk.language import language, plain

LANGUAGES = ("en", "es", "ar")
PANELS = {
    "75 inches": (WALL, 5.0),
    "upright": (UPRIGHT, 4.0),
    "4K": (Panel(3840, 2160, 1660), 5.0),
    "720p": (Panel(1280, 720, 1660), 5.0),
    "43 inches, far": (Panel(1920, 1080, 952), 5.0),
    "43 inches, near": (Panel(1920, 1080, 952), 3.0),
}


def drawn(wall, state, code="en", **changes):
    """A sample state, or any state, as a scene."""
    shown = SAMPLES[state](code) if isinstance(state, str) else state
    return scene(shown, replace(wall, **changes), code)


def words(shown):
    """All texts of a scene without the marks of direction."""
    return [plain(line.text) for line in shown.texts()]


def every_sample(wall):
    """Every state on every panel in every language: (name, panel, language, scene)."""
    for panel_name, (panel, distance_m) in PANELS.items():
        for code in LANGUAGES:
            for name in SAMPLES:
                shown = drawn(wall, name, code, panel=panel, viewing_distance_m=distance_m)
                yield f"{name}, {panel_name}, {code}", panel, distance_m, code, shown


def test_no_letter_is_too_small(wall):
    """On every panel and at every distance each letter has its size; Arabic words have theirs, 1.15 times as large."""
    small = [
        (what, plain(line.text))
        for what, panel, distance_m, _, shown in every_sample(wall)
        for line in shown.texts()
        if line.size_px < board_type_px(panel, distance_m, arabic=is_arabic(line.text)) and not is_a_face(line, shown)
    ]

    assert small == []


def test_nothing_leaves_the_panel(wall):
    """No item begins or ends beyond the panel, and every letter's ink lies on it."""
    outside = []
    for what, panel, _, _, shown in every_sample(wall):
        whole = Rect(0, 0, panel.width_px, panel.height_px)
        for item in shown.items:
            body = ink_of(item, wall.typesetter) if isinstance(item, TextLine) else item.rect
            if body.clipped(whole) != body:
                outside.append((what, item))

    assert outside == []


def test_no_word_covers_another(wall):
    """The ink of two lines never meets, on no panel and in no language."""
    covered = []
    for what, _, _, _, shown in every_sample(wall):
        inks = [(line.text, ink_of(line, wall.typesetter).inset(0, line.size_px // 12)) for line in shown.texts()]
        covered += [
            (what, one[0], other[0])
            for index, one in enumerate(inks)
            for other in inks[index + 1 :]
            if one[1].meets(other[1])
        ]

    assert covered == []


def is_a_face(line, shown):
    """A single letter on a disc is the picture of the name beside it."""
    return len(line.text) == 1 and any(isinstance(one, Disc) and one.rect.meets(line.rect) for one in shown.items)


def is_arabic(text):
    """Does the text have an Arabic letter?"""
    return any("\u0600" <= letter <= "\u06ff" for letter in text)


def ink_of(line, typesetter):
    """Where a line's ink is."""
    set_line = typesetter.line(line.text, size_px=line.size_px, weight=line.weight, rtl=line.rtl)
    box = set_line.image.getbbox() or (0, 0, 1, 1)
    left = line.rect.x - set_line.left_px
    return Rect(left + box[0], line.rect.y + box[1], box[2] - box[0], box[3] - box[1])


def test_rows_never_shrink(wall):
    """Thirty visits have the row height and the letters of eight; what does not fit is on another page."""
    eight, thirty = drawn(wall, "day"), drawn(wall, "full")

    def figures(shown):
        return {line.size_px for line in shown.texts() if line.text.startswith(("A-", "B-"))}

    assert figures(eight) == figures(thirty)
    assert "1/6" in words(thirty)
    assert sum(text.startswith(("A-", "B-")) for text in words(thirty)) <= 8


def test_all_thirty_come_up(wall):
    """Turning its pages the board shows every ticket, and says on which page of how many it is."""
    state = SAMPLES["full"]("en")

    seen = {
        text
        for page in range(6)
        for text in words(drawn(wall, replace(state, seconds=page * 10.0)))
        if text.startswith(("A-", "B-"))
    }

    assert seen == {row.ticket for row in state.board.rows}


def test_ready_stands_in_its_band_with_the_desk(wall):
    """Ready visits stand above the others on the ready colour, with the cashier's desk."""
    shown = drawn(wall, "day")
    bands = [item.rect for item in shown.items if isinstance(item, Fill) and item.colour == LIGHT.ready_band]
    ready = [line for line in shown.texts() if line.text == "Ready for pickup"]

    assert len(ready) == len(bands) == 2
    assert words(shown).count("Cashier 1") == 2
    assert all(line.weight == 700 and line.colour == LIGHT.on_ready for line in ready)
    assert max(band.bottom for band in bands) < min(
        line.rect.y for line in shown.texts() if plain(line.text) == "In service"
    )


def test_a_called_ticket_is_doubled(wall):
    """The ticket being called is at least twice as large as in a row, with bell, words and desk, in every language."""
    for code in LANGUAGES:
        for panel, distance_m in (PANELS["75 inches"], PANELS["4K"]):
            shown = drawn(wall, "call", code, panel=panel, viewing_distance_m=distance_m)
            sizes = {line.text: line.size_px for line in shown.texts() if line.text.startswith(("A-", "B-"))}

            assert sizes["A-012"] >= 2 * sizes["B-006"]
            assert [line.text for line in shown.texts()].count("A-012") == 1
            assert any(isinstance(item, Icon) and item.name == "bell" for item in shown.items)


def test_the_board_is_mirrored_as_a_whole(wall):
    """In Arabic everything stands where a mirror shows it: ticket at the right, time at the left, stops from the right."""
    left, right = drawn(wall, "day", "en"), drawn(wall, "day", "ar")

    def place(shown, text):
        return next(line.rect for line in shown.texts() if plain(line.text) == text)

    for text in ("A-011", "13:45"):
        assert place(right, text).flipped(1920).x == pytest.approx(place(left, text).x, abs=2)
    assert place(right, "15:00").x > place(right, "15:30").x
    assert place(left, "15:00").x < place(left, "15:30").x


def test_the_visit_line_runs_from_the_start(wall):
    """In Arabic the stops of a visit run from right to left: each stands where the mirror shows it."""

    def stops(code):
        shown = drawn(wall, "few", code)
        return sorted((item.rect.centre, item.rect.w) for item in shown.items if isinstance(item, Disc))

    flipped = sorted((1920 - centre, width) for centre, width in stops("ar"))

    assert len(flipped) == 11
    assert all(
        abs(one[0] - other[0]) <= 4 and one[1] == other[1] for one, other in zip(stops("en"), flipped, strict=True)
    )


def test_the_old_time_is_struck(wall):
    """A changed estimate shows the old time with a line through it beside the new one."""
    struck = [line for line in drawn(wall, "day").texts() if line.struck_px]

    assert [line.text for line in struck] == ["15:00"]


@pytest.mark.parametrize(
    ("width_mm", "old_time", "stops", "two_lines"),
    [(1900, True, 5, False), (1660, False, 5, False), (1420, False, 1, False), (1060, True, 1, True)],
)
def test_what_gives_way_when_width_is_short(wall, width_mm, old_time, stops, two_lines):
    """First the old time, then the visit line but for its disc, then a row takes two lines; the stage word never goes."""
    state = SAMPLES["overnight"]("en")
    rows = tuple(replace(row, completion_at=MORNING.replace(hour=22)) for row in state.board.rows if row.was_at)
    state = replace(state, board=replace(state.board, rows=rows))
    shown = drawn(wall, state, panel=Panel(1920, 1080, width_mm))
    ticket = next(line.rect for line in shown.texts() if line.text == "B-011")
    word = next(line.rect for line in shown.texts() if line.text == "Waiting for your answer")

    in_row = [item for item in shown.items if isinstance(item, Disc) and abs(item.rect.middle - word.middle) < 12]

    assert any(line.struck_px for line in shown.texts() if abs(line.rect.middle - ticket.middle) < 12) is old_time
    assert len(in_row) == stops
    assert (word.middle - ticket.middle > ticket.h // 2) is two_lines


def test_a_car_that_stays_says_the_day(wall):
    """Tomorrow, or the day of the week, stands before the time of a car that stays; today has no word."""
    texts = words(drawn(wall, "overnight"))

    assert texts.count("Tomorrow") == 2
    assert "Fri" in texts
    assert "Today" not in texts
    assert "Not known yet" in texts


def test_nothing_private_is_drawn(wall):
    """Whatever a view carries beside the public fields never reaches a scene."""
    canary = {"customer": "Haddad", "plate": "KLM 4172", "amount": "348000", "note": "brake pads", "vin": "1FTFW1E50"}
    now = MORNING
    at = round(now.timestamp() * 1e6)
    rows = [{"ticket": "A-017", "stage": "ready", "changed_at": at, **canary}]
    board = board_from({"id": "a.1", "hub_now": at, "store": {**STORE, **canary}, "rows": rows, **canary})

    for code in LANGUAGES:
        texts = " ".join(words(drawn(wall, BoardState(board, now), code)))
        assert "A-017" in texts
        assert not [value for value in canary.values() if value in texts]


def test_an_idle_board_draws_nothing(wall):
    """Within one minute, asked five times a second, the board draws once and never again."""
    canvas, state = Canvas(wall.typesetter), SAMPLES["day"]("en")
    state = replace(state, now=state.now.replace(second=0))

    for tick in range(5 * 19):
        canvas.show(scene(replace(state, now=state.now + timedelta(seconds=tick / 5), seconds=tick / 5), wall))

    assert canvas.drawn == 1


def test_an_equal_view_draws_nothing(wall):
    """A new view in which nothing public has changed is no reason to draw."""
    canvas, state = Canvas(wall.typesetter), SAMPLES["day"]("en")
    canvas.show(scene(state, wall))

    newer = replace(state.board, view_id="5f3a.42", hub_now=state.board.hub_now + timedelta(seconds=3))
    canvas.show(scene(replace(state, board=newer, now=state.now + timedelta(seconds=3)), wall))

    assert canvas.drawn == 1


def test_the_footer_turns_its_facts(wall):
    """Another fact every 20 s, and the first again after the last."""
    state = SAMPLES["day"]("en")

    def fact(seconds):
        texts = words(drawn(wall, replace(state, seconds=seconds)))
        return next(
            text for text in texts if text.split(":")[0] in ("Shuttle to downtown", "Wi-Fi", "Coffee and water")
        )

    assert [fact(seconds).split(":")[0] for seconds in (0, 19, 20, 40)] == [
        "Shuttle to downtown",
        "Shuttle to downtown",
        "Wi-Fi",
        "Coffee and water",
    ]


def test_languages_take_turns(wall):
    """A board with three languages shows each for a turn."""
    state = replace(SAMPLES["few"]("en"))
    screen = replace(wall, languages=LANGUAGES)

    seen = [words(scene(replace(state, seconds=float(at)), screen)) for at in (0, 10, 20, 30)]

    assert "As of " in seen[0]
    assert "Actualizado " in seen[1]
    assert any(text.startswith("آخر تحديث") for text in seen[2])
    assert seen[3] == seen[0]


def test_a_lost_link_shows(wall):
    """After 10 s a sign beside *as of*, after 60 s the sentence and no colour; the letters keep their contrast."""
    fresh, sign, stale = (drawn(wall, name) for name in ("day", "sign", "stale"))

    def offline(shown):
        return [item for item in shown.items if isinstance(item, Icon) and item.name == "offline"]

    assert (len(offline(fresh)), len(offline(sign)), len(offline(stale))) == (0, 1, 1)
    assert sign.ground == LIGHT.ground
    assert stale.ground == STALE.ground
    assert "Reception has your time." in words(stale)
    assert "10:46" in words(stale)
    assert "10:47" in words(stale)


def test_stale_keeps_to_its_theme():
    """A dark board goes stale in the dark; high contrast stays as it is."""
    assert theme_of(LIGHT, Freshness.STALE) is STALE
    assert theme_of(DARK, Freshness.STALE).ground != STALE.ground
    assert theme_of(CONTRAST, Freshness.STALE) is CONTRAST
    assert theme_of(LIGHT, Freshness.SIGN) is LIGHT


def test_the_empty_board_welcomes(wall):
    """Without visits: a welcome, today's hours and the store's facts; no zero, no empty table."""
    texts = words(drawn(wall, "empty"))

    assert "Welcome to Valley Motors" in texts
    assert "08:00–18:00" in texts
    assert "Valley-Guest" in texts
    assert not any(text.strip() == "0" for text in texts)
    assert "In progress" not in texts


@pytest.mark.parametrize(
    ("days", "expected"), [(0, "Open from 08:00"), (1, "We open tomorrow at 08:00"), (2, "We open Thu Nov 26 at 08:00")]
)
def test_the_closed_board_says_when_it_opens(wall, days, expected):
    """After hours the board names the hour, tomorrow, or the day."""
    state = SAMPLES["closed"]("en")
    opens_at = MORNING.replace(hour=8, minute=0, second=0) + timedelta(days=days)
    now = state.now if days else MORNING.replace(hour=5)
    shown = drawn(wall, replace(state, board=replace(state.board, opens_at=opens_at), now=now))

    assert " ".join(words(shown)).find(expected) >= 0
    assert shown.ground == DARK.ground


def test_a_board_without_a_view_says_so(wall):
    """Switched on while the hub is away: nothing for two seconds, then that there is no connection."""
    assert words(drawn(wall, BoardState(None, MORNING, silent_s=1.0))) == []
    assert "No connection." in words(drawn(wall, BoardState(None, MORNING, silent_s=5.0)))


def test_the_pixels_shift(wall):
    """From minute to minute everything but the bands wanders by a few pixels and comes back."""
    state = SAMPLES["day"]("en")

    def place(minutes):
        shown = drawn(wall, replace(state, now=state.now + timedelta(minutes=minutes)))
        return next(line.rect[:2] for line in shown.texts() if line.text == "A-017")

    places = [place(minutes) for minutes in range(9)]

    assert len(set(places)) == 8
    assert places[8] == places[0]
    assert max(x for x, _ in places) - min(x for x, _ in places) <= 8


def test_a_long_name_gives_way(wall):
    """A dealership's long name takes two lines upright, is cut on a wide board, and never meets the clock."""
    state = SAMPLES["day"]("en")
    name = replace(
        state.board.name, en="The Great Northern and Southern Valley Motors Company of the Upper Lake District"
    )
    state = replace(state, board=replace(state.board, name=name))

    wide, tall = drawn(wall, state), drawn(wall, state, panel=UPRIGHT, viewing_distance_m=4.0)

    assert any(text.endswith("…") for text in words(wide))
    for shown in (wide, tall):
        clock = max((line for line in shown.texts() if line.text == "10:42"), key=lambda line: line.size_px)
        assert not any(
            line.rect.meets(clock.rect) for line in shown.texts() if line is not clock and line.weight == 600
        )


@pytest.mark.parametrize("code", LANGUAGES)
def test_seven_or_eight_rows_on_a_large_wall(typesetter, code):
    """At 75 inches and 5 metres eight rows fit, seven in Arabic."""
    look = Screen(WALL, LIGHT, typesetter).look(code)
    m = Measures(look, 5.0)

    rows = m.rows_in(1080 - m.header - m.footer - m.caption, two_lines=False)

    assert rows == (7 if code == "ar" else 8)


def test_calls_choose_the_row(wall):
    """While a ticket is called its row is not shown a second time below; afterwards it is back in the band."""
    state = SAMPLES["call"]("en")

    during = words(drawn(wall, state))
    after = words(drawn(wall, replace(state, calls=Calls(begun=True))))

    assert during.count("A-012") == after.count("A-012") == 1
    assert language("en").text("stage.ready") in after


def test_a_looked_after_room_is_told(wall):
    """When somebody looked after the waiting room stands right below the opening hours, in every language."""
    for code in LANGUAGES:
        texts = words(drawn(wall, "checked", code))

        assert texts.index(plain(language(code).text("board.room_checked"))) > texts.index("08:00–18:00") - 2
        assert "10:00" in texts


def test_header_and_footer_change_sides(wall):
    """An hour later the clock stands where the mark stood, and the rows are where they were."""
    state = SAMPLES["day"]("en")
    now, later = (drawn(wall, replace(state, now=state.now + timedelta(hours=hours))) for hours in (0, 1))

    def side(shown, text):
        return next(line.rect.centre for line in shown.texts() if plain(line.text) == text) > 960

    assert (side(now, "Valley Motors"), side(later, "Valley Motors")) == (False, True)
    assert (side(now, "A-017"), side(later, "A-017")) == (False, False)


def test_the_night_is_black(wall):
    """Long after closing nothing at all is drawn, and an hour of it is one picture."""
    state = replace(SAMPLES["closed"]("en"), now=MORNING.replace(hour=23))
    screen = replace(wall, dark_after=timedelta(minutes=60))

    shown = [scene(replace(state, now=state.now + timedelta(minutes=one)), screen) for one in (0, 59)]

    assert shown[0] == shown[1]
    assert (shown[0].ground, shown[0].items) == ("#000000", ())


@pytest.mark.parametrize(
    ("hour", "minute", "dark"), [(18, 20, False), (18, 59, False), (19, 0, True), (23, 0, True), (7, 30, False)]
)
def test_the_board_sleeps_by_the_stores_hours(wall, hour, minute, dark):
    """Black from an hour after closing until half an hour before opening, also by the hours that were told last."""
    state = SAMPLES["closed"]("en")
    on = MORNING if hour > 12 else MORNING + timedelta(days=1)
    screen = replace(wall, dark_after=timedelta(minutes=60))

    shown = scene(replace(state, now=on.replace(hour=hour, minute=minute)), screen)

    assert (not shown.items) is dark
