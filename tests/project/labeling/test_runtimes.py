"""Which runtime is the fastest, by what a trial found and is remembered."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.paths import user_cache_dir
from cdul_app.project.labeling import runtimes
from cdul_app.project.labeling.paces import keep_pace
from cdul_app.project.labeling.runtimes import (
    TriedRuntimes,
    clear_graphs,
    graph_bytes,
    keep_graph,
    keep_tried_runtimes,
    kept_graph,
    least_worth_a_trial,
    may_be_another,
    runtime_words,
    seconds_of_photos,
    trial_seconds,
    tried_runtimes,
)
from cdul_app.settings.configs import AUTO, INT8, ONNX, TORCH, ScoringConfig

QUICK = ScoringConfig(encoder="ViT-B-32/openai", device="cpu", views="paper")
FOUND = TriedRuntimes(
    "key",
    runtimes.installed_versions(),
    {ONNX: 1.5, INT8: 3.0},
    {ONNX: 4.0, INT8: 12.0},
    trial_seconds=20.0,
    view_seconds=0.05,
)


@pytest.fixture(autouse=True)
def extra_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtimes, "can_write_onnx", lambda: True)


@pytest.fixture
def other_versions() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runtimes, "installed_versions", lambda: "onnxruntime 0.1")
        yield patch


@given(
    gains=st.dictionaries(st.sampled_from([ONNX, INT8]), st.floats(0.01, 50)),
    made=st.floats(0, 1000),
    seconds=st.floats(0, 1e6),
)
def test_the_choice_is_never_slower_than_torch_with_what_making_it_takes(gains, made, seconds):
    tried = replace(FOUND, gains=gains, seconds_to_make=dict.fromkeys(gains, made))
    chosen = tried.fastest(AUTO, seconds)
    if chosen != TORCH:
        assert made + seconds / gains[chosen] <= seconds
        assert gains[chosen] >= runtimes.LEAST_GAIN
    assert tried.fastest(TORCH, seconds) == TORCH
    assert tried.fastest(INT8, seconds) in (INT8, TORCH)


def test_a_graph_that_is_kept_takes_a_second_to_load(tmp_path: Path):
    keep_tried_runtimes(QUICK, FOUND)
    assert tried_runtimes(QUICK) == FOUND
    graph = tmp_path / "made.onnx"
    graph.write_bytes(b"a graph")
    keep_graph("key", INT8, graph)
    assert kept_graph("key", INT8).read_bytes() == b"a graph"
    kept = tried_runtimes(QUICK)
    assert kept is not None
    assert kept.seconds_to_make == {ONNX: 4.0, INT8: runtimes.SECONDS_TO_LOAD}
    assert kept.fastest(AUTO, 5) == INT8


def test_graphs_used_longest_ago_go_for_a_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runtimes, "MOST_GRAPH_BYTES", 25)
    graph = tmp_path / "made.onnx"
    graph.write_bytes(b"ten bytes.")
    for age, key in enumerate(("a", "b")):
        keep_graph(key, ONNX, graph)
        os.utime(kept_graph(key, ONNX), (1000 - age, 1000 - age))
    keep_graph("c", ONNX, graph)
    assert [kept_graph(key, ONNX).exists() for key in "abc"] == [True, False, True]
    graph.write_bytes(b"more than there is room for")
    keep_graph("d", ONNX, graph)
    assert [kept_graph(key, ONNX).exists() for key in "acd"] == [True, True, False]
    keep_graph("e", ONNX, tmp_path / "gone.onnx")
    assert not kept_graph("e", ONNX).exists()


def test_graphs_are_counted_and_cleared(tmp_path: Path):
    assert graph_bytes() == 0
    clear_graphs()
    graph = tmp_path / "made.onnx"
    graph.write_bytes(b"ten bytes.")
    for key in "ab":
        keep_graph(key, ONNX, graph)
    assert graph_bytes() == 20
    clear_graphs()
    assert graph_bytes() == 0
    assert graph.exists()


def test_what_takes_longer_to_make_is_for_more_photos():
    assert [FOUND.fastest(AUTO, seconds) for seconds in (5, 20, 200)] == [TORCH, ONNX, INT8]
    assert FOUND.fastest(ONNX, 5) == ONNX
    assert replace(FOUND, gains={}, seconds_to_make={}).fastest(INT8, 1e6) == TORCH


def test_a_trial_is_for_what_makes_up_for_it():
    cost, least = trial_seconds(0.05), least_worth_a_trial(0.05)
    assert cost + least / runtimes.PAYING_GAIN == pytest.approx(least)
    assert least_worth_a_trial(0.5) > least  # a larger encoder


@given(slowness=st.floats(0.1, 10), view=st.floats(1e-3, 10), other=st.floats(1e-3, 10))
def test_trials_take_as_long_as_others_did_on_this_machine(slowness, view, other):
    (user_cache_dir() / "runtimes.json").unlink(missing_ok=True)
    usual = [trial_seconds(each) for each in (view, other)]
    found = replace(FOUND, trial_seconds=slowness * usual[0], view_seconds=view)
    keep_tried_runtimes(QUICK, found)
    assert trial_seconds(other) == pytest.approx(slowness * usual[1])


def test_a_trial_is_remembered_for_the_encoder_and_the_versions(other_versions):
    assert tried_runtimes(QUICK) is None
    kept = replace(FOUND, versions=runtimes.installed_versions())
    keep_tried_runtimes(QUICK, kept)
    assert tried_runtimes(QUICK) == tried_runtimes(QUICK, "key") == kept
    assert tried_runtimes(QUICK, "another") is None
    assert tried_runtimes(replace(QUICK, encoder="ViT-B-16/openai")) is None
    other_versions.setattr(runtimes, "installed_versions", lambda: "onnxruntime 0.2")
    assert tried_runtimes(QUICK) is None


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"\xff", b'{"%s": 1}', b'{"%s": {"gains": 2}}', b'{"%s": null}']
)
def test_a_damaged_memory_counts_as_none(content: bytes):
    keep_tried_runtimes(QUICK, FOUND)
    file = user_cache_dir() / "runtimes.json"
    (key,) = json.loads(file.read_bytes())
    file.write_bytes(content.replace(b"%s", key.encode()))
    assert tried_runtimes(QUICK) is None
    assert trial_seconds(0.05) > 0
    keep_tried_runtimes(QUICK, FOUND)
    assert tried_runtimes(QUICK) is not None


def test_the_estimate_knows_what_will_encode():
    assert seconds_of_photos(QUICK, 1000) is None
    keep_pace(QUICK, 0.3)
    assert seconds_of_photos(QUICK, 1000) == pytest.approx(300)
    keep_tried_runtimes(QUICK, FOUND)
    assert seconds_of_photos(QUICK, 1000) == pytest.approx(12 + 100)
    assert seconds_of_photos(QUICK, 30) == pytest.approx(9)  # torch, as making takes longer
    assert seconds_of_photos(replace(QUICK, runtime=TORCH), 1000) == pytest.approx(300)
    assert seconds_of_photos(replace(QUICK, runtime=ONNX), 1000) == pytest.approx(4 + 200)
    keep_pace(QUICK, 0.2, runtime=INT8)  # measured, with reading and cutting
    assert seconds_of_photos(QUICK, 1000) == pytest.approx(12 + 200)
    assert seconds_of_photos(replace(QUICK, runtime=TORCH), 1000) == pytest.approx(300)


def test_it_can_be_switched_off_and_is_for_separate_views():
    assert may_be_another(QUICK)
    assert not may_be_another(replace(QUICK, runtime=TORCH))
    assert not may_be_another(replace(QUICK, views="fast"))


def test_how_it_came_out_is_told():
    assert runtime_words(QUICK) == ""
    slow = replace(FOUND, gains={ONNX: 1.01}, seconds_to_make={ONNX: 4.0})
    keep_tried_runtimes(QUICK, slow)
    assert "nothing is faster" in runtime_words(QUICK)
    keep_tried_runtimes(QUICK, FOUND)
    assert "ONNX Runtime 1.5, ONNX Runtime in 8 bits 3.0" in runtime_words(QUICK)
    assert runtime_words(replace(QUICK, runtime=TORCH)) == ""
