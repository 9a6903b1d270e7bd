"""Language: values in isolates, plurals, times, dates, money."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.language import CODES, Ltr, MessageMissing, UnknownLanguage, harmless, language, plain

SHOP = ZoneInfo("America/New_York")
HALF_PAST_THREE = datetime(2026, 11, 24, 15, 30, tzinfo=SHOP)
TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize("code", CODES)
def test_a_typed_value_stands_in_an_isolate_of_its_own(code):
    """A name is isolated by its own first letter, in every language."""
    said = language(code).text("ticket.hero", advisor="Marta")

    assert "\u2068Marta\u2069" in said


def test_a_left_to_right_value_stands_in_a_left_to_right_isolate():
    """A ticket number in Arabic is isolated left to right."""
    said = language("ar").text("no_paper.headline", ticket=Ltr("A-017"))

    assert said == "الورق غير متوفر الآن. رقم\u00a0التذكرة \u2066A-017\u2069."


def test_a_number_is_isolated_left_to_right():
    """A number needs no wrapping by its caller."""
    assert language("ar").text("board.cashier", n=3) == "صندوق الدفع \u20663\u2069"


def test_a_text_may_stand_in_another_text():
    """Isolates inside a value stay whole, and in Arabic the value runs from right to left with the sentence."""
    arabic = language("ar")
    hours = arabic.text("day.from_to", opens=Ltr("08:00"), closes=Ltr("18:00"))

    said = arabic.text("day.and_time", day=hours, time=Ltr("10:00"))

    assert said.startswith(f"\u2067{hours}\u2069، ")


def test_a_typed_value_cannot_leave_its_isolate():
    """Overrides, line ends and closing marks in a name do nothing to the sentence around it."""
    said = language("en").text("hello.headline", name="Sami\u202e\u2069\u2069\n\x1b@")

    assert said == "Hello, \u2068Sami  @\u2069"


@given(st.text())
def test_whatever_is_typed_comes_out_balanced_and_without_control_characters(typed):
    """No typed value holds a control character, an override or an isolate that is open at its end."""
    value = harmless(typed)

    assert not [c for c in value if c < " " or c in "\u202a\u202b\u202c\u202d\u202e\u2028\u2029\x7f"]
    assert sum(c in "\u2066\u2067\u2068" for c in value) == value.count("\u2069")


def test_a_value_that_is_needed_and_not_given_is_an_error():
    """A message without its value is never shown with a hole in it."""
    with pytest.raises(MessageMissing, match=r"hello\.headline: needs a value for \{name\}"):
        language("es").text("hello.headline")


def test_values_that_are_not_needed_are_ignored():
    """A view may offer more values than this language's sentence uses."""
    assert language("en").text("dock.help", name="Marta") == "Help"


@pytest.mark.parametrize("ask", ["text", "plural"])
def test_an_unknown_message_is_an_error_that_names_it(ask):
    """A wrong message id says itself and where it was looked for."""
    wanted = getattr(language("ar"), ask)

    with pytest.raises(MessageMissing, match=r"no\.such: no such message in locale/ar/"):
        wanted(*(["no.such"] if ask == "text" else ["no.such", 3]))


def test_text_and_plural_are_not_taken_for_each_other():
    """A message with plural forms is asked for with its number, one without is not."""
    with pytest.raises(MessageMissing, match="ask with plural"):
        language("en").text("count.minutes")
    with pytest.raises(MessageMissing, match="ask with text"):
        language("en").plural("dock.help", 2)


def test_an_unknown_language_names_those_that_are_spoken():
    """The error for another language tells the choice."""
    with pytest.raises(UnknownLanguage, match="'fr': not spoken here; choose one of en, es, ar"):
        language("fr")


def test_an_unknown_clock_is_refused():
    """Only the two clocks that people read are known."""
    with pytest.raises(ValueError, match="choose 24h or 12h"):
        language("en", clock="decimal")


def test_a_language_knows_its_own_name_and_direction():
    """Keys for languages show each in its own words and script."""
    known = [(one.own_name, one.direction, one.is_rtl) for one in map(language, CODES)]

    assert known == [("English", "ltr", False), ("Español", "ltr", False), ("العربية", "rtl", True)]


def test_a_language_tells_whether_it_has_a_message():
    """An unknown stage can be found out before it is drawn."""
    assert "stage.ready" in language("es")
    assert "stage.sent_to_the_moon" not in language("es")


@pytest.mark.parametrize(
    ("code", "n", "expected"),
    [
        ("en", 0, "in less than a minute"),
        ("en", 1, "in 1 minute"),
        ("en", 12, "in 12 minutes"),
        ("es", 0, "en menos de un minuto"),
        ("es", 1, "en 1 minuto"),
        ("es", 5, "en 5 minutos"),
        ("ar", 0, "بعد أقل من دقيقة"),
        ("ar", 1, "بعد دقيقة واحدة"),
        ("ar", 2, "بعد دقيقتين"),
        ("ar", 3, "بعد 3 دقائق"),
        ("ar", 10, "بعد 10 دقائق"),
        ("ar", 11, "بعد 11 دقيقة"),
        ("ar", 99, "بعد 99 دقيقة"),
        ("ar", 100, "بعد 100 دقيقة"),
        ("ar", 101, "بعد 101 دقيقة"),
        ("ar", 102, "بعد 102 دقيقة"),
        ("ar", 103, "بعد 103 دقائق"),
        ("ar", 111, "بعد 111 دقيقة"),
    ],
)
def test_a_number_takes_its_plural_form(code, n, expected):
    """Each number has the noun that its language counts it with; zero has a sentence of its own."""
    assert plain(language(code).plural("count.in_minutes", n)) == expected


