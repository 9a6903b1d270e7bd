"""`kiosk appointments`: what a person types and what comes back, with a hub, with its database alone, and with neither."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from samples_of_appointments import EXAMPLES

from kiosk.__main__ import main

NOBODY = "http://127.0.0.1:1"
CLARIVOY = str(EXAMPLES / "clarivoy-style-us.csv")
FORTELLIS = str(EXAMPLES / "fortellis.json")
MESSY = str(EXAMPLES / "messy.csv")


class FakeHub:
    """Answers like a hub and keeps what it was asked."""

    def __init__(self):
        self.asked = []
        self.answers = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                hub.asked.append((self.command, self.path, self.headers["Kiosk-Principal"], None))
                self.reply()

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                hub.asked.append((self.command, self.path, self.headers["Kiosk-Principal"], body))
                self.reply()

            def reply(self):
                status, body = hub.answers.pop(0)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

            def log_message(self, *_):
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def hub():
    """A hub that answers what the test lays ready."""
    fake = FakeHub()
    thread = threading.Thread(target=fake.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield fake
    fake.server.shutdown()
    thread.join()
    fake.server.server_close()


@pytest.fixture
def settings(tmp_path):
    """Settings of a hub that does not run, with a database of its own."""
    file = tmp_path / "hub.toml"
    store = EXAMPLES.parent / "store.toml"
    file.write_text(f'[hub]\ndatabase = "sqlite:///{tmp_path}/hub.db"\nstore_file = "{store}"\nfolder = "{tmp_path}"\n')
    return str(file)


def result(**counts):
    """A hub's answer to an import."""
    return 200, {"seq": 1, "replayed": False, "result": counts}


def run(capsys, *words):
    """Exit status, what was printed, and the error line."""
    status = main(["appointments", *words])
    out, err = capsys.readouterr()
    return status, out, err


@pytest.mark.parametrize(
    ("file", "status"), [(FORTELLIS, 0), (CLARIVOY, 1), (MESSY, 1), (str(EXAMPLES / "README.md"), 2), ("absent.csv", 2)]
)
def test_the_exit_status_tells_how_it_went(capsys, file, status):
    """0: nothing refused (a cancelled row is no fault); 1: rows refused; 2: nothing could be read, told in one line."""
    found, out, err = run(capsys, "import", file, "--dry-run")

    assert found == status
    assert (err.count("\n") == 1) == (status == 2)
    assert (out == "") == (status == 2)


def test_a_dry_run_asks_nobody(capsys):
    """Neither hub nor database is touched."""
    status, out, err = run(capsys, "import", FORTELLIS, "--dry-run", "--json", "--hub", NOBODY)

    assert (status, err) == (0, "")
    assert json.loads(out)["accepted"] == 11


def test_one_unreadable_file_stops_them_all(capsys, hub):
    """Nothing is stored of the files before it either."""
    status, _, err = run(capsys, "import", FORTELLIS, "absent.csv", "--hub", hub.address)

    assert (status, hub.asked) == (2, [])
    assert err == "kiosk: absent.csv: no such file or directory\n"


def test_an_import_is_one_command_a_file(capsys, hub):
    """The hub gets the source and every booking and cancellation, under a principal and with an id of its own."""
    hub.answers = [result(accepted=11), result(accepted=56, unchanged=50)]

    status, out, _ = run(capsys, "import", FORTELLIS, CLARIVOY, "--hub", hub.address)

    (method, path, principal, first), (_, _, _, second) = hub.asked
    assert (method, path, principal) == ("POST", "/api/1/commands/import_appointments", "administrator/command-line")
    assert [each["body"]["source"] for each in (first, second)] == ["fortellis", "clarivoy-style-us"]
    assert [len(each["body"]["bookings"]) for each in (first, second)] == [12, 58]
    assert len({first["id"], second["id"]}) == 2
    assert (status, out.splitlines()[-1]) == (1, "Stored: 17 new, 0 changed, 50 unchanged, 0 cancelled.")


def test_what_the_hub_did_is_in_the_json(capsys, hub):
    """Unchanged and changed are the hub's counts."""
    hub.answers = [result(accepted=11, unchanged=9, changed=2, cancelled=1)]

    _, out, _ = run(capsys, "import", FORTELLIS, "--hub", hub.address, "--json")

    report = json.loads(out)
    assert (report["accepted"], report["unchanged"], report["changed"]) == (11, 9, 2)


