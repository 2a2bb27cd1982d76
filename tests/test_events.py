"""A task's result is its return value: how it gets there, and that nothing else is done instead."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from cdul_app.events import Event, Events, Noted, Progressed, Skipped, Started, follow, relay
from tests.conftest import REPOSITORY
from tests.events import run_task

# Skipped may stand in a stream of other items, for one of them that was left out.
EVENT_NAMES = {"Event"} | {kind.__name__ for kind in get_args(Event)} - {Skipped.__name__}
STREAMS = {"Generator", "Iterator", "Iterable"}
FILLING = {"append", "extend", "insert", "add", "update", "setdefault", "write", "writelines"}
CONTAINERS = {"list", "dict", "set", "TextIO", "IO", "StringIO"}


def counting(closed: list[str]) -> Events[int]:
    try:
        yield Started("Counting", 2)
        yield Progressed(1)
        yield Progressed(2)
        return 2
    finally:
        closed.append("counting")


def test_followed_to_its_end_a_task_gives_its_result():
    closed: list[str] = []
    assert run_task(counting(closed)) == ([Started("Counting", 2), Progressed(1), Progressed(2)], 2)
    assert closed == ["counting"]


def test_who_takes_the_events_can_end_the_task():
    closed: list[str] = []

    def take(event: Event) -> None:
        if isinstance(event, Progressed):
            raise InterruptedError

    with pytest.raises(InterruptedError):
        follow(counting(closed), take)
    assert closed == ["counting"]


def in_words(event: Event) -> Event | None:
    return Noted(f"{event.done} done") if isinstance(event, Progressed) else None


def test_relayed_events_are_changed_or_left_out_and_the_result_stays():
    assert run_task(relay(counting([]), in_words)) == ([Noted("1 done"), Noted("2 done")], 2)


def test_closing_what_is_relayed_closes_the_task():
    closed: list[str] = []
    relayed = relay(counting(closed), in_words)
    assert next(relayed) == Noted("1 done")
    relayed.close()
    assert closed == ["counting"]


def faults(source: str) -> Iterator[str]:
    """What in a module's source lets a result leave a task by another way than its return value.

    That a function annotated as Events yields nothing else mypy checks.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Subscript) and _names(node.value) & STREAMS:
            if _names(node.slice) & EVENT_NAMES:
                yield f"line {node.lineno}: {ast.unparse(node)} has no result, or is no Events[…]"
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for item in node.body:
                if isinstance(item, ast.FunctionDef) and _is_task(item):
                    yield f"line {item.lineno}: {node.name}.{item.name} may leave it in attributes"
        elif isinstance(node, ast.FunctionDef) and _is_task(node):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            containers = {each.arg for each in arguments if _names(each.annotation) & CONTAINERS}
            for inner in ast.walk(node):
                if not isinstance(inner, ast.Attribute | ast.Subscript):
                    continue
                calls = isinstance(inner, ast.Attribute) and inner.attr in FILLING
                filled = inner.value if calls or isinstance(inner.ctx, ast.Store) else None
                if isinstance(filled, ast.Name) and filled.id in containers:
                    yield f"line {inner.lineno}: {node.name} fills {filled.id}"


def _is_task(function: ast.FunctionDef) -> bool:
    return "Events" in _names(function.returns) and any(
        isinstance(inner, ast.Yield | ast.YieldFrom) for inner in ast.walk(function)
    )


def _names(expression: ast.AST | None) -> set[str]:
    """Also those in annotations that are written as text."""
    found: set[str] = set()
    for node in ast.walk(expression) if expression is not None else ():
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= set(re.findall(r"\w+", node.value))
    return found


def test_results_leave_tasks_by_return_value_only():
    package = REPOSITORY / "cdul_app"
    files = [file for file in package.rglob("*.py") if file != package / "events.py"]
    assert len(files) > 200
    found = [
        f"{file.relative_to(REPOSITORY)}, {fault}"
        for file in files
        for fault in faults(Path(file).read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "def train(data) -> Generator[Event | TrainedClassifier]: yield Started('')",
        "Search = Generator[Event | SimilaritiesFound, None, None]",
        "def score(found: list[int]) -> Iterator[Event]: yield Started('')",
        "def score(found: list[int]) -> Events[None]:\n    found.append(1)\n    yield Started('')",
        "def score(found: dict[int, int]) -> Events[None]:\n    found[1] = 2\n    yield x",
        "def label(*, stream: TextIO | None) -> Events[None]:\n    yield from stream.write('')",
        "class Labels:\n    def events(self) -> Events[None]: yield Started('')",
    ],
)
def test_that_check_sees_the_other_ways(source: str):
    assert list(faults(source))


@pytest.mark.parametrize(
    "source",
    [
        "def train(data) -> 'Events[TrainedClassifier]':\n    return (yield from learn(data))",
        "def names(folder) -> Iterator[str | Skipped]: yield ''",
        "def score(store, found: list[int]) -> Events[int]:\n    store.add(found)\n    yield x",
        "def show(history: Sequence[EpochFinished]) -> bool: return True",
    ],
)
def test_that_check_allows_what_is_right(source: str):
    assert list(faults(source)) == []
