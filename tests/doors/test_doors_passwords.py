"""Which passwords nobody may choose, and what the hub draws and keeps of those that it draws itself."""

from __future__ import annotations

import re

import pytest
from argon2 import PasswordHasher
from doors_house import PASSWORD, opened
from sqlalchemy import text

from kiosk.server.errors import BadRequest
from kiosk.server.staff.passwords import CROCKFORD, _common, check_password, new_password


def refused(password: str, *words: str) -> str:
    """The code with which it is refused; empty: it is taken."""
    try:
        check_password(password, not_in_it=words)
    except BadRequest as told:
        return told.code
    return ""


def test_ten_characters_are_the_least():
    """One fewer is refused, whatever they are."""
    assert (refused("kq8 zw4vt"), refused("kq8 zw4vtx")) == ("too_short", "")


@pytest.mark.parametrize(
    "password",
    [
        "qwertyuiop",
        "1q2w3e4r5t",
        "basketball",
        "Manchester",
        "q1w2e3r4t5",
        "translator",
        "microphone",
        "absolutely",
        "experience",
        "unbelievable",
        "calculator",
        "butterfly1",
        "password2000",
        "pianoforte",
        "porsche944",
        "moneypenny",
        "newfoundland",
        "mustang123",
        "nokia12345",
        "Morgenstern",
    ],
)
def test_what_is_long_enough_and_common_is_refused(password):
    """Those of ten characters and more are common in their own way; capitals make none of them rarer."""
    assert refused(password) == "too_common"


def test_the_list_of_common_passwords_is_whole():
    """14,081 of them, in order, each as 32 bits: 6,667 were counted among those that are long enough at all."""
    assert len(_common()) == 14_081
    assert all(re.fullmatch("[0-9a-f]{8}", one) for one in _common())


@pytest.mark.parametrize(
    "password", ["Valley-2026", "Motores-1234", "administrator1", "kiosk kiosk", "cashier-2026", "محركات12345"]
)
def test_what_this_house_is_called_makes_no_password(house, password):
    """The store's name in each of its languages, what people are here, and the product."""
    found = house.person("rosa", "quality")

    with pytest.raises(BadRequest) as told:
        house.people.choose_password(found, password)

    assert told.value.code in {"too_like_a_name", "too_common"}


def test_a_drawn_password_is_random_and_would_be_taken():
    """Eighty bits: sixteen of thirty-two signs, another each time, and by the rules that hold for everybody's."""
    drawn = [new_password() for _ in range(200)]

    assert len(set(drawn)) == 200
    assert all(re.fullmatch(f"[{CROCKFORD}]{{4}}(-[{CROCKFORD}]{{4}}){{3}}", one) for one in drawn)
    assert {refused(one) for one in drawn} == {""}
    assert set("".join(drawn)) - {"-"} == set(CROCKFORD)


def test_a_drawn_password_does_not_stay(house):
    """Whoever is asked for one's own cannot keep the drawn one."""
    drawn = house.people.add("console", "omar", "Omar", ["advisor"], None)
    browser = house.browser()
    browser.signs_in("omar", drawn.password)
    browser.opens("/me")

    answer = browser.posts("/me/password", old=drawn.password, new=drawn.password, repeated=drawn.password)

    assert answer.status_code == 400
    assert house.people.account(drawn.account.account_id).must_change


def test_the_consoles_code_is_kept_as_a_password_is(migrated, tmp_path):
    """Forty bits would be found in an hour under a quick hash; the same code twice makes two hashes."""
    house = opened(migrated, tmp_path)
    code = house.people.new_first_code()
    with house.app.hub.database.read() as connection:
        kept = connection.execute(text("SELECT * FROM first_code")).all()

    made = house.people.use_first_code(code.lower(), "ada", "Ada", PASSWORD)
    house.app.hub.database.close()

    assert len(kept) == 1
    assert "$argon2id$" in str(kept)
    assert code.replace("-", "").lower() not in str(kept).lower()
    assert made.user_name == "ada"


def test_a_hash_of_other_parameters_is_made_anew_at_the_next_sign_in(house):
    """The password stays, sessions stay, and the hash costs what today's settings ask; a second time nothing is written."""
    ada = house.people.named("ada")
    here = house.signed_in("ada")
    house.people.passwords._hasher = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)

    house.signed_in("ada")
    after = house.people.named("ada").password_hash
    house.signed_in("ada")

    assert "t=2" not in ada.password_hash
    assert "t=2" in after
    assert house.people.named("ada").password_hash == after
    assert here.is_in()


def test_a_password_that_was_changed_meanwhile_is_not_brought_back(house):
    """Whoever signs in with the old one at the very moment does not undo the change."""
    before = house.people.named("ada")
    house.people.choose_password(before, "ten green bottles")
    changed = house.people.named("ada").password_hash

    house.people.hash_anew(before, PASSWORD)

    assert house.people.named("ada").password_hash == changed