def test_a_very_large_file_goes_in_pieces(capsys, hub, tmp_path):
    """A thousand bookings at a time, so that no lane waits for a whole year's export."""
    head, row, *_ = (EXAMPLES / "clarivoy-style-us.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    large = tmp_path / "large.csv"
    large.write_text(head + "".join(row.replace("0048103", str(number)) for number in range(2001)), encoding="utf-8")
    hub.answers = [result(accepted=1000), result(accepted=1000), result(accepted=1)]

    _, out, _ = run(capsys, "import", str(large), "--hub", hub.address)

    assert [len(body["body"]["bookings"]) for *_, body in hub.asked] == [1000, 1000, 1]
    assert out.splitlines()[-1] == "Stored: 2001 new, 0 changed, 0 unchanged, 0 cancelled."


def test_a_refusal_names_the_file_and_what_is_stored_already(capsys, hub):
    """The hub's own sentence is told, in one line."""
    hub.answers = [
        result(accepted=11),
        (503, {"error": {"code": "busy", "message": "the hub is busy; send it again in a moment"}}),
    ]

    status, _, err = run(capsys, "import", FORTELLIS, CLARIVOY, "--hub", hub.address)

    assert status == 2
    assert (
        err
        == f"kiosk: {CLARIVOY}: not stored ({FORTELLIS}: stored): the hub refuses: the hub is busy; send it again in a moment\n"
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((200, b"<html>"), "is no hub of this version"),
        ((200, {"seq": 1}), "is no hub of this version"),
        ((500, {}), "the hub refuses: status 500"),
    ],
)
def test_what_is_no_hub_is_told(capsys, hub, answer, said):
    """Another program on the port is not taken for a hub."""
    hub.answers = [answer]

    status, _, err = run(capsys, "import", FORTELLIS, "--hub", hub.address)

    assert status == 2
    assert said in err


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (
            NOBODY,
            "kiosk: no hub answers at http://127.0.0.1:1; start it with kiosk hub, or name its address with --hub\n",
        ),
        ("127.0.0.1", "kiosk: 127.0.0.1: is no address; the hub's begins with http://\n"),
    ],
)
def test_without_a_hub_nothing_is_stored(capsys, address, said):
    """One line says how to start it."""
    status, _, err = run(capsys, "list", "--hub", address)

    assert (status, err) == (2, said)


def test_without_a_hub_the_database_is_opened_by_its_settings(capsys, settings):
    """The same import twice changes nothing, and every example keeps its counts."""
    words = ("import", CLARIVOY, FORTELLIS, "--settings", settings, "--hub", NOBODY)

    first, again = (run(capsys, *words)[1].splitlines()[-1] for _ in range(2))

    assert first == "Stored: 67 new, 0 changed, 0 unchanged, 0 cancelled."
    assert again == "Stored: 0 new, 0 changed, 67 unchanged, 0 cancelled."


@pytest.mark.parametrize(
    "name", sorted(each.name for each in EXAMPLES.iterdir() if each.suffix in {".csv", ".json", ".ics", ".xml"})
)
def test_every_example_imported_twice_changes_nothing(capsys, settings, name):
    """Whatever the format: the second time every good row is unchanged."""
    words = ("import", str(EXAMPLES / name), "--settings", settings, "--hub", NOBODY, "--json")

    first, again = (json.loads(run(capsys, *words)[1]) for _ in range(2))

    assert (first["unchanged"], first["changed"]) == (0, 0)
    assert (again["unchanged"], again["changed"]) == (again["accepted"], 0)
    assert again["appointments"] == first["appointments"]


def test_a_changed_row_changes_one_appointment(capsys, settings, tmp_path):
    """Another time for one of them: one changed, the rest unchanged; a row that is gone stays booked."""
    text = (EXAMPLES / "clarivoy-style-us.csv").read_text(encoding="utf-8")
    later = tmp_path / "later.csv"
    lines = text.replace("0048103,11/23/2026,07:00 AM", "0048103,11/23/2026,11:00 AM").splitlines(keepends=True)
    later.write_text("".join([*lines[:2], *lines[3:]]), encoding="utf-8")
    run(capsys, "import", CLARIVOY, "--settings", settings, "--hub", NOBODY)

    _, out, _ = run(capsys, "import", str(later), "--settings", settings, "--hub", NOBODY)

    assert out.splitlines()[-1] == "Stored: 0 new, 1 changed, 54 unchanged, 0 cancelled."


def test_a_cancelled_row_cancels_what_was_booked(capsys, settings, tmp_path):
    """It is told once; importing it again cancels nothing more."""
    text = (EXAMPLES / "fortellis.json").read_text(encoding="utf-8")
    off = tmp_path / "off.json"
    off.write_text(text.replace('"status": "scheduled"', '"status": "cancelled"', 1), encoding="utf-8")
    run(capsys, "import", FORTELLIS, "--settings", settings, "--hub", NOBODY)

    endings = [
        run(capsys, "import", str(off), "--settings", settings, "--hub", NOBODY)[1].splitlines()[-1] for _ in range(2)
    ]

    assert endings == [
        "Stored: 0 new, 0 changed, 10 unchanged, 1 cancelled.",
        "Stored: 0 new, 0 changed, 10 unchanged, 0 cancelled.",
    ]


