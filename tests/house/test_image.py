"""image-build/: what can be known about the image without building it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from kiosk.commands.install import ROLES

ROOT = Path(__file__).parents[2]
IMAGE = ROOT / "image-build"
LAYER = IMAGE / "layer/lane-kiosk.yaml"
CONFIGS = sorted((IMAGE / "config").glob("*.yaml"))


def header() -> dict[str, str]:
    """The layer's METABEGIN block, as its own tool reads it: fields of DEB822 behind `# `, continued by a space."""
    block = LAYER.read_text("utf-8").split("# METABEGIN\n")[1].split("# METAEND\n")[0]
    lines = [line.removeprefix("#").removeprefix(" ") if line != "#" else "" for line in block.splitlines()]
    fields: dict[str, str] = {}
    for line in filter(None, lines):
        if line.startswith(" "):
            fields[list(fields)[-1]] += line
        else:
            key, _, value = line.partition(": ")
            assert key not in fields
            fields[key] = value
    return fields


def listed(name: str) -> list[str]:
    """The packages of a list in common/."""
    lines = (IMAGE / "common" / name).read_text("utf-8").splitlines()
    return [line.split("#")[0].strip() for line in lines if not line.startswith("#")]


def body() -> dict:
    """What the layer tells mmdebstrap."""
    return yaml.safe_load(LAYER.read_text("utf-8"))["mmdebstrap"]


def test_the_header_declares_the_layer():
    """The layer has a name equal to its file's, a version, a description and what it stands on."""
    fields = header()

    assert fields["X-Env-Layer-Name"] == LAYER.stem
    assert re.fullmatch(r"\d+\.\d+\.\d+", fields["X-Env-Layer-Version"])
    assert {"X-Env-Layer-Desc", "X-Env-Layer-Category", "X-Env-Layer-Requires", "X-Env-VarPrefix"} <= set(fields)


@pytest.mark.parametrize("variable", ["roles", "source"])
def test_a_variable_is_declared_and_used(variable):
    """Each variable has a default, a description, a rule and a policy, and the hooks use it."""
    fields = header()

    assert all(f"X-Env-Var-{variable}{part}" in fields for part in ("", "-Desc", "-Required", "-Valid", "-Set"))
    assert any(f"$IGconf_kiosk_{variable}" in hook for hook in body()["customize-hooks"])


def test_no_undeclared_variable_is_used():
    """The hooks use no other variable of ours."""
    used = set(re.findall(r"\$IGconf_kiosk_(\w+)", LAYER.read_text("utf-8")))

    assert used == {key.removeprefix("X-Env-Var-") for key in header() if re.fullmatch(r"X-Env-Var-[a-z]+", key)}


@pytest.mark.parametrize("roles", ["lane", "hub lane pager board", "board pager"])
def test_every_role_can_be_asked_for(roles):
    """The rule for the roles lets every role through, alone and with others."""
    rule = header()["X-Env-Var-roles-Valid"].removeprefix("regex:")

    assert re.search(rule, roles)
    assert set(re.findall(r"[a-z]+", rule)) == set(ROLES)


@pytest.mark.parametrize("roles", ["", "lanes", "lane;reboot", "lane  hub"])
def test_nothing_else_can_be_asked_for(roles):
    """What is no role does not reach the hook's shell."""
    assert not re.search(header()["X-Env-Var-roles-Valid"].removeprefix("regex:"), roles)


def test_the_layer_and_the_lists_name_the_same_packages():
    """The same lists serve the image and a machine set up by hand; each package stands in one of them, once."""
    packages = body()["packages"]

    assert packages == sorted(set(packages))
    assert packages == sorted(listed("packages.txt") + listed("packages-pi.txt") + listed("packages-hub.txt"))


def test_what_the_program_needs_to_start_is_in_the_image():
    """Whatever the demo needs of Debian, the image has."""
    lines = (ROOT / "make/packages-demo.txt").read_text("utf-8").splitlines()

    assert {line.split()[0] for line in lines if not line.startswith("#")} <= set(body()["packages"])


def test_every_file_that_a_hook_names_exists():
    """The hooks run files of the checkout that are there, and sound shell."""
    source = header()["X-Env-Var-source"].replace("${DIRECTORY}", str(LAYER.parent))
    named = re.findall(r'"\$IGconf_kiosk_source/([^"]+)"', "\n".join(body()["customize-hooks"]))

    assert Path(source).resolve() == ROOT
    assert named == ["image-build/common/install.sh"]
    assert subprocess.run(["sh", "-n", *[ROOT / each for each in named]], check=False).returncode == 0


def copied() -> list[str]:
    """The folders and files that install.sh puts into the image."""
    script = (IMAGE / "common/install.sh").read_text("utf-8")
    return re.search(r"tar -cf - --exclude=__pycache__ ([^)]+)\)", script)[1].split()


def test_what_the_installer_copies_exists():
    """Each folder and file that install.sh puts into the image is in the checkout."""
    assert not [each for each in copied() if not (ROOT / each).exists()]
    assert (IMAGE / "common/files").is_dir()


def test_no_source_control_is_copied():
    """No machine holds the history of the program: neither the checkout itself nor anything with a `.git` in it."""
    assert not [each for each in copied() if (ROOT / each).resolve() == ROOT or each == ".git" or any((ROOT / each).rglob(".git"))]


@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: path.stem)
def test_a_config_uses_the_layer(config):
    """Each device's config names our layer, sets only its declared variables, and its name tells the device."""
    told = yaml.safe_load(config.read_text("utf-8"))

    assert told["layer"] == {"app": header()["X-Env-Layer-Name"]}
    assert {f"X-Env-Var-{key}" for key in told["kiosk"]} <= set(header())
    assert told["device"]["layer"].removeprefix("rpi") == config.stem.removeprefix("kiosk-pi")


def test_the_images_lock_is_part_of_the_projects():
    """The image installs the same versions that the tests ran with, and no development tool."""
    pins = {
        name: set(re.findall(r"^[a-z0-9.-]+==\S+", path.read_text("utf-8"), re.MULTILINE))
        for name, path in (("all", ROOT / "requirements.lock"), ("image", IMAGE / "common/requirements.lock"))
    }

    assert pins["image"] < pins["all"]
    assert not {pin.split("==")[0] for pin in pins["image"]} & {"pytest", "ruff", "mypy", "playwright", "hypothesis"}
