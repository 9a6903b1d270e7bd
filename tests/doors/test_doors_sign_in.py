"""Signing in: by password, by PIN, with the hub's first code; what a browser keeps, and when it is out again."""

from __future__ import annotations

import logging
import re

import pytest
from doors_house import PASSWORD, PIN, opened
from sqlalchemy import text

from kiosk.server.errors import BadRequest, RulesRefuse
from kiosk.server.staff.passwords import Passwords


def test_whoever_is_not_in_is_asked_to_sign_in_and_goes_on_there(house):
    """A page of the staff leads to the sign-in, and the sign-in back to that page."""
    browser = house.browser()

    asked = browser.opens("/manager?on=2026-11-24")
    browser.opens(asked.location)
    answer = browser.posts("/sign-in", user_name=" Ada ", password=PASSWORD, wanted="/manager?on=2026-11-24")

    assert asked.location == "/?wanted=%2Fmanager%3Fon%3D2026-11-24"
    assert (answer.status_code, answer.location) == (303, "/manager?on=2026-11-24")
    assert browser.opens("/manager").status_code == 200


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"])
def test_a_sign_in_leads_nowhere_else(house, wanted):
    """An address of another site in the form is left out."""
    browser = house.browser()
    browser.opens("/")

    answer = browser.posts("/sign-in", user_name="ada", password=PASSWORD, wanted=wanted)

    assert answer.location == "/"


def test_over_tls_the_session_is_bound_to_this_host(house):
    """`__Host-`, Secure, HttpOnly and SameSite=Lax over TLS; another name on the hub's own machine."""
    network, machine = house.signed_in("ada"), house.browser("loopback")
    machine.signs_in("ada")

    fresh = house.browser()
    cookies = fresh.signs_in("ada").headers.getlist("Set-Cookie")
    session = next(one for one in cookies if one.startswith("__Host-kiosk_session="))

    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in session.split(";")}
    assert network.is_in()
    assert machine.is_in()
    assert machine.cookie("kiosk_session")


def test_a_session_of_256_bits_is_kept_as_a_hash(house):
    """Nothing that is in the database signs anybody in."""
    token = house.signed_in("ada").cookie("__Host-kiosk_session")

    with house.app.hub.database.read() as connection:
        kept = connection.execute(text("SELECT * FROM staff_session")).all()

    assert len(token) == 43
    assert token not in str(kept)
    assert PASSWORD not in str(kept)


def test_signing_in_again_draws_a_new_session(house):
    """The token of before opens nothing: nobody can have laid one ready."""
    browser = house.signed_in("ada")
    before = browser.cookie("__Host-kiosk_session")

    browser.opens("/me")
    browser.posts("/sign-in", user_name="ada", password=PASSWORD)
    after = browser.cookie("__Host-kiosk_session")
    browser.client.set_cookie("__Host-kiosk_session", before, domain="lane.valley.example", secure=True)

    assert after != before
    assert not browser.is_in()


def test_a_hash_costs_what_is_advised():
    """argon2id with 19 MiB, two passes, a salt of its own: the same password twice makes two hashes."""
    passwords = Passwords()

    one, other = passwords.hashed(PASSWORD), passwords.hashed(PASSWORD)
    passwords.close()

    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert one != other


def test_unknown_and_known_are_refused_in_the_same_words(house):
    """No account, a disabled one, a wrong password: one answer, and one hash is computed for each."""
    disabled = house.person("rosa", "quality")
    house.people.disable("console", disabled.account_id)
    before = house.people.passwords._hasher
    computed = []
    real = house.people.passwords._verified
    house.people.passwords._verified = lambda secret, hashed: computed.append(hashed[:12]) or real(secret, hashed)

    answers = [house.browser(address=f"10.0.0.{n}").signs_in(name, PASSWORD if name == "rosa" else "wrong password") for n, name in enumerate(("ada", "nobody", "rosa"))]

    said = {re.sub(r'(name="user_name"[^>]*value=")[^"]*|form_token" value="\w+|data-now="\d+', "", one.text) for one in answers}
    assert [one.status_code for one in answers] == [401, 401, 401]
    assert len(said) == 1
    assert len(computed) == 3
    assert before is house.people.passwords._hasher


