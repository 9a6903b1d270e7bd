"""The public holidays of a country: the library's own, without every other country's."""

from __future__ import annotations

import subprocess
import sys

import holidays
import pytest

from kiosk.public_holidays import public_holidays

YEARS = range(2025, 2051)


@pytest.mark.parametrize(("country", "region"), [("US", None), ("US", "NY"), ("MX", None), ("SA", None), ("PR", None)])
def test_they_are_what_the_library_says(country, region):
    """Country, state or territory, for decades."""
    own = holidays.country_holidays(country, subdiv=region, years=YEARS, language="en_US")

    assert public_holidays(country, region, YEARS) == dict(own)


@pytest.mark.parametrize(("country", "region"), [("XX", None), ("US", "ZZ"), ("NYSE", None), ("date", None)])
def test_what_is_no_country_or_region_is_refused(country, region):
    """Nor is a stock exchange one."""
    with pytest.raises(NotImplementedError):
        public_holidays(country, region, YEARS)


def test_other_countries_are_not_loaded():
    """A process that asks for one country has one country's module."""
    program = """
import sys
from kiosk.public_holidays import public_holidays
public_holidays("US", "NY", [2026])
print(*[name for name in sys.modules if name.startswith("holidays.countries")])
"""
    answer = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert answer.stdout.split() == []
