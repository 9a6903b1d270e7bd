"""A print shop for tests: a real cupsd and a real IPP printer on free ports, in folders of their own, for any user."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

from noticing import Noticing
from ports import free_port

PATIENCE_S = 60.0
SBIN = {"PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"}

CUPSD = """\
Listen 127.0.0.1:{port}
Listen {folder}/cups.sock
LogLevel warn
DefaultAuthType None
WebInterface No
Browsing No
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
"""
FILES = """\
ServerRoot {folder}/root
RequestRoot {folder}/spool
CacheDir {folder}/cache
StateDir {folder}/root
TempDir {folder}/temp
AccessLog {folder}/log/access
ErrorLog {folder}/log/error
PageLog {folder}/log/page
"""


class PrintShop:
    """A cupsd with the queue `desk`, and the printer behind it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.received = folder / "printer"
        for name in ("root", "spool", "cache", "temp", "log", "printer"):
            (folder / name).mkdir()
        (folder / "temp").chmod(0o1777)
        self.server = f"127.0.0.1:{free_port()}"
        self.socket = str(folder / "cups.sock")
        self._printer_port = free_port()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._environment = {
            **os.environ,
            **SBIN,
            "LC_ALL": "C",
            "CUPS_SERVER": self.server,
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={folder}/bus",
        }

    def open(self) -> None:
        """Start the bus, the printer and cupsd, and make the queue."""
        self._start("dbus-daemon", "--session", "--nofork", f"--address=unix:path={self.folder}/bus")
        _wait((self.folder / "bus").exists, "dbus-daemon")
        self._printer = self._start(
            "ippeveprinter", "-r", "off", "-p", str(self._printer_port), "-f", "application/pdf,image/pwg-raster",
            "-c", shutil.which("true") or "/bin/true", "-d", str(self.received), "-k", "desk-printer",
        )  # fmt: skip
        _wait(lambda: _answers(self._printer_port), "ippeveprinter")
        (self.folder / "cupsd.conf").write_text(CUPSD.format(port=self.server.split(":")[1], folder=self.folder))
        (self.folder / "cups-files.conf").write_text(FILES.format(folder=self.folder))
        self._start("cupsd", "-f", "-c", f"{self.folder}/cupsd.conf", "-s", f"{self.folder}/cups-files.conf")
        _wait(lambda: _answers(int(self.server.split(":")[1])), "cupsd")
        device = f"ipp://127.0.0.1:{self._printer_port}/ipp/print"
        subprocess.run(
            ["lpadmin", "-p", "desk", "-E", "-v", device, "-m", "everywhere"],
            env=self._environment, check=True, timeout=PATIENCE_S, capture_output=True,
        )  # fmt: skip

    def papers(self) -> list[Path]:
        """The PDFs that the printer got, oldest first."""
        return sorted(self.received.glob("*.pdf"), key=lambda file: file.stat().st_mtime_ns)

    def take_printer_away(self) -> None:
        """The printer's cable is pulled."""
        self._printer.send_signal(signal.SIGSTOP)

    def bring_printer_back(self) -> None:
        """The cable is in again."""
        self._printer.send_signal(signal.SIGCONT)

    def jobs_waiting(self) -> str:
        """What `lpstat` says of jobs that could still print."""
        asked = subprocess.run(
            ["lpstat", "-W", "not-completed", "-o", "desk"],
            env=self._environment, check=True, timeout=PATIENCE_S, capture_output=True, text=True,
        )  # fmt: skip
        return asked.stdout

    def close(self) -> None:
        """End every process that was started here."""
        for process in reversed(self._processes):
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in self._processes:
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(PATIENCE_S)

    def _start(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        file = shutil.which(program, path=SBIN["PATH"])
        assert file, f"{program} is missing: apt install cups-daemon cups-client cups-ipp-utils dbus"
        with (self.folder / "log" / f"{program}.log").open("wb") as log:
            process = subprocess.Popen([file, *arguments], env=self._environment, stdout=log, stderr=log)
        self._processes.append(process)
        return process


def _answers(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def _wait(is_ready: Callable[[], bool], what: str) -> None:
    Noticing().until(f"{what} did not start", is_ready, within_s=PATIENCE_S)
