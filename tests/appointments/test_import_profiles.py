"""Profiles: the built-in ones, and those that a dealer writes."""

from __future__ import annotations

import pytest

from kiosk.server.appointments.profiles import FIELDS, UnknownProfile, built_in, built_in_names, profile_of
from kiosk.tables import SettingsError

OWN = """
[profile]
name = "our-dms"
format = "csv"
delimiter = "pipe"
zone = "Europe/Madrid"
country = "ES"
dates = ["DD-MM-YYYY"]
operation_separator = "+"

[columns]
number = ["Cita"]
starts = ["Cuando"]
name = ["Cliente"]
operation_code = ["Trabajos"]
status = ["Estado"]

[words]
cancelled = ["anulad*"]
"""


@pytest.fixture
def own(tmp_path):
    """Write a profile and load it."""

    def loading(text):
        file = tmp_path / "own.toml"
        file.write_text(text, encoding="utf-8")
        return profile_of(str(file))

    return loading


def problems(own, text):
    """Every fault of a profile, without the file's name."""
    with pytest.raises(SettingsError) as told:
        own(text)
    return [each.removeprefix("own.toml, ") for each in told.value.problems]


@pytest.mark.parametrize("profile", built_in(), ids=lambda each: each.name)
def test_a_built_in_profile_is_called_as_its_file(profile):
    """The name that the report tells is the one that --profile takes, and it says what it is for."""
    assert profile.name in built_in_names()
    assert profile_of(profile.name) == profile
    assert profile.file.about


def test_a_profile_of_ones_own(own, read):
    """Another delimiter, order of dates, zone, status word, and several operations in one cell."""
    from kiosk.server.appointments.reading import read_bytes

    text = "Cita|Cuando|Cliente|Trabajos|Estado\n7|24-11-2026 08:30|Ruiz, Ana|LOF + ROT4|ok\n8|24-11-2026 09:00|Luz Sanz||Anulada\n"

    reading = read_bytes("file.csv", text.encode(), own(OWN))

    (good,) = reading.accepted
    assert f"{good.booking.starts_at:%H:%M}" == "07:30"
    assert (good.booking.first_name, good.booking.last_name) == ("Ana", "Ruiz")
    assert [each.code for each in good.booking.operations] == ["LOF", "ROT4"]
    assert [each.number for each in reading.cancelled] == ["8"]


