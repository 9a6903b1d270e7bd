"""The public holidays of a country, from the tables of the holidays library. The only file that knows it.

Asked in the library's own way, it loads every country there is: half a second of every start, and 15 MB for as long as
the hub runs. Here only the one country's module is loaded.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from types import ModuleType

LANGUAGE = "en_US"
COUNTRIES = "holidays.countries."


def public_holidays(country: str, region: str | None, years: Iterable[int]) -> dict[date, str]:
    """Dates and English names; a date with two holidays has `one; other`.

    Args:
        country: ISO 3166 code. region: a state or province with holidays of its own.

    Raises:
        NotImplementedError: the library knows no such country or region.
    """
    import holidays
    from holidays.registry import EntityLoader

    loader = getattr(holidays, country, None)
    if not isinstance(loader, EntityLoader) or not loader.module_name.startswith(COUNTRIES):
        raise NotImplementedError(country)
    of_country: Any = getattr(_module(loader.module_name), loader.entity_name)
    return dict(of_country(subdiv=region, years=years, language=LANGUAGE))


def _module(name: str) -> ModuleType:
    """One module, without the package that it lies in; a territory's module loads the package by itself."""
    known = sys.modules.get(name)
    if known is not None:
        return known
    import holidays

    file = Path(holidays.__file__).parent.joinpath(*name.split(".")[1:]).with_suffix(".py")
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise NotImplementedError(name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
