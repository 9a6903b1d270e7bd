"""Boots a virtual machine whose kernel has gpio-sim and runs the pager's conformance suite there, over real lines.

    python tests/hardware/in_a_machine.py [further words for pytest]

Run it as root on a Debian with qemu-system-x86, gcc, make, xz-utils and python3 (apt). It fetches Debian's own kernel, its
headers and source from the mirror of the machine's apt sources into build/machine/, builds gpio-sim and irq_sim, which
Debian leaves out, as one module, and starts QEMU with this machine's file system as its root, read-only: nothing is
installed anywhere. It emulates: minutes on a quiet machine, half an hour on a busy one. Ends with pytest's status.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "machine"
SUITE = "tests/hardware/test_pager_conformance.py"
LONGEST_S = 3600
NEEDED = ("drivers/gpio/gpio-sim.c", "drivers/gpio/gpiolib.h", "kernel/irq/irq_sim.c")
MODULES = ("virtio_pci", "9pnet_virtio", "9p", "configfs")
# irq_to_desc is not exported to modules; the replaced call does the same (Debian leaves both files out of its kernels).
REPLACED = ("handle_simple_irq(irq_to_desc(irqnum))", "generic_handle_irq(irqnum)")
INIT = """#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /mnt
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t devtmpfs dev /dev
for one in $(/bin/busybox cat /order); do /bin/busybox insmod /modules/$one || echo "insmod $one failed"; done
/bin/busybox mount -t 9p -o trans=virtio,version=9p2000.L,msize=524288,cache=loose,ro root /mnt
/bin/busybox mount --bind /proc /mnt/proc
/bin/busybox mount --bind /sys /mnt/sys
/bin/busybox mount --bind /dev /mnt/dev
/bin/busybox mount -t configfs config /mnt/sys/kernel/config
/bin/busybox mount -t tmpfs tmp /mnt/tmp
/bin/busybox ip link set lo up
/bin/busybox chroot /mnt /bin/sh -c '@COMMAND@'
echo "pytest ended with $?."
/bin/busybox poweroff -f
"""


def main() -> int:
    """Fetch, build, boot."""
    BUILD.mkdir(parents=True, exist_ok=True)
    release, tree = fetched()
    module = built(release, tree)
    image = initramfs(release, tree, module)
    return booted(tree / f"boot/vmlinuz-{release}", image)


def run(*words: str | Path, cwd: Path = BUILD) -> str:
    """A command that must succeed; what it prints."""
    done = subprocess.run([str(one) for one in words], cwd=cwd, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}: {done.stderr[-2000:] or done.stdout[-2000:]}")
    return done.stdout


def fetched() -> tuple[str, Path]:
    """The kernel's release, and where its packages are unpacked."""
    kernel = re.findall(r"Depends: (linux-image-\d\S+)", run("apt-cache", "depends", "linux-image-amd64"))[0]
    release = kernel.removeprefix("linux-image-")
    headers = run("apt-cache", "depends", f"linux-headers-{release}")
    names = [kernel, f"linux-headers-{release}", *re.findall(r"Depends: (linux-(?:headers|kbuild)-\S+)", headers)]
    names += [f"linux-source-{'.'.join(release.split('.')[:2])}", "busybox-static"]
    tree = BUILD / release
    for name in names:
        if not list(BUILD.glob(f"{name}_*.deb")):
            print(f"fetching {name}", flush=True)
            run("apt-get", "download", name)
        if not (tree / f"usr/share/doc/{name}").exists():
            run("dpkg-deb", "-x", next(BUILD.glob(f"{name}_*.deb")), tree)
    return release, tree


def built(release: str, tree: Path) -> Path:
    """gpio-sim with irq_sim in it, for this kernel."""
    place = BUILD / "gpio-sim"
    module = place / "gpio-sim-all.ko"
    if module.exists():
        return module
    print("building gpio-sim", flush=True)
    place.mkdir(exist_ok=True)
    version = ".".join(release.split(".")[:2])
    files = [f"linux-source-{version}/{one}" for one in NEEDED]
    source = tree / f"usr/src/linux-source-{version}.tar.xz"
    run("tar", "-xf", source, "--strip-components=3", "-C", place, *files)
    sim = place / "irq_sim.c"
    text = sim.read_text()
    if REPLACED[0] not in text:
        sys.exit(f"{sim}: another kernel than this script knows; {REPLACED[0]} is not in it")
    sim.write_text(text.replace(*REPLACED))
    (place / "Makefile").write_text("obj-m := gpio-sim-all.o\ngpio-sim-all-y := gpio-sim.o irq_sim.o\n")
    headers = tree / f"usr/src/linux-headers-{release}"
    for one in tree.glob("usr/src/linux-headers-*/Makefile"):  # packages name each other by where they would be installed
        moved = one.read_text().replace(" /usr/src/", f" {tree}/usr/src/").replace("=/usr/src/", f"={tree}/usr/src/")
        one.write_text(moved)
    run("make", "-C", headers, f"M={place}", "modules")
    return module


