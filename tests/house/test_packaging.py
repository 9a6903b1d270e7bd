"""What a wheel, a lock file and a fresh machine hold together: pyproject.toml, requirements.lock, make/."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK = (ROOT / "requirements.lock").read_text("utf-8")


BENCH = ROOT / "bench"


def canonical(requirement: str) -> str:
    """A requirement's package as the lock file writes it."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()


def locked(lock: str = LOCK) -> dict[str, str]:
    """Each package of the lock file and its whole entry."""
    entries = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)
    return {canonical(entry): entry for entry in entries if "==" in entry}


def packaged_files() -> list[Path]:
    """Every file of the program."""
    files = (ROOT / "kiosk").rglob("*")
    return [path for path in files if path.is_file() and "__pycache__" not in path.parts]


def test_every_dependency_is_locked():
    """What pyproject.toml asks for, in every extra, stands in requirements.lock."""
    extras = PROJECT["project"]["optional-dependencies"].values()
    asked = [*PROJECT["project"]["dependencies"], *(each for extra in extras for each in extra)]

    assert not {canonical(each) for each in asked} - set(locked())


def test_what_builds_the_package_is_locked_too():
    """An installation fetches nothing that has no hash, the build backend included."""
    asked = PROJECT["build-system"]["requires"]

    assert not {canonical(each) for each in asked} - set(locked())


def test_every_locked_package_has_hashes():
    """Pip can be told --require-hashes."""
    assert not [package for package, entry in locked().items() if "--hash=sha256:" not in entry]


def test_the_lock_names_no_place():
    """The lock file names no index and no folder: every machine fetches from where it is told to."""
    assert not re.search(r"https?://|--index-url|--extra-index-url|--find-links|file:", LOCK)


def test_what_the_bench_compares_with_is_locked_apart():
    """With hashes, and in the versions of the program's own lock; the program, its tests and its demo install none of it."""
    lock = (BENCH / "requirements.lock").read_text("utf-8")
    asked = {canonical(one) for one in (BENCH / "requirements.in").read_text("utf-8").splitlines() if one[:1].isalpha()}
    versions = re.findall(r"^(\S+==\S+)", lock, re.MULTILINE)
    shared = [one for one in versions if canonical(one) in locked()]

    assert asked <= set(locked(lock))
    assert not asked & set(locked())
    assert not [name for name, entry in locked(lock).items() if "--hash=sha256:" not in entry]
    assert not [one for one in shared if one not in LOCK]
    assert not re.search(r"https?://|--index-url|--extra-index-url|--find-links|file:", lock)


@pytest.mark.parametrize("goal", ["demo", "test"])
def test_only_the_bench_installs_what_it_compares_with(goal):
    """`make demo` and `make test` fetch no other decoder."""
    recipe = (ROOT / "Makefile").read_text("utf-8").partition(f"\n{goal}: ")[2].partition("\n\n")[0]

    assert f"make/ready.sh {goal}" in recipe
    assert 'if [ "$goal" = bench ]; then echo bench/requirements.lock; fi' in (ROOT / "make/ready.sh").read_text("utf-8")


@pytest.mark.parametrize("package", ["lgpio", "picamera2", "libcamera"])
def test_what_the_pi_brings_is_not_locked(package):
    """Drivers without wheels for every Python come from apt on the Pi and are in no extra."""
    assert package not in locked()


def test_everything_beside_the_code_is_packaged():
    """Fonts, catalogues, templates, pages and profiles travel in the wheel: each file fits a pattern of package-data."""
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["kiosk"]
    packaged = {path for pattern in patterns for path in (ROOT / "kiosk").glob(pattern)}
    beside = [path for path in packaged_files() if path.suffix != ".py"]

    assert not [str(path.relative_to(ROOT)) for path in beside if path not in packaged]


def test_a_wheel_is_whole(tmp_path):
    """A wheel has the program with its fonts, words and pages, and what `kiosk install` and `kiosk shop` look for."""
    for each in ("kiosk", "systemd", "examples"):
        shutil.copytree(ROOT / each, tmp_path / each, ignore=shutil.ignore_patterns("__pycache__"))
    for each in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / each, tmp_path / each)

    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", "wheels", "."], cwd=tmp_path, check=True)

    [wheel] = (tmp_path / "wheels").glob("*.whl")
    held = zipfile.ZipFile(wheel).namelist()
    data = [name.partition(".data/data/share/service-lane/")[2] for name in held]
    for folder in ("systemd", "examples"):
        there = {str(path.relative_to(ROOT)) for path in (ROOT / folder).rglob("[!.]*") if path.is_file()}
        assert not there - set(data)
    there = {str(path.relative_to(ROOT)) for path in packaged_files()}
    assert not there - set(held)


@pytest.mark.parametrize("script", ["make/ready.sh", ".ci/run"])
def test_a_script_is_sound_shell(script):
    """A script parses; ready.sh does so in the plainest shell that a machine may have."""
    shell = "bash" if script == ".ci/run" else "sh"
    answer = subprocess.run([shell, "-n", ROOT / script], check=False, capture_output=True, text=True)

    assert (answer.returncode, answer.stderr) == (0, "")


def test_every_make_target_says_what_it_does():
    """`make help` lists every target of .PHONY with its sentence."""
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)[1].split()
    helped = subprocess.run(["make", "-s", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout

    assert [line.split()[1] for line in helped.splitlines()] == phony


def test_a_package_of_the_system_has_its_reason():
    """Every line of the Debian package lists says why it is there."""
    lines = [
        line
        for file in sorted((ROOT / "make").glob("packages-*.txt"))
        for line in file.read_text("utf-8").splitlines()
        if not line.startswith("#")
    ]

    assert lines
    assert not [line for line in lines if not re.fullmatch(r"[a-z0-9.+-]+ +# \S.*", line)]