@pytest.mark.parametrize(
    ("code", "clock", "expected"),
    [
        ("en", "24h", "15:30"),
        ("es", "24h", "15:30"),
        ("ar", "24h", "15:30"),
        ("en", "12h", "3:30\u00a0PM"),
        ("es", "12h", "3:30\u00a0p.\u00a0m."),
        ("ar", "12h", "\u20663:30\u2069\u00a0م"),
    ],
)
def test_the_time_follows_the_shops_clock(code, clock, expected):
    """Twelve hours carry the mark of the language; in Arabic it stands outside the isolate of the digits."""
    assert language(code, clock=clock).time(HALF_PAST_THREE, SHOP) == expected


@pytest.mark.parametrize(
    ("hour", "expected"), [(0, "12:05\u00a0AM"), (1, "1:05\u00a0AM"), (12, "12:05\u00a0PM"), (13, "1:05\u00a0PM")]
)
def test_midnight_and_noon_are_twelve(hour, expected):
    """The 12-hour clock has no hour 0."""
    at = datetime(2026, 11, 24, hour, 5, tzinfo=SHOP)

    assert language("en", clock="12h").time(at, SHOP) == expected


def test_a_time_is_told_on_the_shops_wall():
    """A moment in UTC is told in the shop's zone, whatever the machine's zone is."""
    at = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)

    assert language("en").time(at, SHOP) == "15:30"


@pytest.mark.parametrize(
    ("code", "near", "far", "other_year"),
    [
        ("en", ["Yesterday", "Today", "Tomorrow"], "Tue Nov 24", "Tue Nov 24, 2026"),
        ("es", ["Ayer", "Hoy", "Mañana"], "martes 24 nov", "martes 24 nov 2026"),
        ("ar", ["أمس", "اليوم", "غدًا"], "الثلاثاء 24 نوفمبر", "الثلاثاء 2026-11-24"),
    ],
)
def test_near_days_have_names(code, near, far, other_year):
    """Days around today are named, others have weekday and date, those of another year the year too."""
    spoken = language(code)

    told = [spoken.day(HALF_PAST_THREE, SHOP, date(2026, 11, day)) for day in (25, 24, 23)]

    assert told == near
    assert plain(spoken.day(HALF_PAST_THREE, SHOP, date(2026, 11, 20))) == far
    assert plain(spoken.day(HALF_PAST_THREE, SHOP, date(2027, 1, 2))) == other_year


def test_the_day_is_the_shops_day():
    """An hour after midnight in UTC is still the evening before in New York."""
    at = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)

    assert language("en").day(at, SHOP, TUESDAY) == "Today"


@pytest.mark.parametrize(("code", "expected"), [("en", "Today, 15:30"), ("es", "Hoy, 15:30"), ("ar", "اليوم، 15:30")])
def test_day_and_time_stand_together(code, expected):
    """The day stands before the time, with the comma of the script."""
    assert plain(language(code).day_and_time(HALF_PAST_THREE, SHOP, TUESDAY)) == expected


@pytest.mark.parametrize(
    ("code", "expected", "with_weekday"),
    [
        ("en", "Nov 24, 2026", "Tue Nov 24, 2026"),
        ("es", "24 nov 2026", "martes 24 nov 2026"),
        ("ar", "24 نوفمبر 2026", "الثلاثاء 2026-11-24"),
    ],
)
def test_a_date_has_its_year(code, expected, with_weekday):
    """A date on paper is still right in a drawer; *mar* alone would be March in Spanish."""
    assert plain(language(code).date(TUESDAY)) == expected
    assert plain(language(code).day_and_date(TUESDAY)) == with_weekday


def test_the_digits_of_a_date_are_isolated_in_arabic():
    """2026-11-24 would come out as 24-11-2026 without its isolate."""
    assert "\u20662026-11-24\u2069" in language("ar").day_and_date(TUESDAY)


@pytest.mark.parametrize(
    ("cents", "currency", "expected"),
    [
        (348000, "USD", "$3,480.00"),
        (348000, "MXN", "$3,480.00"),
        (69000, "SAR", "SAR\u00a0690.00"),
        (5, "USD", "$0.05"),
        (-1050, "USD", "-$10.50"),
        (1250, "KWD", "KWD\u00a01.250"),
        (350, "JPY", "JPY\u00a0350"),
        (123456789012, "USD", "$1,234,567,890.12"),
    ],
)
def test_money_is_written_with_its_currency(cents, currency, expected):
    """Minor units are as many as the currency has; a sign that could be another money's is not used."""
    told = language("ar").money(cents, currency)

    assert told == expected
    assert isinstance(told, Ltr)


@pytest.mark.parametrize(
    ("n", "expected"),
    [(30000, "30,000"), (999, "999"), (-1200, "-1,200"), (1.5, "1.5"), (Decimal("2.50"), "2.5"), (Decimal(3), "3")],
)
def test_a_number_has_commas_for_thousands_and_no_idle_zeros(n, expected):
    """30,000 km is written so in all three languages."""
    assert language("es").number(n) == expected


def test_nothing_but_digits_0_to_9_comes_out():
    """Arabic texts have the digits that stand on plates, phones and tickets."""
    arabic = language("ar")
    told = [arabic.date(date(2026, month, 24)) for month in range(1, 13)]
    told += [arabic.number(1234567890), arabic.time(HALF_PAST_THREE, SHOP), arabic.plural("idle.text", 47)]

    assert not [text for text in told if any(c.isdigit() and c not in "0123456789" for c in text)]
