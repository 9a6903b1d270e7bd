"""The screen of backups, and of what a restore may have lost."""

from __future__ import annotations

from html import unescape

import pytest

from kiosk.server.app import create_app

MANAGER = {"Cookie": "kiosk_principal=manager/manager"}


@pytest.fixture
def pages(machine):
    """The hub's pages, as a manager's browser asks for them."""

    def client(of):
        app = create_app(of.hub.database, of.hub.store, of.settings, of.clock)
        of.hub = app.hub
        return app.flask.test_client(use_cookies=False)

    return client


def get(client, path, language="en"):
    return unescape(client.get(path, headers={"Cookie": f"kiosk_principal=manager/manager; kiosk_language={language}"}).text)


@pytest.mark.parametrize(("makes", "later_h", "words"), [(0, 0, "There is no backup yet"), (1, 1, "Backups are made every hour"), (1, 4, "The newest backup is too old"), (1, 4, '<bdi dir="ltr">sudo kiosk backup now</bdi> shows')])
def test_the_screen_says_how_it_stands_with_backups(machine, pages, makes, later_h, words):
    """None, a new one, or one that is older than three hours."""
    for _ in range(makes):
        machine.backups.make(machine.clock.now())
    machine.clock.later(hours=later_h)

    assert words in get(pages(machine), "/manager/restored")


def test_a_hub_without_a_recovery_key_says_so(machine, pages):
    """Without the key there are no backups, and the screen names the reason."""
    (machine.places.folder / "keys" / "recovery.pub").unlink()

    told = get(pages(machine), "/manager/restored")

    assert "recovery key has not been made" in told
    assert '<bdi dir="ltr">sudo kiosk check</bdi> says how' in told


@pytest.mark.parametrize(
    ("language", "words", "remedy"),
    [
        ("en", "stick or the folder for backups is not there", "Put it back; until then"),
        ("es", "No se encuentra la memoria", "Vuelva a conectarla"),
        ("ar", "لا يمكن الوصول إلى وحدة تخزين", "أعد توصيلها"),
    ],
)
def test_a_stick_that_was_pulled_out_is_named(machine, pages, language, words, remedy):
    """It is not said that there never was a backup: they lie on the stick."""
    machine.backups.make(machine.clock.now())
    machine.stick.rename(machine.stick.with_name("pulled-out"))

    told = get(pages(machine), "/manager/restored", language)

    assert words in told
    assert remedy in told


@pytest.fixture
def restored(machine, new_machine):
    """A machine that was restored from a backup with one open visit; one number was given out after it."""
    machine.checks_in(1)
    backup = machine.backups.make(machine.clock.now())
    machine.dies()
    machine.clock.later(minutes=30)
    new_machine.restores(backup.path, key=machine.key)
    new_machine.opens()
    new_machine.checks_in(3)
    return new_machine


@pytest.mark.parametrize(
    ("language", "standing", "unknown"),
    [("en", "Open in the backup", "Numbers that nobody knows"), ("es", "Abiertas en la copia", "Números que nadie conoce"), ("ar", "مفتوحة في النسخة الاحتياطية", "أرقام غير معروفة")],
)
def test_the_list_is_shown_in_each_language(restored, pages, language, standing, unknown):
    """Visits that stood open and numbers without a visit, in the reader's language."""
    page = get(pages(restored), "/manager/restored", language)

    assert standing in page
    assert unknown in page
    assert "A-001" in page
    assert "A-002" in page


def test_the_overview_leads_there_until_the_list_was_gone_through(restored, pages):
    """A notice stands on the manager's overview; the key on the list takes it away."""
    client = pages(restored)
    assert "see what may be missing" in get(client, "/manager")
    page = get(client, "/manager/restored")
    form = {name: page.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("command", "restored_at")}

    answer = client.post("/manager/restored/seen", data=form, headers=MANAGER | {"Origin": "http://localhost"})

    assert answer.status_code == 303
    assert "Nothing waits to be looked at" in get(client, "/manager/restored")
    assert "see what may be missing" not in get(client, "/manager")


def test_others_do_not_see_it(machine, pages):
    """An advisor has no business there."""
    answer = pages(machine).get("/manager/restored", headers={"Cookie": "kiosk_principal=advisor/marta"})

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("language", "notice", "told"),
    [
        ("en", "The database was damaged", "found its database damaged"),
        ("es", "La base de datos estaba dañada", "encontró dañada su base de datos"),
        ("ar", "كانت قاعدة البيانات تالفة", "وجد النظام عند تشغيله أن قاعدة بياناته تالفة"),
    ],
)
def test_a_database_that_was_damaged_is_told_on_the_overview_and_in_the_list(machine, pages, language, notice, told):
    """The managers and the administrators read it where they begin, and where the damaged file lies."""
    machine.backups.make(machine.clock.now())
    machine.dies()
    machine.damages(0)
    machine.starts()
    client = pages(machine)

    overview, listed = get(client, "/manager", language), get(client, "/manager/restored", language)

    assert notice in overview
    assert told in listed
    assert "aside-20261124T170000Z" in listed


def test_the_list_leads_to_who_may_come_in(restored, pages):
    """Accounts and devices that were taken off since the backup are to be looked at."""
    page = get(pages(restored), "/manager/restored")

    assert "taken off after the backup" in page
    assert 'href="/fleet"' in page.partition("Who may come in")[2]
