"""The `kiosk` command as a whole: what it finds, what it loads, and how it fails."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version

import pytest

from kiosk.__main__ import INTERRUPTED, MISTAKE, command_files, help_line, main

HEAVY = (
    "flask",
    "sqlalchemy",
    "pygame",
    "PIL",
    "zxingcpp",
    "weasyprint",
    "gpiozero",
    "httpx",
    "babel",
    "numpy",
    "holidays",
)


def loaded_after(words: list[str]) -> list[str]:
    """The modules that a fresh interpreter holds after running these words."""
    program = (
        "import sys, json, contextlib, io\n"
        "from kiosk.__main__ import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        f"    main({words!r})\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return list(json.loads(answer.stdout))


def test_help_loads_no_command_and_nothing_heavy():
    """`kiosk --help` lists every command and imports none of them."""
    loaded = loaded_after(["--help"])

    assert not [module for module in loaded if module.startswith("kiosk.commands.")]
    assert not [module for module in loaded if module.split(".")[0] in HEAVY]


def test_only_the_chosen_command_is_loaded():
    """`kiosk version` imports the version command and no other."""
    loaded = loaded_after(["version"])

    assert [module for module in loaded if module.startswith("kiosk.commands.")] == ["kiosk.commands.version"]


@pytest.mark.parametrize("name", sorted(command_files()))
def test_looking_at_a_commands_help_loads_nothing_heavy(name: str):
    """A command's help comes without its libraries: they are imported by what uses them."""
    loaded = loaded_after([name, "--help"])

    assert not [module for module in loaded if module.split(".")[0] in HEAVY]


@pytest.mark.parametrize(("name", "file"), sorted(command_files().items()))
def test_every_command_says_what_it_does(name: str, file):
    """Each command has a literal one-line HELP that begins in lower case and has no full stop."""
    line = help_line(file)

    assert line, f"{name}: no literal HELP"
    assert "\n" not in line
    assert not line.endswith(".")


def test_version_is_the_distributions(capsys):
    """`kiosk --version` and `kiosk version` print the installed distribution's version."""
    statuses = [main(["--version"]), main(["version"])]

    assert statuses == [0, 0]
    assert capsys.readouterr().out == f"kiosk {version('service-lane')}\n" * 2


def test_version_as_json_names_the_parts(capsys):
    """A fault report can quote the version of everything that matters in one object."""
    main(["version", "--json"])

    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {"kiosk", "python", "machine", "parts"}


def test_a_misspelt_command_is_told_the_nearest(capsys):
    """An unknown command is one line naming the nearest one, and exit 2."""
    status = main(["versoin"])

    assert status == MISTAKE
    assert capsys.readouterr().err == "kiosk: versoin: unknown command; did you mean version?\n"


def test_a_misspelt_argument_is_one_line(capsys):
    """A wrong argument is one line that says where the help is, and exit 2."""
    with pytest.raises(SystemExit) as left:
        main(["version", "--josn"])

    assert left.value.code == MISTAKE
    assert capsys.readouterr().err == "kiosk version: --josn: unknown argument (see kiosk version --help)\n"


def test_no_command_shows_the_help_and_fails(capsys):
    """`kiosk` alone is a mistake and shows what there is."""
    status = main([])

    assert status == MISTAKE
    assert "COMMAND" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("raised", "status", "told"),
    [
        ("KioskError('lane.toml: no such file')", MISTAKE, "kiosk: lane.toml: no such file\n"),
        ("PermissionError(13, 'Permission denied', '/ticket.png')", MISTAKE, "kiosk: /ticket.png: permission denied\n"),
        ("KeyboardInterrupt()", INTERRUPTED, ""),
    ],
)
def test_an_expected_failure_is_one_line_without_traceback(tmp_path, raised, status, told):
    """What a person can mend ends in one line and a status; Ctrl-C ends in 130 and says nothing."""
    (tmp_path / "fail.py").write_text(
        "from kiosk.errors import KioskError\n"
        "HELP = 'fail'\n"
        "def add_arguments(parser): pass\n"
        f"def run(arguments): raise {raised}\n"
    )
    program = (
        "import sys, kiosk.commands, kiosk.__main__ as cli\n"
        "from pathlib import Path\n"
        f"kiosk.commands.__path__.append({str(tmp_path)!r})\n"
        f"cli.COMMANDS_FOLDER = Path({str(tmp_path)!r})\n"
        "sys.exit(cli.main(['fail']))"
    )

    answer = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)

    assert (answer.returncode, answer.stderr) == (status, told)


def test_a_reader_that_goes_away_is_no_fault():
    """`kiosk ... | head` ends quietly when the reader closes the pipe."""
    program = "import sys; from kiosk.__main__ import main; sys.stdin.read(1); sys.exit(main(['version']))"
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()

    process.stdin.write(b"g")
    process.stdin.close()
    status = process.wait(60)
    told = process.stderr.read()
    process.stderr.close()

    assert (status, told) == (0, b"")