def test_an_idle_session_ends_and_a_used_one_goes_on(house):
    """Four hours without a touch; a page that keeps itself fresh is no touch."""
    used, idle = house.signed_in("ada"), house.signed_in("ada")

    for _ in range(5):
        house.clock.later(hours=1)
        used.opens("/manager", **{"Sec-Fetch-Dest": "document"})
        idle.opens("/manager", **{"Sec-Fetch-Dest": "empty"})

    assert used.is_in()
    assert not idle.is_in()


def test_no_session_lives_longer_than_a_day_of_work(house):
    """Fourteen hours after the sign-in everybody signs in anew, used or not."""
    browser = house.signed_in("ada")

    for _ in range(14):
        house.clock.later(hours=1)
        browser.opens("/manager")

    assert not browser.is_in()


def test_signing_out_ends_the_session_itself(house):
    """The cookie that a browser may have kept opens nothing."""
    browser = house.signed_in("ada")
    token = browser.cookie("__Host-kiosk_session")
    browser.opens("/me")

    browser.posts("/sign-out")
    browser.client.set_cookie("__Host-kiosk_session", token, domain="lane.valley.example", secure=True)

    assert not browser.is_in()


def test_somebody_signs_out_everywhere_else(house):
    """The other browsers are out at once; this one stays."""
    here, there = house.signed_in("ada"), house.signed_in("ada")
    here.opens("/me")

    here.posts("/me/sessions")

    assert here.is_in()
    assert not there.is_in()


def test_a_disabled_account_is_out_at_once_with_commands_and_streams(house):
    """Pages, commands and new streams are refused from that moment."""
    house.person("marta", "advisor", advisor="marta")
    browser = house.signed_in("marta")
    before = (browser.is_in(), browser.commands("set_presence", advisor_id="marta", presence="in"), browser.streams("staff"))

    house.people.disable("administrator/x", house.people.named("marta").account_id)

    assert before == (True, 200, 200)
    assert (browser.is_in(), browser.commands("set_presence", advisor_id="marta", presence="away"), browser.streams("staff")) == (False, 403, 403)


# --- passwords of one's own


def test_a_drawn_password_opens_nothing_but_the_choice_of_ones_own(house):
    """Until then every page leads there, and commands are refused."""
    drawn = house.people.add("console", "omar", "Omar", ["advisor"], "omar")
    browser = house.browser()

    first = browser.signs_in("omar", drawn.password)
    elsewhere = browser.opens("/advisor")
    refused = browser.commands("set_presence", advisor_id="omar", presence="in")
    browser.opens("/me")
    chosen = browser.posts("/me/password", old=drawn.password, new=PASSWORD, repeated=PASSWORD)

    assert (first.location, elsewhere.location, refused) == ("/me", "/me", 403)
    assert chosen.location == "/"
    assert browser.opens("/advisor").status_code == 200


def test_a_drawn_password_is_good_for_one_day(house):
    """After that it has to be drawn again."""
    drawn = house.people.add("console", "omar", "Omar", ["advisor"], None)
    house.clock.later(hours=25)

    answer = house.browser().signs_in("omar", drawn.password)

    assert answer.status_code == 401
    assert "good for one day" in answer.text


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "too_short"),
        ("x" * 129, "too_long"),
        ("password123", "too_common"),
        ("1234567890", "too_common"),
        ("Football99!", "too_common"),
        ("aaaaaaaaaaaa", "too_common"),
        ("valley-1234", "too_like_a_name"),
        ("zebulonia1", "too_like_a_name"),
    ],
)
def test_a_password_that_others_would_guess_is_refused(house, password, code):
    """Too short, too common, or little more than a name."""
    found = house.person("zebulonia", "quality")

    with pytest.raises(BadRequest) as told:
        house.people.choose_password(found, password)

    assert told.value.code == code


@pytest.mark.parametrize("password", ["two grey cats", "päßwörter sind lang", "كلمة مرور طويلة", "aB3$xyzKq9", "          spaces   "])
def test_any_characters_make_a_password(house, password):
    """Words, spaces, any alphabet; no kind of character is asked for, and none is cut off."""
    found = house.person("rosa", "quality")

    house.people.choose_password(found, password)

    assert house.browser().signs_in("rosa", password).status_code == 303


