"""Statements compiled once and run on the driver's own cursor, for what every check-in runs.

SQLAlchemy writes them, for either database, and its types read and write the values; what is left out is the work that
it does anew for each execution: four fifths of a small statement's time. What is run now and then does without this.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.types import TypeEngine

Processor = Callable[[Any], Any]


@dataclass(frozen=True)
class _Compiled:
    """A statement for one dialect.

    Attributes:
        names: of its values, in the order of the question marks if there are any. pick: takes them out of a mapping.
        by_name: the driver takes the values by name.
        binds: what is done to a value before it is sent, by its place; the others are sent as they are.
        results: what is done to a column of a row, by its place; the others are taken as they are.
        constants: values that the statement has by itself.
    """

    sql: str
    names: tuple[str, ...]
    pick: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    by_name: bool
    binds: tuple[tuple[int, Processor], ...]
    results: tuple[tuple[int, Processor], ...]
    constants: Mapping[str, Any]

    def arguments(self, values: Mapping[str, Any]) -> Sequence[Any] | Mapping[str, Any]:
        """The values as the driver takes them."""
        given = list(self.pick({**self.constants, **values} if self.constants else values))
        for place, bind in self.binds:
            given[place] = bind(given[place])
        return dict(zip(self.names, given, strict=True)) if self.by_name else given

    def read(self, raw: Sequence[Any]) -> Sequence[Any]:
        """A row as it is meant."""
        if not self.results:
            return raw
        row = list(raw)
        for place, read in self.results:
            row[place] = read(row[place])
        return row


class Prepared:
    """One statement. `columns` names the values of an insert; others are found in the statement itself."""

    def __init__(self, statement: Any, columns: Iterable[str] | None = None) -> None:
        """Nothing is compiled before the first run: only then is the database known."""
        self._statement = statement
        self._columns = None if columns is None else list(columns)
        self._compiled: dict[str, _Compiled] = {}
        selected = getattr(statement, "exported_columns", None) or ()
        self._selected: list[Any] = list(selected)
        self._row: Any = namedtuple("Row", [one.key for one in self._selected])  # type: ignore[misc]  # noqa: PYI024

    def run(self, connection: Connection, **values: Any) -> int:
        """Change rows; the answer is how many."""
        compiled = self._for(connection)
        return int(_cursor(connection).execute(compiled.sql, compiled.arguments(values)).rowcount)

    def run_many(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """The same change with each of these values."""
        compiled = self._for(connection)
        _cursor(connection).executemany(compiled.sql, [compiled.arguments(one) for one in rows])

    def all(self, connection: Connection, **values: Any) -> list[Any]:
        """The rows, as named tuples."""
        compiled = self._for(connection)
        raw = _cursor(connection).execute(compiled.sql, compiled.arguments(values)).fetchall()
        make, read = self._row._make, compiled.read
        return [make(read(one)) for one in raw]

    def first(self, connection: Connection, **values: Any) -> Any:
        """The first row, or None."""
        found = self.all(connection, **values)
        return found[0] if found else None

    def scalar(self, connection: Connection, **values: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.first(connection, **values)
        return row[0] if row else None

    def _for(self, connection: Connection) -> _Compiled:
        known = self._compiled.get(connection.dialect.name)
        return known or self._compiled.setdefault(connection.dialect.name, self._compile(connection.dialect))

    def _compile(self, dialect: Dialect) -> _Compiled:
        statement: Executable = self._statement
        compiled: Any = statement.compile(dialect=dialect, column_keys=self._columns)  # type: ignore[attr-defined]
        binds: Mapping[str, BindParameter[Any]] = compiled.binds
        names = tuple(compiled.positiontup or binds)
        processors = [_bind(binds[name].type, dialect) for name in names]
        results = [_result(column.type, dialect) for column in self._selected]
        return _Compiled(
            sql=compiled.string,
            names=names,
            pick=_picker(names),
            by_name=not compiled.positiontup,
            binds=tuple((place, bind) for place, bind in enumerate(processors) if bind),
            results=tuple((place, read) for place, read in enumerate(results) if read),
            constants={name: one.value for name, one in binds.items() if not one.required and one.value is not None},
        )


def _picker(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


def _cursor(connection: Connection) -> Any:
    driver: Any = connection.connection.dbapi_connection
    return driver.cursor()


def _bind(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _result(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
