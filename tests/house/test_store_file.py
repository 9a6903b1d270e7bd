"""store.toml: the dealership's own description, and how a fault in it is told."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from kiosk.display.icons import PATHS
from kiosk.domain.store import LANGUAGES, Span
from kiosk.settings import SettingsError, load_store
from kiosk.store_file import ICONS
from kiosk.values import contrast

EXAMPLE = Path(__file__).parents[2] / "examples" / "store.toml"
SMALL = """
[store]
id = "valley"
name = { en = "Valley", es = "Valle", ar = "الوادي" }
zone = "America/New_York"
country = "US"
currency = "USD"
bays = 2
[hours]
monday = ["08:00-12:00", "13:00-18:00"]
tuesday = ["08:00-12:00", "13:00-18:00"]
wednesday = ["08:00-12:00", "13:00-18:00"]
thursday = ["08:00-12:00", "13:00-18:00"]
friday = ["08:00-12:00", "13:00-18:00"]
saturday = []
sunday = []
[[advisor]]
id = "marta"
name = { en = "Marta", es = "Marta", ar = "مارتا" }
groups = ["brakes"]
known_as = ["Ruiz, Marta"]
[[operation]]
code = "LOF"
name = { en = "Oil", es = "Aceite", ar = "زيت" }
minutes = 45
price_cents = 5995
tax_percent = 6.625
known_as = ["Lube"]
"""


@pytest.fixture
def store_with(tmp_path):
    """Load the small store with one passage replaced, or with text added."""

    def store_with(old: str = "", new: str = ""):
        assert old in SMALL
        path = tmp_path / "store.toml"
        path.write_text(SMALL.replace(old, new, 1) if old else SMALL + new, encoding="utf-8")
        return load_store(path)

    return store_with


def test_the_example_is_a_whole_store():
    """The example has names in every language, four bays, three advisors with desks and a catalogue of work."""
    store = load_store(EXAMPLE)

    assert [store.name.in_(language) for language in LANGUAGES] == [
        "Valley Motors",
        "Motores del Valle",
        "محركات الوادي",
    ]
    assert (store.bays, [one.desk for one in store.advisors]) == (4, ["1", "2", "3"])
    assert len(store.operations) >= 20


@pytest.mark.parametrize(
    "code", ["LOF", "60K", "BRKPADF", "ACPERF", "CAMPAIGN", "OIL", "SRV60", "Afinación mayor", "فحص الفرامل"]
)
def test_the_example_knows_the_codes_of_the_trade(code):
    """Codes and descriptions of English, Spanish and Arabic exports lead to exactly one operation of the example."""
    store = load_store(EXAMPLE)

    assert len([one for one in store.operations if code == one.code or code in one.known_as]) == 1


def test_a_small_store_is_read_whole(store_with):
    """What stands in the file stands in the store, and the rest has its default."""
    store = store_with()

    assert (store.store_id, store.bays, store.lanes, store.clock) == ("valley", 2, ("A",), "24h")
    assert store.hours.week[0] == (Span(time(8), time(12)), Span(time(13), time(18)))
    assert store.hours.week[6] == ()
    assert store.operation("LOF").price_cents == 5995
    assert store.advisor("marta").known_as == ("Ruiz, Marta",)


@pytest.mark.parametrize("icon", ICONS)
def test_every_icon_of_a_fact_can_be_drawn(icon):
    """A store can only name icons that the board has."""
    assert icon in PATHS


def test_the_countrys_holidays_shut_the_store(store_with):
    """Public holidays are the country's own, decades ahead."""
    holidays = store_with().hours.holidays

    assert {date(2026, 12, 25), date(2026, 11, 26), date(2045, 7, 4)} <= holidays


def test_a_holiday_can_be_a_day_like_others(store_with):
    """A store names the public holidays on which it works; their observed days go with them."""
    holidays = store_with(new='[holidays]\nopen = ["Veterans Day", "Independence Day"]\n').hours.holidays

    assert not {date(2026, 11, 11), date(2026, 7, 4), date(2026, 7, 3)} & holidays
    assert date(2026, 12, 25) in holidays


