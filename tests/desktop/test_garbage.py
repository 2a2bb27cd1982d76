"""What imports made is set aside, and looked through by no collection."""

import gc
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from cdul_app.desktop import app
from cdul_app.desktop.garbage import MANY_MODULES, GarbageCollector


@pytest.fixture
def collector(qapp) -> Iterator[GarbageCollector]:
    seconds = sys.getswitchinterval()
    gc.unfreeze()
    collector = app.prepare_interpreter(qapp)
    yield collector
    collector.stop()
    sys.setswitchinterval(seconds)


def make_garbage() -> None:
    for _ in range(2 * gc.get_threshold()[0]):
        cycle: list[object] = []
        cycle.append(cycle)


def test_what_is_there_at_the_start_is_frozen(collector: GarbageCollector):
    assert gc.get_freeze_count() > 1000
    assert not gc.isenabled()


def test_a_large_import_is_frozen_instead_of_looked_through(
    collector: GarbageCollector, monkeypatch: pytest.MonkeyPatch
):
    before = gc.get_freeze_count()
    make_garbage()
    collector.collect()  # nothing was imported: it is collected
    assert gc.get_freeze_count() <= before
    for number in range(MANY_MODULES + 1):
        monkeypatch.setitem(sys.modules, f"imported_{number}", ModuleType(f"imported_{number}"))
    before = gc.get_freeze_count()
    make_garbage()
    collector.collect()
    assert gc.get_freeze_count() > before
    make_garbage()
    collector.collect()  # once an import
    assert gc.get_count()[0] < gc.get_threshold()[0]


def test_the_timer_collects(qtbot, collector: GarbageCollector):
    make_garbage()
    qtbot.waitUntil(lambda: gc.get_count()[0] < gc.get_threshold()[0], timeout=5000)
