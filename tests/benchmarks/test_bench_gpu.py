import sys

import pytest
import torch

from cdul_app.errors import EncoderError
from tests.benchmarks import bench_gpu


def test_a_machine_without_an_accelerator_runs_a_small_form(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys, "argv", ["bench_gpu", "--device", "cpu", "--photos", "6"])
    try:
        assert bench_gpu.main() == 0
    finally:
        torch.compiler.reset()
    printed = capsys.readouterr().out
    assert "no accelerator" in printed
    for part in ("ViT-B-32", "learning, plain", "learning, compiled", "prediction, batches of 6"):
        assert part in printed


def test_what_fails_is_told_and_the_others_go_on(capsys: pytest.CaptureFixture[str]):
    def failing() -> bench_gpu.Iterator[bench_gpu.Check]:
        yield bench_gpu.Check("a part", 2, 1)
        raise EncoderError("no such kernel")

    checks = list(bench_gpu.checked("a part", failing))
    assert [(check.name, check.held) for check in checks] == [
        ("a part", True),
        ("a part runs", False),
    ]
    assert "no such kernel" in capsys.readouterr().err


def test_what_was_not_measured_does_not_hold():
    assert not bench_gpu.Check("compiled", float("nan"), 0.8).held
