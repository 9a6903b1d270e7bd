"""`kiosk COMMAND ...`: finds the command's module in kiosk/commands by its file name and runs it.

Only the chosen module is imported, so a pager never loads Flask; the help texts of the others are read, not executed.
A command module has HELP (one line), `add_arguments(parser)`, `run(arguments) -> int`, and imports late in `run`.
Exit status: the command's; 2 for a mistake or an expected error, told in one line on stderr; 130 for Ctrl-C.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Protocol, cast

from kiosk.errors import KioskError

if TYPE_CHECKING:
    from collections.abc import Sequence

MISTAKE = 2
INTERRUPTED = 130
COMMANDS_FOLDER = Path(__file__).parent / "commands"


class Command(Protocol):
    """What a module in kiosk/commands offers."""

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's own arguments."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it; the answer is the exit status. May raise KioskError."""


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line and where the help is, instead of repeating the whole usage."""

    def error(self, message: str) -> NoReturn:
        """Leave with MISTAKE."""
        self.exit(MISTAKE, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (default: this process's) and return its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(words)
    except KioskError as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return MISTAKE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone (`kiosk ... | head`): nothing is wrong
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.filename is None:
            raise
        print(f"kiosk: {error.filename}: {(error.strerror or str(error)).lower()}", file=sys.stderr)
        return MISTAKE


def _run(words: list[str]) -> int:
    files = command_files()
    name = next((word for word in words if not word.startswith("-")), None)
    if name is not None and name not in files:
        raise UnknownCommand(name, tuple(files))
    about = "Service-lane kiosk, advisor pager and waiting-room board."
    parser = OneLineParser(prog="kiosk", description=about, allow_abbrev=False)
    parser.add_argument("--version", action="store_true", help="print the version and leave")
    below = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=OneLineParser)
    chosen = parser
    command: Command | None = None
    for each, file in files.items():
        child = below.add_parser(each, help=help_line(file), allow_abbrev=False)
        if each == name:
            command = cast("Command", import_module(f"kiosk.commands.{file.stem}"))
            child.description = command.HELP
            command.add_arguments(child)
            chosen = child
    arguments, unknown = parser.parse_known_args(words)
    if unknown:
        chosen.error(f"{unknown[0]}: unknown argument")
    if arguments.version:
        command = cast("Command", import_module("kiosk.commands.version"))
        return command.run(argparse.Namespace(json=False))
    if command is None:
        parser.print_help(sys.stderr)
        return MISTAKE
    return command.run(arguments)


def command_files() -> dict[str, Path]:
    """Each command's name and file: kiosk/commands/migrate_data.py is `migrate-data`; a leading _ marks no command."""
    found = sorted(COMMANDS_FOLDER.glob("[!_]*.py"))
    return {file.stem.replace("_", "-"): file for file in found}


def help_line(file: Path) -> str:
    """The literal HELP of a command module, read without running it."""
    for statement in ast.parse(file.read_bytes(), str(file)).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="HELP")], value=ast.Constant(value=str(words))):
                return words
    return ""


class UnknownCommand(KioskError):
    """The first word names no command."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        """Offer the nearest name, or all."""
        near = difflib.get_close_matches(name, known, n=1)
        remedy = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
        super().__init__(f"{name}: unknown command; {remedy}")


if __name__ == "__main__":
    sys.exit(main())
