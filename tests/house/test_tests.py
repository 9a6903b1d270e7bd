"""The tests' own manners: each states its rule, and none waits for time to pass."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = sorted(Path(__file__).parents[1].rglob("*.py"))


def name(file: Path) -> str:
    """A file as a test's id."""
    return str(file.relative_to(Path(__file__).parents[1]))


@pytest.mark.parametrize("file", [file for file in TESTS if file.name.startswith("test_")], ids=name)
def test_every_test_states_its_rule(file):
    """Each test's docstring is its rule in one sentence."""
    functions = [
        node
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]

    assert not [each.name for each in functions if not (ast.get_docstring(each) or "").rstrip("'\"”").endswith(".")]


@pytest.mark.parametrize("file", TESTS, ids=name)
def test_no_test_waits_for_time_to_pass(file):
    """A test file sleeps nowhere; one that waits for a process or a socket of its own looks again within 50 ms."""
    slept = []
    for node in ast.walk(ast.parse(file.read_bytes())):
        match node:
            case ast.Call(func=ast.Attribute(attr="sleep") | ast.Name(id="sleep"), args=[duration]):
                is_short = isinstance(duration, ast.Constant) and duration.value <= 0.05
                slept += [] if is_short else [node.lineno]

    assert not slept
