"""The direction of the imports, and what may happen where: docs/architecture.md, "Rings"."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
KIOSK = ROOT / "kiosk"
DOMAIN = sorted(KIOSK.glob("domain/**/*.py"))
PURE = {
    "__future__",
    "bisect",
    "collections",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "functools",
    "heapq",
    "itertools",
    "math",
    "re",
    "string",
    "typing",
    "unicodedata",
    "zoneinfo",
}
CLOCKS = {"now", "utcnow", "today", "fromtimestamp"}
DEVICES = {"open", "print", "input", "__import__", "eval", "exec"}
DRIVERS = ("escpos", "gpiozero", "lgpio", "libcamera", "picamera2", "pygame", "serial", "usb", "zxingcpp")
LONGEST_FILE_LINES = 600
USUAL_FILE_LINES = 200


def name(file: Path) -> str:
    """A file as a test's id."""
    return str(file.relative_to(ROOT))


def imports(tree: ast.AST) -> list[str]:
    """Every module that is imported anywhere in the tree."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found += [each.name for each in names]
            case ast.ImportFrom(module=module):
                found.append(module or "")
    return found


@cache
def packages(file: Path, *, at_the_top: bool = False) -> frozenset[str]:
    """The packages that a file imports: anywhere, or as soon as it is imported itself."""
    tree = ast.parse(file.read_bytes())
    nodes = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)] if at_the_top else [tree]
    return frozenset(each.split(".")[0] for node in nodes for each in imports(node))


def test_an_import_points_to_a_lower_ring():
    """Assembly sees shells, shells see the kit, the kit sees the domain; shells never see each other."""
    linter = Path(sys.executable).parent / "lint-imports"
    answer = subprocess.run([linter, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True)

    assert "1 kept, 0 broken" in answer.stdout, answer.stdout


@pytest.mark.parametrize("file", DOMAIN, ids=name)
def test_the_domain_imports_nothing_that_acts(file):
    """A rule imports values and arithmetic, and other rules."""
    modules = imports(ast.parse(file.read_bytes()))

    assert not [each for each in modules if each.split(".")[0] not in PURE and not each.startswith("kiosk.domain")]


@pytest.mark.parametrize("file", DOMAIN, ids=name)
def test_the_domain_asks_no_clock_and_opens_nothing(file):
    """A rule gets its time as an argument and touches no file, terminal or environment."""
    called = []
    for node in ast.walk(ast.parse(file.read_bytes())):
        match node:
            case ast.Call(func=ast.Attribute(attr=word)) if word in CLOCKS:
                called.append((node.lineno, word))
            case ast.Call(func=ast.Name(id=word)) if word in DEVICES:
                called.append((node.lineno, word))

    assert not called


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_driver_is_imported_in_one_file(driver):
    """One file knows a driver; besides it only the simulators of kiosk/hardware/simulated, which stand in its place."""
    files = [file for file in KIOSK.rglob("*.py") if "simulated" not in file.parts]
    users = [name(file) for file in files if driver in packages(file)]

    assert len(users) <= 1, users


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_driver_is_imported_by_what_needs_it(driver):
    """No driver is imported at the top of a file: a machine without it can import every module."""
    early = [name(file) for file in KIOSK.rglob("*.py") if driver in packages(file, at_the_top=True)]

    assert not early


def test_nothing_happens_when_the_program_is_imported():
    """Importing every module of every ring starts no thread, opens no connection and loads no driver."""
    program = """
import importlib, pkgutil, socket, sys, threading

def refuse(*_arguments, **_options):
    raise AssertionError("a socket was opened at import time")

import kiosk
names = [each.name for each in pkgutil.walk_packages(kiosk.__path__, "kiosk.") if ".migrations" not in each.name]
socket.socket.connect = socket.socket.bind = refuse
for each in names:
    importlib.import_module(each)
print(threading.active_count(), *sorted({each.split(".")[0] for each in sys.modules} & set(DRIVERS)))
"""
    answer = subprocess.run(
        [sys.executable, "-c", f"DRIVERS = {DRIVERS!r}\n{program}"], check=False, capture_output=True, text=True
    )

    assert answer.stdout.split() == ["1"], answer.stdout + answer.stderr


def test_a_file_can_be_read_at_one_sitting():
    """Half of the program's files have at most 200 lines, and none more than 600."""
    lengths = {name(file): len(file.read_text("utf-8").splitlines()) for file in KIOSK.rglob("*.py")}

    assert median(lengths.values()) <= USUAL_FILE_LINES
    assert not {file: lines for file, lines in lengths.items() if lines > LONGEST_FILE_LINES}