def test_a_profile_that_is_like_another(own):
    """It starts from a built-in one and replaces key by key; words and columns that it does not name stay."""
    found = own(
        '[profile]\nname = "ours"\nlike = "wakala-sa"\nzone = "Asia/Dubai"\ncountry = "AE"\n[columns]\nnumber = ["رقم"]\n'
    )

    assert (found.name, found.file.zone.key, found.file.encoding) == ("ours", "Asia/Dubai", "cp1256")
    assert found.columns.number == ("رقم",)
    assert found.columns.date == ("التاريخ",)
    assert "ملغي" in found.words.cancelled


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('delimiter = "pipe"', 'delimeter = "pipe"', "[profile] delimeter: unknown key; did you mean delimiter?"),
        ('status = ["Estado"]', 'satus = ["Estado"]', "[columns] satus: unknown key; did you mean status?"),
        ("[words]", "[word]", "[word]: unknown section; did you mean words?"),
        ('"pipe"', '"|"', '[profile] delimiter: must be comma, semicolon, tab or pipe, not "|"'),
        ('"csv"', '"xlsx"', '[profile] format: must be csv, json, ics or star, not "xlsx"'),
        (
            '"Europe/Madrid"',
            '"Europe/Madird"',
            '[profile] zone: must be a time zone such as America/New_York, not "Europe/Madird"; did you mean Europe/Madrid?',
        ),
        ('"ES"', '"es"', '[profile] country: must be a country such as US, MX or SA, not "es"'),
        (
            '["DD-MM-YYYY"]',
            '["DD-MMM-YYYY"]',
            '[profile] dates: must be a list of patterns such as ["MM/DD/YYYY"], not "DD-MMM-YYYY"',
        ),
        (
            '["DD-MM-YYYY"]',
            '"DD-MM-YYYY"',
            '[profile] dates: must be a list of patterns such as ["MM/DD/YYYY"], not "DD-MM-YYYY"',
        ),
        (
            'delimiter = "pipe"',
            'encoding = "utf-9"',
            '[profile] encoding: must be an encoding such as utf-8, cp1252 or cp1256, not "utf-9"',
        ),
        (
            'delimiter = "pipe"',
            'encoding = "rot13"',
            '[profile] encoding: must be an encoding such as utf-8, cp1252 or cp1256, not "rot13"',
        ),
        ('delimiter = "pipe"', 'clock = ["13h"]', '[profile] clock: must be 12h or 24h, not "13h"; did you mean 12h?'),
        (
            'delimiter = "pipe"',
            'like = "taler-mx"',
            '[profile] like: "taler-mx" is no built-in profile; did you mean taller-mx?',
        ),
        ('delimiter = "pipe"', 'links = ["advisr"]', '[profile] links: "advisr" is no field; did you mean advisor?'),
        ('number = ["Cita"]', "", "[columns] number: missing; without it no row can be good"),
        ('starts = ["Cuando"]', "", "[columns] date: missing; without it no row can be good"),
        ('dates = ["DD-MM-YYYY"]', "", "[profile] dates: missing"),
        (
            'name = "our-dms"',
            'name = "Our DMS"',
            '[profile] name: must be lower-case letters, digits and hyphens, not "Our DMS"',
        ),
        ('format = "csv"', 'format = "json"', "[profile] rows: missing; where the list of appointments is"),
        ('number = ["Cita"]', 'number = "Cita"', '[columns] number: must be a list such as [...], not "Cita"'),
    ],
)
def test_a_faulty_profile_names_its_key_and_the_remedy(own, before, after, said):
    """Nothing is passed over: an unknown key, a wrong value or a missing column stops the import."""
    changed = (
        OWN.replace('starts = ["Cuando"]', 'date = ["Dia"]\ntime = ["Hora"]')
        if said.endswith("dates: missing")
        else OWN
    )

    found = problems(own, changed.replace(before, after, 1))

    assert any(each.startswith(said) for each in found), found


def test_every_problem_is_in_the_one_line_of_the_error(own):
    """Whoever writes a profile mends it in one go."""
    with pytest.raises(SettingsError) as told:
        own(OWN.replace('"pipe"', '"|"').replace('"ES"', '"es"'))

    assert str(told.value) == (
        'own.toml, [profile] delimiter: must be comma, semicolon, tab or pipe, not "|"; '
        'own.toml, [profile] country: must be a country such as US, MX or SA, not "es"'
    )


def test_a_file_that_is_no_profile(own):
    """Both sections must be there."""
    assert "[profile] and [columns]: both must be there; see docs/appointments.md" in problems(own, "[words]\n")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("taller", "taller: unknown profile; did you mean taller-mx?"),
        ("nonsense", "nonsense: unknown profile; there are calendar, clarivoy-style-us,"),
        ("e\x1bvil", "e\\x1bvil: unknown profile"),
    ],
)
def test_an_unknown_name_offers_the_nearest(name, said):
    """Or all of them, when none is near."""
    with pytest.raises(UnknownProfile) as told:
        profile_of(name)

    assert str(told.value).startswith(said)


def test_every_field_of_a_profile_is_documented(examples):
    """docs/appointments.md explains each key that a dealer may write."""
    page = (examples.parents[1] / "docs" / "appointments.md").read_text(encoding="utf-8")
    from dataclasses import fields

    from kiosk.server.appointments.profiles import FileForm, Words

    keys = [*FIELDS, *(each.name for each in fields(FileForm)), *(each.name for each in fields(Words))]

    assert [key for key in keys if f"`{key}`" not in page] == []
