import sys

import pytest

from tests.benchmarks import bench_gpu


def test_a_machine_without_an_accelerator_runs_a_small_form(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys, "argv", ["bench_gpu", "--device", "cpu", "--photos", "27"])
    assert bench_gpu.main() == 0
    printed = capsys.readouterr().out
    assert "no accelerator" in printed
    assert "ViT-B-32" in printed
    assert "prediction in batches" in printed
