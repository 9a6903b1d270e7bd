"""The settings of a role: what a file may say, and how a fault in it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.settings import Hub, Lane, Printer, SettingsError, advice, load

EXAMPLES = Path(__file__).parents[2] / "examples"
DEVICE = '[device]\nname = "lane-a"\nfolder = "/tmp/lane"\n'
DESK = '[gpio]\n[[desk]]\nadvisor = "marta"\nlamp_kind = "led"\nlamp_pin = 17\n'


@pytest.fixture
def write(tmp_path):
    """Write a settings file and give its path."""

    def write(text: str, name: str = "lane.toml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("name", ["hub", "lane", "pager", "board"])
def test_an_example_loads_without_a_word(name):
    """Every example of a role's settings can be used as it stands."""
    settings = load(EXAMPLES / f"{name}.toml")

    assert settings.source == f"{name}.toml"


def test_an_absent_key_has_its_default(write):
    """What a file does not say is the documented default."""
    settings = load(write('[lane]\nletter = "A"\n'))

    assert settings.section(Lane) == Lane(letter="A", idle_s=60, countdown_s=30)


def test_a_whole_number_will_do_for_a_number(write):
    """`timeout_s = 4` is 4.0 seconds."""
    settings = load(write("[printer]\ntimeout_s = 4\n"))

    timeout_s = settings.section(Printer).timeout_s
    assert (timeout_s, type(timeout_s)) == (4.0, float)


def test_the_stores_file_is_found_beside_the_settings(write):
    """A relative store_file is beside the settings file, wherever the program was started."""
    path = write('[hub]\nstore_file = "shop/store.toml"\n')

    assert load(path).section(Hub).store_file == str(path.parent / "shop/store.toml")


def test_an_absolute_store_file_stays(write):
    """An absolute store_file is taken as it is."""
    settings = load(write('[hub]\nstore_file = "/etc/kiosk/store.toml"\n'))

    assert settings.section(Hub).store_file == "/etc/kiosk/store.toml"


def test_a_file_from_a_windows_editor_is_read(tmp_path):
    """A byte order mark and CRLF, as a Windows editor leaves them on a boot partition, do no harm."""
    path = tmp_path / "lane.toml"
    path.write_bytes(b'\xef\xbb\xbf[lane]\r\nletter = "B"\r\n')

    assert load(path).section(Lane).letter == "B"


def test_a_role_is_told_of_a_section_that_it_needs(write):
    """A role that needs an absent section names file and section."""
    settings = load(write(DEVICE))

    with pytest.raises(SettingsError) as told:
        settings.section(Lane)

    assert str(told.value) == "lane.toml: no [lane] section, and this role needs one; see docs/settings.md"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[printer]\ntimuot_s = 3\n", "lane.toml, [printer] timuot_s: unknown key; did you mean timeout_s?"),
        ("[printer]\nxyzzy = 3\n", "lane.toml, [printer] xyzzy: unknown key"),
        ("[priner]\nport = 3\n", "lane.toml, [priner]: unknown section; did you mean printer?"),
        ('letter = "A"\n', "lane.toml, letter: stands before any section; it belongs to [lane]"),
        ("magic = 1\n", "lane.toml, magic: unknown key"),
        ("printer = 9100\n", "lane.toml, [printer]: must be a section, not a single value"),
        ("desk = 1\n", "lane.toml, [desk]: there may be several; write [[desk]]"),
        ("[desk]\nadvisor = 'a'\n", "lane.toml, [desk]: there may be several; write [[desk]]"),
        ("[lane]\n", "lane.toml, [lane] letter: missing; it is the letter of this lane, the first part of its ticket numbers"),
        ('[lane]\nletter = "S"\n', 'lane.toml, [lane] letter: must be one capital letter except I, O and S, not "S"'),
        ('[printer]\nport = "9100"\n', 'lane.toml, [printer] port: must be a whole number, not "9100"'),
        ("[printer]\nport = 9100.5\n", "lane.toml, [printer] port: must be a whole number, not 9100.5"),
        ("[printer]\nport = true\n", "lane.toml, [printer] port: must be a whole number, not true"),
        ("[printer]\nport = 0\n", "lane.toml, [printer] port: must be 1 to 65535, not 0"),
        ("[printer]\ntimeout_s = nan\n", "lane.toml, [printer] timeout_s: must be 0.5 to 60, not nan"),
        ("[printer]\ntimeout_s = inf\n", "lane.toml, [printer] timeout_s: must be 0.5 to 60, not inf"),
        ("[printer]\nanswers_status = 1\n", "lane.toml, [printer] answers_status: must be true or false, not 1"),
        ("[printer]\npaper_mm = 76\n", "lane.toml, [printer] paper_mm: must be 58 or 80, not 76"),
        ("[printer]\nhost = []\n", "lane.toml, [printer] host: must be text in quotes, not a list"),
        ('[printer]\nkind = "netwrok"\nhost="p"\n', 'lane.toml, [printer] kind: must be usb, network or serial, not "netwrok"; did you mean network?'),
        ('[printer]\nkind = "network"\n', 'lane.toml, [printer] host: missing; a printer of kind = "network" needs its address'),
        ('[printer]\nhost = "a\\nb"\n', "lane.toml, [printer] host: must be one line without control characters"),
        ('[device]\nname = "lane a"\nfolder = "/f"\n', 'lane.toml, [device] name: must be 1 to 32 letters, digits, - or _, not "lane a"'),
        ('[device]\nname = "a"\nfolder = "here"\n', 'lane.toml, [device] folder: must be an absolute path, not "here"'),
        (
            '[device]\nname = "a"\nfolder = "/f"\nhub = "hub.local"\n',
            'lane.toml, [device] hub: must be an address such as http://127.0.0.1:8080, without a path, not "hub.local"',
        ),
        ('[scanner]\nkinds = "camera"\n', 'lane.toml, [scanner] kinds: must be a list such as ["camera"], not "camera"'),
        ("[scanner]\nkinds = []\n", "lane.toml, [scanner] kinds: must name at least one kind, and none twice"),
        ('[scanner]\nkinds = ["folder"]\n', "lane.toml, [scanner] folder: missing; kinds names folder"),
        ("[board]\nlanguages = []\n", "lane.toml, [board] languages: must name at least one of en, es and ar"),
        ('[gpio]\nquiet_hours = "19-7"\n', 'lane.toml, [gpio] quiet_hours: must be empty or two times such as 19:00-07:30, not "19-7"'),
        (
            '[gpio]\n[[desk]]\nadvisor = "a"\nlamp_kind = "led"\n',
            'lane.toml, [[desk]] 1 lamp_pin: missing; a lamp of lamp_kind = "led" needs it',
        ),
        (DESK + "button_pin = 17\n", "lane.toml, [[desk]] 1 button_pin: pin 17 is taken already by [[desk]] 1 lamp_pin"),
        (DESK + DESK.removeprefix("[gpio]\n").replace("17", "18"), "lane.toml, [[desk]] advisor: marta has 2 desks here; an advisor sits at one"),
        (DESK.removeprefix("[gpio]\n"), "lane.toml, [gpio]: missing; desks are reached through its pins"),
        ("[lane]\nletter = 'A'\n[lane]\n", "lane.toml, line 3: cannot declare ('lane',) twice"),
        ("[lane\n", "lane.toml, line 1: expected ']' at the end of a table declaration"),
    ],
)  # fmt: skip
def test_a_fault_names_file_section_key_and_remedy(write, text, sentence):
    """A wrong file is one sentence that says where, what and how to mend it."""
    with pytest.raises(SettingsError) as told:
        load(write(text))

    assert told.value.problems == (sentence,)