def test_single_dates_win_over_the_holidays(store_with):
    """A store opens on one holiday and shuts on one more day by date."""
    holidays = store_with(new="[holidays]\nopen_on = [2026-11-11]\nshut_on = [2026-11-27]\n").hours.holidays

    assert date(2026, 11, 11) not in holidays
    assert {date(2027, 11, 11), date(2026, 11, 27)} <= holidays


def test_a_store_without_public_holidays(store_with):
    """`public = false` leaves only the dates that the store lists."""
    holidays = store_with(new="[holidays]\npublic = false\nshut_on = [2026-11-27]\n").hours.holidays

    assert holidays == {date(2026, 11, 27)}


def test_a_stretch_of_dates_has_hours_of_its_own(store_with):
    """One [[special]] covers every date from `on` to `until`."""
    text = '[[special]]\non = 2027-02-08\nuntil = 2027-02-10\nhours = ["10:00-15:00"]\n'

    special = dict(store_with(new=text).hours.special)

    assert special == {date(2027, 2, day): (Span(time(10), time(15)),) for day in (8, 9, 10)}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            '"America/New_York"',
            '"America/New_Yrok"',
            '[store] zone: must be a time zone such as America/New_York, not "America/New_Yrok"; did you mean America/New_York?',
        ),
        ('"America/New_York"', "5", "[store] zone: must be a time zone such as America/New_York, not 5"),
        ('"America/New_York"', '"../etc/passwd"', '[store] zone: must be a time zone such as America/New_York, not "../etc/passwd"'),
        ('"USD"', '"DOLLARS"', "[store] currency: must be a currency's code such as USD, MXN or SAR, not \"DOLLARS\""),
        ('"US"', '"usa"', "[store] country: must be a country's two capital letters such as US, MX or SA, not \"usa\""),
        ('"US"', '"ZZ"', "[holidays] public: the holidays of the country ZZ are not known; write public = false and list the dates in shut_on"),
        ("bays = 2", "bays = 0", "[store] bays: must be 1 to 200, not 0"),
        ("bays = 2", "bayes = 2\nbays = 2", "[store] bayes: unknown key; did you mean bays?"),
        ("bays = 2", 'bays = 2\nlanes = ["A", "A"]', "[store] lanes: must name at least one lane, and none twice"),
        ("bays = 2", "bays = 2\ninsist_s = 120", "[store] escalate_s: must be more than insist_s (120): a page insists first"),
        (
            "bays = 2",
            'bays = 2\nbrand_colour = "#E0B000"',
            "[store] brand_colour: #E0B000 is too pale: 1.8:1 against the page, and it takes 7:1; choose a darker one",
        ),
        ("bays = 2", 'bays = 2\nbrand_colour = "teal"', '[store] brand_colour: must be a colour such as #0E3A47, not "teal"'),
        (', ar = "الوادي"', "", "[store] name: has no text for ar; every language needs one"),
        ('es = "Valle", ar = "الوادي"', 'ar = " "', "[store] name: has no text for es and ar; every language needs one"),
        (', ar = "الوادي"', ', fr = "Vallée", ar = "و"', "[store] name: fr is no language of the product; there are en, es, ar"),
        (
            '{ en = "Valley", es = "Valle", ar = "الوادي" }',
            '"Valley"',
            '[store] name: must be in every language, { en = ..., es = ..., ar = ... }, not "Valley"',
        ),
        (
            '"08:00-12:00", "13:00-18:00"',
            '"08:00-12:00", "11:30-18:00"',
            "[hours] monday: 11:30-18:00 begins before 08:00-12:00 ends; put the hours in order, without overlaps",
        ),
        ('"08:00-12:00"', '"12:00-08:00"', '[hours] monday: "12:00-08:00" ends before it begins; hours across midnight are two days\' hours'),
        ('"08:00-12:00"', '"8-12"', '[hours] monday: hours are written 07:00-12:00, from 00:00 to 23:59, not "8-12"'),
        ('"08:00-12:00"', '"08:00-24:00"', '[hours] monday: hours are written 07:00-12:00, from 00:00 to 23:59, not "08:00-24:00"'),
        ("sunday = []", "", "[hours] sunday: missing; it is the hours of Sunday"),
        ('groups = ["brakes"]', 'groups = ["Brakes"]', '[[advisor]] 1 groups: must be 1 to 32 small letters, digits, - or _, not "Brakes"'),
        ("minutes = 45", "minutes = 0", "[[operation]] 1 minutes: must be 1 to 4800, not 0"),
        ("price_cents = 5995", "price_cents = 59.95", "[[operation]] 1 price_cents: must be a whole number, not 59.95"),
        ("minutes = 45", 'minutes = 45\ngroup = "brake"', "[[operation]] LOF group: no advisor takes brake; did you mean brakes?"),
        ("", '[[fact]]\nicon = "bus"\n', "[[fact]] 1 text: missing; it is the words, in every language; a colon parts what it is from the value"),
        ("", '[holidays]\nopen = ["Veteran Day"]\n', "[holidays] open: Veteran Day is no public holiday of US; did you mean Veterans Day?"),
        ("", "[holidays]\nopen_on = [2026-11-12]\n", "[holidays] open_on: 2026-11-12 is no public holiday of US"),
        ("", '[holidays]\nshut_on = ["2026-11-12"]\n', '[holidays] shut_on: must be a date such as 2026-12-25, not "2026-11-12"'),
        (
            "",
            "[[special]]\non = 2026-12-24\nhours = []\n[[special]]\non = 2026-12-24\nhours = []\n",
            "[[special]] on: 2026-12-24 has hours already; a date has one entry",
        ),
        (
            "",
            "[[special]]\non = 2026-12-24\nuntil = 2026-12-01\nhours = []\n",
            "[[special]] until: 2026-12-01 must be on or after 2026-12-24, within a year",
        ),
        (
            "",
            '[[advisor]]\nid = "marta"\nname = { en = "M", es = "M", ar = "م" }\n',
            "[[advisor]] id: marta stands 2 times; each advisor has its own",
        ),
        (
            "",
            ('[[operation]]\ncode = "OIL"\nname = { en = "O", es = "A", ar = "ز" }\nminutes = 5\nprice_cents = 0\ntax_percent = 0\n'
            'known_as = ["LUBE"]\n'),
            '[[operation]] known_as: "lube" belongs to 2 entries; an import could not tell which is meant',
        ),
    ],
)  # fmt: skip
def test_a_fault_of_the_store_names_place_and_remedy(store_with, old, new, sentence):
    """A wrong catalogue is one sentence that says where, what and how to mend it."""
    with pytest.raises(SettingsError) as told:
        store_with(old, new)

    assert told.value.problems == (f"store.toml, {sentence}",)


