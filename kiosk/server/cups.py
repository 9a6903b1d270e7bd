"""One PDF to one CUPS queue: `lp` sends it, IPP tells what became of it, `cancel` takes it back when nobody answers.

A printer that is away keeps its job for hours and prints it in the night, so a job never outlives its time here.
`lpstat` cannot tell a printed job from a cancelled one (CUPS 2.4 gives both the same reasons): the state comes by IPP.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import struct
import subprocess
import time
from enum import IntEnum
from typing import TYPE_CHECKING

from kiosk.errors import KioskError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ASK_EVERY_S = 0.2
TOOL_TIMEOUT_S = 10.0
_JOB = re.compile(r"request id is (\S+-(\d+)) ")
_GET_JOB_ATTRIBUTES = 0x0009


class JobState(IntEnum):
    """RFC 8011, 5.3.7."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


class PrintingFailed(KioskError):
    """Papers that did not come out. `code` is one of: no_cups, no_queue, no_answer, refused.

    After `no_answer` the job has been cancelled: it will not come out later by itself.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def print_pdf(file: Path, *, queue: str, title: str, media: str, server: str = "", timeout_s: float = 60.0) -> str:
    """Print a file and wait until the printer has taken it.

    Args:
        queue, server: as in the [papers] settings; an empty server is CUPS's own default.
        title: the job's name on the printer; a paper's id, never a customer's name.
        media: A4 or Letter.
        timeout_s: how long the printer may take; then the job is cancelled.

    Returns:
        The job's name, such as `desk-41`.

    Raises:
        PrintingFailed: it did not come out, and will not later.
    """
    job, number = _send(file, queue, title, media, server)
    connected_to = _tool(["lpstat", "-H"], server).stdout.strip()
    until = time.monotonic() + timeout_s
    while (state := job_state(connected_to, number)) < JobState.STOPPED:
        if time.monotonic() >= until:
            return _given_up(job, number, server, connected_to, timeout_s)
        time.sleep(ASK_EVERY_S)
    if state is not JobState.COMPLETED:
        _tool(["cancel", job], server)
        message = (
            f"CUPS or the printer behind queue {queue} refused {job}; look at the printer's display, then print again"
        )
        raise PrintingFailed("refused", message)
    return job


def _send(file: Path, queue: str, title: str, media: str, server: str) -> tuple[str, int]:
    sent = _tool(["lp", "-d", queue, "-o", f"media={media}", "-t", title, "--", str(file)], server)
    found = _JOB.search(sent.stdout)
    if sent.returncode == 0 and found:
        return found[1], int(found[2])
    if "scheduler is running" not in _tool(["lpstat", "-r"], server).stdout:
        message = f"CUPS does not answer at {server or 'its own address'}; start it, or correct [papers] server"
        raise PrintingFailed("no_cups", message)
    message = f"CUPS has no queue {queue} that takes papers ({sent.stderr.strip()}); correct [papers] queue"
    raise PrintingFailed("no_queue", message)


def _given_up(job: str, number: int, server: str, connected_to: str, timeout_s: float) -> str:
    """Cancel a job that nobody printed; it may have come out in the very last moment."""
    _tool(["cancel", job], server)
    if job_state(connected_to, number) is JobState.COMPLETED:
        return job
    message = f"the printer did not take {job} within {timeout_s:g} s: job cancelled; see that it is on and has paper"
    raise PrintingFailed("no_answer", message)


def _tool(command: list[str], server: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C", **({"CUPS_SERVER": server} if server else {})}
    try:
        return subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TOOL_TIMEOUT_S,
            check=False,
        )
    except FileNotFoundError:
        raise PrintingFailed("no_cups", f"{command[0]} is not on this machine; apt install cups-client") from None
    except subprocess.TimeoutExpired:
        raise PrintingFailed("no_cups", f"CUPS did not answer {command[0]} within {TOOL_TIMEOUT_S:g} s") from None


def job_state(server: str, number: int) -> JobState:
    """What CUPS says of a job, asked of `server` as `lpstat -H` names it: host:port, or the path of a socket.

    Raises:
        PrintingFailed: `no_cups`, CUPS went away.
    """
    connection = (
        _SocketConnection(server)
        if server.startswith("/")
        else http.client.HTTPConnection(server, timeout=TOOL_TIMEOUT_S)
    )
    try:
        headers = {"Content-Type": "application/ipp", **({"Host": "localhost"} if server.startswith("/") else {})}
        connection.request("POST", "/jobs/", _question(number), headers)
        answer = connection.getresponse().read()
    except (OSError, http.client.HTTPException) as error:
        raise PrintingFailed(
            "no_cups", f"CUPS at {server} went away ({error}); the papers may still be in its queue"
        ) from error
    finally:
        connection.close()
    states = [struct.unpack(">i", value)[0] for name, value in _attributes(answer) if name == b"job-state"]
    if not states:
        raise PrintingFailed("no_cups", f"CUPS at {server} says nothing of job {number}; look at its queue")
    return JobState(states[0])


def _question(number: int) -> bytes:
    """Get-Job-Attributes of one job, in IPP/1.1 (RFC 8010)."""

    def attribute(tag: int, name: bytes, value: bytes) -> bytes:
        return struct.pack(">BH", tag, len(name)) + name + struct.pack(">H", len(value)) + value

    return (
        struct.pack(">BBHIB", 1, 1, _GET_JOB_ATTRIBUTES, 1, 0x01)
        + attribute(0x47, b"attributes-charset", b"utf-8")
        + attribute(0x48, b"attributes-natural-language", b"en")
        + attribute(0x45, b"job-uri", f"ipp://localhost/jobs/{number}".encode())
        + attribute(0x44, b"requested-attributes", b"job-state")
        + b"\x03"
    )


def _attributes(answer: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and value of each attribute in an IPP answer; nothing more after a part that cannot be read."""
    at = 8
    while at < len(answer):
        tag = answer[at]
        at += 1
        if tag <= 0x0F:  # a delimiter: a group begins or the attributes end
            continue
        try:
            name, at = _counted(answer, at)
            value, at = _counted(answer, at)
        except struct.error:
            return
        yield name, value


def _counted(answer: bytes, at: int) -> tuple[bytes, int]:
    (length,) = struct.unpack_from(">H", answer, at)
    return answer[at + 2 : at + 2 + length], at + 2 + length


class _SocketConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket, as CUPS offers it on its own machine."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=TOOL_TIMEOUT_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)