def test_every_fault_is_found_in_one_reading(write):
    """A file with three faults has three problems; the message has the first and the number of the others."""
    path = write('[lane]\nletter = "S"\n[printer]\nport = 0\nbuad = 9600\n')

    with pytest.raises(SettingsError) as told:
        load(path)

    assert len(told.value.problems) == 3
    assert str(told.value).endswith("(and 2 more: kiosk check tells all)")


def test_a_missing_file_is_named(tmp_path):
    """A file that is not there is said to be not there."""
    with pytest.raises(SettingsError) as told:
        load(tmp_path / "lane.toml")

    assert str(told.value) == f"{tmp_path / 'lane.toml'}: no such file or directory"


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path):
    """A file that is not UTF-8 says on which line, and what to do."""
    path = tmp_path / "lane.toml"
    path.write_bytes('[lane]\nletter = "A" # café\n'.encode("cp1252"))

    with pytest.raises(SettingsError) as told:
        load(path)

    assert str(told.value) == f"{path}, line 2: not UTF-8; save the file as UTF-8"


@pytest.mark.parametrize("listen", ["127.0.0.1:8080", "127.8.8.8:1", "[::1]:8080", "localhost:0"])
def test_the_hub_listens_on_this_machine(write, listen):
    """Every loopback address will do; port 0 is any free one."""
    settings = load(write(f'[hub]\nlisten = "{listen}"\n'))

    assert settings.section(Hub).listen == listen


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.20", "[::]", "hub.valley.example", "8.8.8.8", "[fe80::1]"])
def test_the_hub_refuses_the_network(write, host):
    """Any address but loopback is refused with one sentence: on the network stands nginx."""
    with pytest.raises(SettingsError) as told:
        load(write(f'[hub]\nlisten = "{host}:8080"\n'))

    shown = host.strip("[]")
    assert str(told.value) == (
        f"lane.toml, [hub] listen: {shown} is on the network; the hub itself serves this machine only, and nginx the network; "
        "use 127.0.0.1:8080"
    )


@pytest.mark.parametrize("listen", ["8080", "127.0.0.1", "127.0.0.1:http", "127.0.0.1:99999", ":8080", ""])
def test_a_listening_address_has_host_and_port(write, listen):
    """Half an address is refused with an example of a whole one."""
    with pytest.raises(SettingsError, match="must be an address and a port such as"):
        load(write(f'[hub]\nlisten = "{listen}"\n'))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        ("https://lane.example.com", "https://lane.example.com"),
        ("https://lane.example.com/", "https://lane.example.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_a_public_address_is_https_or_here(write, given, kept):
    """Customers reach the hub by https; http is for a trial on one machine."""
    settings = load(write(f'[hub]\npublic_url = "{given}"\n'))

    assert settings.section(Hub).public_url == kept


@pytest.mark.parametrize(
    "given",
    [
        "http://lane.example.com",
        "lane.example.com",
        "https://a.example/lane",
        "https://u:p@a.example",
        "https://a:b",
        "https://[a",
    ],
)
def test_another_public_address_is_refused(write, given):
    """An address that can be read on the way, or that is none, is refused."""
    with pytest.raises(SettingsError, match=r"\[hub\] public_url: must b"):
        load(write(f'[hub]\npublic_url = "{given}"\n'))


@pytest.mark.parametrize(
    ("given", "words"),
    [("", "no code"), ("https://service.valley-motors.example", "29 characters"), ("https://lane.valley.example", "")],
)
def test_a_long_public_host_is_advised_against(write, given, words):
    """A host of more than 24 characters works, and the program says what it costs."""
    told = "\n".join(advice(load(write(f'[hub]\npublic_url = "{given}"\n'))))

    assert words in told
    assert bool(told) == bool(words)