def test_changing_the_password_wants_the_old_one_and_ends_the_other_sessions(house):
    """A browser that was left open cannot take the account; the others are signed out."""
    here, there = house.signed_in("ada"), house.signed_in("ada")
    here.opens("/me")

    wrong = here.posts("/me/password", old="not this one", new="ten green bottles", repeated="ten green bottles")
    right = here.posts("/me/password", old=PASSWORD, new="ten green bottles", repeated="ten green bottles")

    assert (wrong.status_code, right.status_code) == (401, 303)
    assert 'id="old-wrong"' in wrong.text
    assert (here.is_in(), there.is_in()) == (True, False)
    assert house.browser().signs_in("ada").status_code == 401


def test_a_forgotten_password_ends_everything_of_before(house):
    """A drawn password ends sessions, the PIN, and the browsers that were known."""
    rosa = house.person("rosa", "quality", pin=PIN)
    browser = house.signed_in("rosa")

    drawn = house.people.draw_password("administrator/x", rosa.account_id)

    assert not browser.is_in()
    assert drawn.account.pin_hash is None
    assert house.browser().signs_in("rosa").status_code == 401
    assert house.browser().signs_in("rosa", drawn.password).status_code == 303


# --- shared screens


def test_a_pin_opens_a_shared_screen_and_nothing_else(house):
    """On the screen that was enrolled six digits are enough; elsewhere they are not even looked at."""
    rosa = house.person("rosa", "quality", pin=PIN)
    screen, elsewhere = house.shared_screen(), house.browser()

    inside, outside = screen.types_pin(rosa, PIN), elsewhere.types_pin(rosa, PIN)

    assert (inside.status_code, outside.status_code) == (303, 401)
    assert screen.is_in()


def test_enrolling_a_screen_signs_its_administrator_out(house):
    """Nobody who walks by finds a screen of an administrator."""
    screen = house.shared_screen()

    assert not screen.is_in()
    assert "Desk 2" in screen.opens("/").text


def test_five_wrong_pins_ask_one_person_for_the_password_on_one_screen(house):
    """The same person's PIN still works on another screen, others' PINs still work here, and the password mends it."""
    rosa, ken = house.person("rosa", "quality", pin=PIN), house.person("ken", "parts", pin="730518")
    screen, other = house.shared_screen(), house.shared_screen()
    for _ in range(5):
        answer = screen.types_pin(rosa, "000111")
        house.clock.later(minutes=1)

    right_too_late = screen.types_pin(rosa, PIN)
    elsewhere = other.types_pin(rosa, PIN)
    another = screen.types_pin(ken, "730518")
    screen.opens("/me")
    screen.posts("/sign-out")
    with_password = screen.signs_in("rosa")
    screen.opens("/me")
    screen.posts("/sign-out")

    assert "Five PINs were wrong" in answer.text
    assert right_too_late.status_code == 401
    assert (elsewhere.status_code, another.status_code, with_password.status_code) == (303, 303, 303)
    assert screen.types_pin(rosa, PIN).status_code == 303


def test_a_screen_that_was_taken_out_is_shared_no_more(house):
    """Whoever was signed in there is out, and PINs are refused."""
    rosa = house.person("rosa", "quality", pin=PIN)
    screen = house.shared_screen()
    screen.types_pin(rosa, PIN)

    house.people.revoke_screen("administrator/x", house.people.screens()[0].screen_id)

    assert not screen.is_in()
    assert screen.types_pin(rosa, PIN).status_code == 401


def test_a_shared_screen_forgets_its_person_after_ten_minutes(house):
    """Whoever walks away is out soon."""
    rosa = house.person("rosa", "quality", pin=PIN)
    screen = house.shared_screen()
    screen.types_pin(rosa, PIN)

    house.clock.later(minutes=11)

    assert not screen.is_in()


@pytest.mark.parametrize(("pin", "code"), [("12345", "bad_pin"), ("abcdef", "bad_pin"), ("111111", "easy_pin"), ("123456", "easy_pin"), ("987654", "easy_pin"), ("121212", "easy_pin"), ("123123", "easy_pin")])
def test_a_pin_that_is_tried_first_is_refused(house, pin, code):
    """Six digits, but not these."""
    with pytest.raises(BadRequest) as told:
        house.people.choose_pin(house.people.named("ada"), pin)

    assert told.value.code == code