def test_an_empty_file_lists_what_a_store_needs(tmp_path):
    """A store needs itself, its hours, an advisor and an operation; all four are asked for at once."""
    path = tmp_path / "store.toml"
    path.write_text("")

    with pytest.raises(SettingsError) as told:
        load_store(path)

    places = [problem.split(": ")[0] for problem in told.value.problems]
    assert places == [f"store.toml, {name}" for name in ("[store]", "[hours]", "[[advisor]]", "[[operation]]")]


def test_a_code_may_repeat_what_it_is_known_as(store_with):
    """An operation that lists its own code among its names is not at odds with itself."""
    store = store_with('known_as = ["Lube"]', 'known_as = ["lof", "Lube"]')

    assert store.operation("LOF").known_as == ("lof", "Lube")


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#FFFFFF", 21.0), ("#777777", "#FFFFFF", 4.48), ("#0E3A47", "#0E3A47", 1.0)]
)
def test_contrast_is_that_of_the_guidelines(one, other, ratio):
    """The ratio is WCAG's, whichever colour comes first."""
    assert round(contrast(one, other), 2) == round(contrast(other, one), 2) == ratio


def test_a_logo_stands_beside_the_file(store_with, tmp_path):
    """Named by itself it is looked for there, and comes ready for the screens."""
    (tmp_path / "logo.png").write_bytes((EXAMPLE.parent / "valley-logo.png").read_bytes())

    store = store_with('zone = "America/New_York"', 'zone = "America/New_York"\nlogo = "logo.png"')

    assert store.logo.png.startswith(b"\x89PNG")


def test_a_logo_that_is_not_there_is_a_fault_of_the_file(store_with):
    """Told with section, key and the file's name."""
    with pytest.raises(SettingsError, match=r"store.toml, \[store\] logo: .*none.png: no such file"):
        store_with('zone = "America/New_York"', 'zone = "America/New_York"\nlogo = "none.png"')