def initramfs(release: str, tree: Path, module: Path) -> Path:
    """A first root with busybox, the modules in their order, and what is to be done."""
    folder = tree / f"lib/modules/{release}/kernel"
    files = {one.stem.replace("-", "_"): one for one in folder.rglob("*.ko")} | {"gpio_sim_all": module}
    order: list[str] = []

    def add(name: str) -> None:
        found = files.get(name.replace("-", "_"))
        if found is None or found.name in order:
            return  # built in, or there already
        depends = re.search(rb"\0depends=([^\0]*)\0", b"\0" + found.read_bytes())
        for other in (depends[1].decode().split(",") if depends else []):
            add(other) if other else None
        order.append(found.name)

    for name in (*MODULES, "gpio_sim_all"):
        add(name)
    content = {"bin/busybox": next(tree.glob("**/bin/busybox")).read_bytes(), "order": "\n".join(order).encode()}
    content |= {f"modules/{one.name}": one.read_bytes() for one in files.values() if one.name in order}
    content["init"] = INIT.replace("@COMMAND@", command()).encode()
    image = BUILD / "initramfs"
    image.write_bytes(archive(content))
    return image


def command() -> str:
    """What the machine does: the conformance suite, from this very folder."""
    further = " ".join(sys.argv[1:])
    site = BUILD / "site"
    if not list(site.glob("lgpio*")):
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        run(ROOT / ".venv/bin/pip", "install", "-q", "--target", site, "--python-version", python, "--no-deps",
            "--only-binary", ":all:", "lgpio>=0.2.2")  # fmt: skip
    pytest = f"{ROOT}/.venv/bin/python -m pytest -p no:cacheprovider -q -rs --color=no --tb=short"
    # A process each, as a pager has one of its own: lgpio goes on telling a closed button's presses to that button.
    each = f'for one in $({pytest} --collect-only {SUITE} -k lines {further} | grep ::); do {pytest} "$one" || bad=1; done'
    return f"cd {ROOT}; export LG_WD=/tmp HOME=/tmp PYTHONDONTWRITEBYTECODE=1 PYTHONPATH={site}; bad=0; {each}; exit $bad"


def archive(content: dict[str, bytes]) -> bytes:
    """A cpio archive (newc) of these files, all executable, with the folders that they are in."""
    folders = sorted({str(parent) for path in content for parent in Path(path).parents} - {"."})
    entries = [(one, 0o040755, b"") for one in folders] + [(path, 0o100755, data) for path, data in content.items()]
    out = bytearray()
    for number, (path, mode, data) in enumerate([*entries, ("TRAILER!!!", 0, b"")], 1):
        name = path.encode() + b"\0"
        head = [number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0]
        out += b"070701" + b"".join(f"{one:08X}".encode() for one in head) + name
        out += b"\0" * (-len(out) % 4) + data
        out += b"\0" * (-len(out) % 4)
    return bytes(out)


def booted(kernel: Path, image: Path) -> int:
    """Boot once, show what the machine says, and end with pytest's status."""
    qemu = shutil.which("qemu-system-x86_64") or sys.exit("qemu-system-x86_64: not here; apt install qemu-system-x86")
    words = [qemu, "-accel", "tcg", "-cpu", "max", "-smp", "1", "-m", "1024", "-nodefaults", "-display", "none", "-no-reboot"]
    words += ["-kernel", kernel, "-initrd", image, "-append", "console=ttyS0 panic=-1 quiet", "-serial", "stdio"]
    words += ["-virtfs", "local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap"]
    began_s, status = time.monotonic(), 1
    with subprocess.Popen([str(one) for one in words], stdout=subprocess.PIPE, text=True, errors="replace") as machine:
        assert machine.stdout is not None
        for line in machine.stdout:
            print(line, end="", flush=True)
            if found := re.search(r"pytest ended with (\d+)\.", line):
                status = int(found[1])
            if time.monotonic() - began_s > LONGEST_S:
                machine.kill()
    print(f"{time.monotonic() - began_s:.0f} s in the machine")
    return status


if __name__ == "__main__":
    if os.geteuid() != 0:
        sys.exit("run it as root: QEMU shows the machine this file system, and its suite needs root there")
    sys.exit(main())