# --- the first administrator


@pytest.fixture
def empty(migrated, tmp_path):
    """A hub with nobody."""
    house = opened(migrated, tmp_path)
    yield house
    house.app.hub.database.close()


def fill_in(house, code, **changes):
    browser = house.browser("loopback")
    browser.opens("/first")
    return browser.posts("/first", **{"code": code, "user_name": "ada", "display_name": "Ada", "password": PASSWORD, "repeated": PASSWORD} | changes)


def test_no_account_is_there_before_somebody_makes_it(empty):
    """No user name with any password opens a new hub."""
    assert empty.people.everybody() == []
    assert empty.browser().signs_in("admin", "admin").status_code == 401


def test_the_consoles_code_makes_the_first_administrator_once(empty):
    """Typed as people type it, in small letters without its dash; a second time it is worth nothing."""
    code = empty.people.new_first_code()

    first = fill_in(empty, code.lower().replace("-", " "))
    second = fill_in(empty, code, user_name="eve")

    assert (first.status_code, second.status_code) == (303, 400)
    assert [one.user_name for one in empty.people.everybody()] == ["ada"]
    with pytest.raises(RulesRefuse):
        empty.people.new_first_code()


def test_a_code_that_is_guessed_at_five_times_is_worth_nothing(empty):
    """Nor is one that is an hour old, or that another came after."""
    guessed = empty.people.new_first_code()
    for _ in range(5):
        fill_in(empty, "0000-0000")
    after_guessing = fill_in(empty, guessed)
    older, newer = empty.people.new_first_code(), empty.people.new_first_code()
    after_another = fill_in(empty, older)
    empty.clock.later(minutes=61)
    after_an_hour = fill_in(empty, newer)

    assert {one.status_code for one in (after_guessing, after_another, after_an_hour)} == {400}
    assert empty.people.everybody() == []


def test_what_is_wrong_is_told_beside_its_field(empty):
    """Names stay as they were typed; passwords do not come back."""
    answer = fill_in(empty, empty.people.new_first_code(), user_name="Ada!", repeated="another word here")

    assert answer.status_code == 400
    assert 'id="repeated-wrong"' in answer.text
    assert 'value="Ada!"' in answer.text
    assert PASSWORD not in answer.text


# --- administrators


def test_the_last_administrator_can_neither_go_nor_stop(house):
    """Somebody can always make accounts."""
    ada = house.people.named("ada")

    with pytest.raises(RulesRefuse) as shut_out:
        house.people.disable("x", ada.account_id)
    with pytest.raises(RulesRefuse) as changed:
        house.people.change("x", ada.account_id, roles=["manager"])

    assert {shut_out.value.code, changed.value.code} == {"last_administrator"}


def test_an_administrator_adds_a_person_who_signs_in(house):
    """The page shows the drawn password this once; the person chooses one and has the roles."""
    browser, theirs = house.signed_in("ada"), house.browser()
    browser.opens("/people")

    page = browser.posts("/people", user_name="marta", display_name="Marta R", roles=["advisor", "cashier"], advisor_id="marta")
    password = re.search(r"([0-9a-z]{4}(?:-[0-9a-z]{4}){3})", page.text)[1]
    theirs.signs_in("marta", password)
    theirs.opens("/me")
    theirs.posts("/me/password", old=password, new=PASSWORD, repeated=PASSWORD)

    assert theirs.opens("/").location == "/advisor"
    assert theirs.opens("/cashier").status_code == 200
    assert theirs.opens("/manager").status_code == 403
    assert str(house.people.named("marta").principal) == "advisor/marta"


def test_a_name_stands_in_no_fact_and_no_log(house, caplog):
    """What a person does is written under an id; the name is in the account's row alone."""
    caplog.set_level(logging.INFO)
    house.person("zebulon", "quality", "manager")
    browser = house.signed_in("zebulon")
    browser.commands("set_presence", advisor_id="marta", presence="in")
    browser.signs_in("zebulon", "something wrong")

    with house.app.hub.database.read() as connection:
        events = str(connection.execute(text("SELECT * FROM event")).all())

    assert "marta" in events
    assert "zebulon" not in (events + caplog.text).casefold()
    assert browser.cookie("__Host-kiosk_session") not in caplog.text
