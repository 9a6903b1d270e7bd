"""A disk whose power can be cut: SQLite's own file layer, with every write, sync, truncation and deletion written down.

`Recorder` puts a thin layer over SQLite's default VFS and makes it the default of this process: what the program does
to its files goes to the disk as always, and into the trace. `Disk.after_cut` is what a disk may hold if the power goes
at one moment of that trace: all that had been synced, and of the rest any part, sector by sector.
"""

from __future__ import annotations

import ctypes
import random
from collections.abc import Mapping
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p, cast
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

SECTOR = 512
ROOM = 14  # methods of a VFS after its xDelete, in version 3
_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, POINTER(c_int))  # it keeps the name where it stands
_DELETE = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)
_CLOSE = CFUNCTYPE(c_int, c_void_p)


class _Vfs(Structure):
    """sqlite3_vfs, as far as it is looked at; the rest is copied as it is."""

    _fields_ = [
        ("version", c_int),
        ("file_size", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("app", c_void_p),
        ("open", c_void_p),
        ("delete", c_void_p),
        ("rest", c_void_p * ROOM),
    ]


class _Methods(Structure):
    """sqlite3_io_methods, version 3."""

    _fields_ = [
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", c_void_p),
        ("truncate", c_void_p),
        ("sync", c_void_p),
        ("rest", c_void_p * 13),
    ]


@dataclass(frozen=True)
class Step:
    """One thing that happened to the disk. kind: write, truncate, sync, delete, or mark (said by the program)."""

    kind: str
    file: str = ""
    offset: int = 0
    content: bytes = b""


@dataclass
class Recorder:
    """While it is entered, every SQLite file of this process is written down in `trace`."""

    trace: list[Step] = field(default_factory=list)
    _alive: list[Any] = field(default_factory=list)  # what SQLite holds pointers to
    _names: dict[int, str] = field(default_factory=dict)
    _methods: dict[int, _Methods] = field(default_factory=dict)

    def mark(self, what: str) -> None:
        """The program says something, such as: this command was acknowledged."""
        self.trace.append(Step("mark", what))

    def __enter__(self) -> Self:
        import _sqlite3

        self._sqlite = ctypes.CDLL(_sqlite3.__file__)  # its symbols, or those of the library that it is linked to
        self._sqlite.sqlite3_vfs_find.restype = POINTER(_Vfs)
        self._sqlite.sqlite3_vfs_register.argtypes = [c_void_p, c_int]
        self._sqlite.sqlite3_vfs_unregister.argtypes = [c_void_p]
        self._below = self._sqlite.sqlite3_vfs_find(None).contents
        self._vfs = _Vfs.from_buffer_copy(self._below)
        self._vfs.name = b"recorder"
        self._vfs.open = self._call(_OPEN(self._open))
        self._vfs.delete = self._call(_DELETE(self._delete))
        self._below_open = _OPEN(self._below.open)
        self._below_delete = _DELETE(self._below.delete)
        self._sqlite.sqlite3_vfs_register(ctypes.byref(self._vfs), 1)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._sqlite.sqlite3_vfs_register(ctypes.byref(self._below), 1)
        self._sqlite.sqlite3_vfs_unregister(ctypes.byref(self._vfs))

    def _call(self, function: Any) -> int:
        self._alive.append(function)
        return cast(function, c_void_p).value or 0

    def _open(self, _vfs: int, name: int | None, file: int, flags: int, out: Any) -> int:
        done = self._below_open(ctypes.addressof(self._below), name, file, flags, out)
        methods = c_void_p.from_address(file)
        if done == 0 and name and methods.value:
            self._names[file] = ctypes.string_at(name).decode()
            methods.value = ctypes.addressof(self._recording(methods.value))
        return int(done)

    def _recording(self, address: int) -> _Methods:
        """SQLite's own methods of such a file, of which four are written down first."""
        if address in self._methods:
            return self._methods[address]
        below = _Methods.from_address(address)
        made = _Methods.from_buffer_copy(below)
        write, truncate, sync, close = (
            _WRITE(below.write),
            _TRUNCATE(below.truncate),
            _SYNC(below.sync),
            _CLOSE(below.close),
        )

        def on_write(file: int, content: int, size: int, offset: int) -> int:
            self.trace.append(Step("write", self._names[file], offset, ctypes.string_at(content, size)))
            return int(write(file, content, size, offset))

        def on_truncate(file: int, size: int) -> int:
            self.trace.append(Step("truncate", self._names[file], size))
            return int(truncate(file, size))

        def on_sync(file: int, flags: int) -> int:
            done = int(sync(file, flags))
            self.trace.append(Step("sync", self._names[file]))
            return done

        def on_close(file: int) -> int:
            c_void_p.from_address(file).value = address
            self._names.pop(file, None)
            return int(close(file))

        made.write = self._call(_WRITE(on_write))
        made.truncate = self._call(_TRUNCATE(on_truncate))
        made.sync = self._call(_SYNC(on_sync))
        made.close = self._call(_CLOSE(on_close))
        self._methods[address] = made
        return made

    def _delete(self, _vfs: int, name: bytes, sync_folder: int) -> int:
        self.trace.append(Step("delete", name.decode(), sync_folder))
        return int(self._below_delete(ctypes.addressof(self._below), name, sync_folder))


@dataclass
class _File:
    """A file of the modelled disk: what is safe, and what has been asked for since."""

    safe: bytearray = field(default_factory=bytearray)
    is_there: bool = False  # its name is safe in the folder
    pending: list[Step] = field(default_factory=list)


class Disk:
    """A disk while its power is on, one step of a trace after the other."""

    def __init__(self, before: Mapping[str, bytes]) -> None:
        """These files are on it, for certain."""
        self._files = {name: _File(bytearray(content), is_there=True) for name, content in before.items()}

    def take(self, step: Step) -> None:
        """One step happens."""
        if step.kind == "mark":
            return
        file = self._files.setdefault(step.file, _File())
        if step.kind == "sync":
            for one in file.pending:
                _put(file.safe, one)
            file.pending.clear()
            file.is_there = True
        else:
            file.pending.append(step)
            if step.kind == "delete" and step.offset:  # the folder was synced: it is gone for certain
                self._files[step.file] = _File()

    def after_cut(self, dice: random.Random) -> dict[str, bytes]:
        """What the disk holds if the power goes now: of what was not synced any part, and the last write torn."""
        share = dice.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        return {
            name: bytes(content)
            for name, file in self._files.items()
            if (content := _survivor(file, dice, share)) is not None
        }


def _survivor(file: _File, dice: random.Random, share: float) -> bytearray | None:
    if not file.is_there and dice.random() >= share:
        return None
    content = bytearray(file.safe)
    for step in file.pending:
        if step.kind == "write":
            _put_some(content, step, dice, share)
        elif dice.random() < share:
            if step.kind == "delete":
                return None
            _put(content, step)
    return content


def _put(content: bytearray, step: Step) -> None:
    """The whole step."""
    if step.kind == "truncate":
        del content[step.offset :]
    elif step.kind == "delete":
        content.clear()
    else:
        if len(content) < step.offset:
            content.extend(bytes(step.offset - len(content)))
        content[step.offset : step.offset + len(step.content)] = step.content


def _put_some(content: bytearray, step: Step, dice: random.Random, share: float) -> None:
    """Those sectors of a write that had reached the disk; one in twenty of them is torn in the middle."""
    at, end = step.offset, step.offset + len(step.content)
    while at < end:
        stop = min(end, (at // SECTOR + 1) * SECTOR)
        if dice.random() < share:
            reached = stop if dice.random() > 0.05 else dice.randint(at, stop)
            _put(content, Step("write", step.file, at, step.content[at - step.offset : reached - step.offset]))
        at = stop