def test_the_list_shows_the_stores_own_clock(capsys, hub):
    """By time, one line each; what a hostile name carries is made visible."""
    booked = {
        "number": "7",
        "starts_at": 1_795_521_900_000_000,
        "name": "Dawn\x1b[2J",
        "car": "Kia Sorento, 2021",
        "state": "booked",
    }
    earlier = {"number": "8", "starts_at": 1_795_521_000_000_000, "name": "علي", "car": "", "state": "cancelled"}
    hub.answers = [(200, {"on": "2026-11-24", "zone": "America/New_York", "appointments": [booked, earlier]})]

    status, out, _ = run(capsys, "list", "--on", "2026-11-24", "--hub", hub.address)

    assert status == 0
    assert hub.asked[0][1] == "/api/1/appointments?on=2026-11-24"
    assert out.splitlines() == [
        "2026-11-24 06:50  8  علي  cancelled",
        "2026-11-24 07:05  7  Dawn\\x1b[2J  Kia Sorento, 2021  booked",
    ]


def test_an_empty_day_says_so(capsys, hub):
    """As JSON it is the hub's own answer."""
    empty = {"on": "2026-11-24", "zone": "America/New_York", "appointments": []}
    hub.answers = [(200, empty), (200, empty)]

    assert run(capsys, "list", "--hub", hub.address)[1] == "No appointments on this day.\n"
    assert json.loads(run(capsys, "list", "--json", "--hub", hub.address)[1]) == empty


@pytest.mark.parametrize(
    ("url", "held"),
    [
        (
            "https://lane.valley.example/c/7kq2m9x47kq2m9x47kq2m9x4zz",
            "HTTPS://LANE.VALLEY.EXAMPLE/C/7KQ2M9X47KQ2M9X47KQ2M9X4ZZ",
        ),
        ("/c/7KQ2M9X47KQ2M9X47KQ2M9X4ZZ", "7KQ2M9X47KQ2M9X47KQ2M9X4ZZ"),
    ],
)
def test_a_code_is_a_picture_that_a_lane_can_read(capsys, hub, tmp_path, url, held):
    """The code with the digits below; without a public address it is the bare token. The token is never printed."""
    import zxingcpp
    from PIL import Image

    out_file = tmp_path / "code.png"
    hub.answers = [
        (
            200,
            {
                "seq": 1,
                "replayed": False,
                "result": {"token": "7KQ2M9X47KQ2M9X47KQ2M9X4ZZ", "digits": "12345678", "url": url},
            },
        )
    ]

    status, out, _ = run(capsys, "code", "0048103", "--out", str(out_file), "--hub", hub.address)

    assert hub.asked[0][3]["body"] == {"number": "0048103"}
    assert (status, out) == (0, f"{out_file}: code of appointment 0048103, or type 1234 5678\n")
    with Image.open(out_file) as picture:
        assert [each.text for each in zxingcpp.read_barcodes(picture)] == [held]


def test_the_code_as_json(capsys, hub, tmp_path):
    """The digits are told, the token is not."""
    out_file = tmp_path / "code.png"
    hub.answers = [
        (
            200,
            {
                "seq": 1,
                "replayed": False,
                "result": {"token": "7KQ2M9X47KQ2M9X47KQ2M9X4ZZ", "digits": "12345678", "url": ""},
            },
        )
    ]

    _, out, _ = run(capsys, "code", "7", "--out", str(out_file), "--hub", hub.address, "--json")

    assert json.loads(out) == {"file": str(out_file), "number": "7", "digits": "12345678"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "the following arguments are required: ACTION"),
        (("import",), "the following arguments are required: FILE"),
        (("import", "x.csv", "--profil", "y"), "--profil: unknown argument"),
        (("list", "--on", "tomorrow"), "argument --on: must be a day such as 2026-11-24, not tomorrow"),
        (("code", "7"), "the following arguments are required: --out"),
        (("code", "--out", "x.png"), "the following arguments are required: NUMBER"),
    ],
)
def test_a_mistake_is_one_line(capsys, words, said):
    """It says what is missing or wrong, and where the help is."""
    with pytest.raises(SystemExit) as left:
        main(["appointments", *words])

    err = capsys.readouterr().err
    assert left.value.code == 2
    assert (said in err, err.count("\n")) == (True, 1)
