"""The table of all choices runs: on a few drawn scenes, and on vectors of a few photos."""

import numpy as np
import pytest

from tests.benchmarks import bench_quality
from tests.benchmarks.quality.bounds import check_bounds
from tests.benchmarks.quality.sources import ScoreVectors
from tests.benchmarks.quality.table import Figures, Row


def test_scoring_choices_on_a_few_scenes(capsys: pytest.CaptureFixture[str]) -> None:
    bench_quality.main(
        ["--sources", "c", "--seeds", "101", "--scenes", "8", "--runs", "1",
         "--families", "aggregation,cuts,report"]
    )  # fmt: skip
    printed = capsys.readouterr().out
    assert "aggregation: mean of both, zeta 0 *" in printed
    assert "cuts: automatic, 20 answers a class" in printed
    assert "(c) pseudo labels over CLIP" in printed


def test_vectors_have_rows_for_aggregation_and_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    truth = (random.random((60, 3)) < 0.3).astype(np.int8)
    cosines = (0.05 * truth + 0.02 * random.standard_normal((60, 3))).astype(np.float32)
    vectors = ScoreVectors(cosines, cosines + 0.01, cosines - 0.01, truth)
    monkeypatch.setattr(bench_quality, "score_vectors", lambda: vectors)
    rows = bench_quality.rows_of_vectors({"aggregation", "cuts", "collection"}, runs=1)
    assert all(0 <= (row.figures["a"].f1 or 0) <= 100 for row in rows)
    families = {"aggregation", "scores", "cuts", "collection, paper views"}
    assert families <= {row.family for row in rows}
    (both,) = (row.figures["a"] for row in rows if row.choice == "with both")
    assert both.gain is not None
    assert both.low is not None
    assert both.high is not None
    assert both.low <= both.gain <= both.high


def test_rows_of_the_same_choice_become_one() -> None:
    rows = bench_quality.merged(
        [
            Row("cuts", "fixed", False, {"a": Figures(f1=80.0)}),
            Row("views", "fast", False, {"b": Figures(labels=50.0)}),
            Row("cuts", "fixed", True, {"b": Figures(f1=60.0)}),
        ]
    )
    assert [(row.choice, row.is_default) for row in rows] == [("fixed", True), ("fast", False)]
    assert rows[0].figures == {"a": Figures(f1=80.0), "b": Figures(f1=60.0)}


def test_bounds_tell_what_holds_and_what_does_not() -> None:
    rows = [
        Row("cuts", "automatic, 0 answers a class", True, {"a": Figures(f1=81.0)}),
        Row("aggregation", "whole photo alone", False, {"c": Figures(labels=50.0)}),
        Row("aggregation", "mean of both, zeta 0", True, {"c": Figures(labels=56.0)}),
    ]
    assert [holds for _, holds in check_bounds(rows)] == [False, True]


def test_a_folder_needs_its_truth(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench_quality.main(["--folder", "photos"])
    assert "go together" in capsys.readouterr().err
