"""The engine broken place by place, and held against its tests: criteria, way through, tiers, cards, words.

The tests are collected once. Each broken piece is put in place in a child process of its own, which runs them
until the first that fails; so a piece takes a blink, and nothing broken is left behind.
"""

import __future__

import ast
import importlib
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.edits import broken, named
from tests.mutation.rules import Result

TESTS = Path(__file__).parents[1]
AT_ONCE = 2
LONGEST = 120


@dataclass(frozen=True)
class Source:
    """A module; `names` are the functions, methods and tables that are broken; none: all but `without`.

    `judge` is the file of tests that knows it best, and is asked first.
    """

    module: str
    judge: str
    names: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def parts(self) -> Iterator[tuple[str, ast.stmt]]:
        """What is broken of it, by name."""
        text = Path(str(importlib.import_module(self.module).__file__)).read_text(encoding="utf-8")
        found = dict(named(text))
        missing = set(self.names) - set(found)
        assert not missing, f"{self.module} has no {missing}"
        for name in self.names or found:
            if name.rsplit(".", 1)[-1] not in self.without:
                yield name, found[name]


SOURCES = (
    Source(
        "intake.questionnaire.criteria",
        "test_criteria.py",
        # What is said of a criterion to an approval is held by tests of the safety version.
        without=(
            "as_data",
            "question_ids",
            "SIGNS",
            "__init__",
            "__sub__",
            # Used while the questions and rules are declared, long before.
            "pain_in",
            "_parts",
            "age",
            "onset_days",
            "ALWAYS",
        ),
    ),
    Source(
        "intake.questionnaire.journey",
        "test_journey.py",
        tuple(
            f"Journey.{name}"
            for name in (
                "_in_order",
                "_is_early",
                "asked_together",
                "_asked",
                "_opens",
                "_standing",
                "_ticks",
            )
        ),
    ),
    Source(
        "intake.red_flags.model",
        "test_tiers.py",
        (
            "RedFlag.urgency_when_unsure",
            "Finding.because",
            "Finding.unsure",
            "Screening.urgency",
            "Screening.at",
        ),
    ),
    Source(
        "intake.red_flags.advice",
        "test_advice.py",
        ("Card.wording", "in_force", "has_phone", "advice_for", "card_for"),
    ),
    Source("intake.red_flags", "test_screening.py", ("screen", "screen_with_texts")),
    Source(
        "intake.red_flags.watch",
        "test_watch.py",
        ("matches", "_findings", "_doubted", "_doubt", "written", "_in_texts", "_ready"),
    ),
)
# Nobody reads why a broken piece fails.
QUICKLY = ("-qq", "-n", "0", "--assert=plain", "--tb=no", "-p", "no:cacheprovider")
# Those that notice most come first.
JUDGES = (
    "questionnaire/test_criteria.py",
    "questionnaire/test_journey.py",
    "red_flags/test_advice.py",
    "red_flags/test_screening.py",
    "red_flags/test_watch.py",
    "red_flags/test_tiers.py",
    "red_flags/test_red_flags.py",
    "red_flags/test_cases.py",
)


def pieces() -> list[Result]:
    """Each broken piece of the engine, and whether a test notices."""
    trial = Trial()
    said = pytest.main([*QUICKLY, *(str(TESTS / judge) for judge in JUDGES)], plugins=[trial])
    if said != pytest.ExitCode.OK:
        sys.exit(f"the tests of the engine could not be run: {said!r}")
    return trial.results


@dataclass
class Trial:
    """Takes the place of the loop over the tests."""

    results: list[Result] = field(default_factory=list)
    running: dict[int, str] = field(default_factory=dict)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Once with nothing broken, then once for each piece."""
        items = [item for item in session.items if not _is_chance(item)]
        self._start("nothing", items)
        while self.running:
            self._wait()
        if self.results.pop() != ("nothing", False):
            sys.exit("a test of the engine fails before anything is broken")
        for source in SOURCES:
            module = importlib.import_module(source.module)
            items.sort(key=lambda item: item.path.name != source.judge)
            for name, part in source.parts():
                for what in broken(part):
                    self._start(f"{name}: {what}", items, (module, name, part))
        while self.running:
            self._wait()
        return True

    def _start(
        self, what: str, items: list[pytest.Item], piece: tuple[ModuleType, str, ast.stmt] | None = None
    ) -> None:
        if len(self.running) == AT_ONCE:
            self._wait()
        child = os.fork()
        if not child:
            os._exit(_judged(items, piece))
        self.running[child] = what

    def _wait(self) -> None:
        child, status = os.wait()
        self.results.append((self.running.pop(child), status != 0))


def _judged(items: list[pytest.Item], piece: tuple[ModuleType, str, ast.stmt] | None) -> int:
    """The exit code: 0 when no test notices."""
    # A piece that never ends has been noticed.
    signal.alarm(LONGEST)
    try:
        if piece:
            put(*piece)
        following = [*items[1:], None]
        for item, after in zip(items, following, strict=True):
            if any(report.failed for report in runtestprotocol(item, log=False, nextitem=after)):
                return 1
    except BaseException:
        return 2
    return 0


def _is_chance(item: pytest.Item) -> bool:
    """A property is tried on people made at random: what it notices today it may miss tomorrow."""
    return hasattr(getattr(item, "function", None), "hypothesis")


def put(module: ModuleType, name: str, part: ast.stmt) -> None:
    """The part of the module as it is now in the tree, wherever it was imported already."""
    if isinstance(part, ast.FunctionDef):
        _function(module, name).__code__ = _compiled(part, module)
        return
    assert isinstance(part, ast.Assign | ast.AnnAssign)
    assert part.value is not None
    said: Any = eval(compile(ast.Expression(part.value), str(module.__file__), "eval"), vars(module))
    held = getattr(module, name)
    if isinstance(held, dict):
        held.clear()
        held.update(said)
    else:
        vars(held).update(vars(said))


def _function(module: ModuleType, name: str) -> FunctionType:
    """The function itself, also where it is a property."""
    *owner, last = name.split(".")
    found: Any = vars(getattr(module, owner[0]) if owner else module)[last]
    if isinstance(found, property):
        found = found.fget
    elif isinstance(found, cached_property):
        found = found.func
    assert isinstance(found, FunctionType)
    return found


def _compiled(part: ast.FunctionDef, module: ModuleType) -> CodeType:
    bare = ast.FunctionDef(**{**dict(ast.iter_fields(part)), "decorator_list": []})
    whole = ast.fix_missing_locations(ast.Module([ast.copy_location(bare, part)], []))
    code = compile(
        whole, str(module.__file__), "exec", __future__.annotations.compiler_flag, dont_inherit=True
    )
    return next(each for each in code.co_consts if isinstance(each, CodeType) and each.co_name == part.name)
