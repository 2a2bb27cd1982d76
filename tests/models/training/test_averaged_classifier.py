import numpy as np
import pytest
import torch
from torch import nn

from cdul_app.models.training.averaged_classifier import AveragedClassifier


def _module() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))


def test_it_follows_the_recursion_with_its_ramp():
    module, decay = nn.Linear(1, 1, bias=False), 0.5
    nn.init.zeros_(module.weight)
    averaged, expected = AveragedClassifier(module, decay), 0.0
    for step in range(1, 30):
        nn.init.constant_(module.weight, float(step))
        averaged.update(module)
        kept = min(decay, (1 + step) / (10 + step))
        expected = kept * expected + (1 - kept) * step
        assert float(averaged.module.weight.detach()) == pytest.approx(expected, rel=1e-5)


def test_it_is_a_copy_in_evaluation_mode_with_running_statistics():
    module = _module()
    averaged = AveragedClassifier(module, 0.9)
    module.train()
    before = averaged.module[1].running_mean.clone()
    module(torch.randn(16, 3) + 5)
    averaged.update(module)
    assert not torch.equal(before, averaged.module[1].running_mean)
    assert int(averaged.module[1].num_batches_tracked) == 1
    assert not averaged.module.training
    assert not any(weight.requires_grad for weight in averaged.module.parameters())
    assert module.training


def test_its_state_goes_on_where_it_was():
    module = _module()
    first = AveragedClassifier(module, 0.9)
    for _ in range(5):
        with torch.no_grad():
            module[0].weight.add_(1)
        first.update(module)
    second = AveragedClassifier(_module(), 0.9)
    second.load_state_dict(first.state_dict())
    for averaged in (first, second):
        averaged.update(module)
    np.testing.assert_array_equal(first.module[0].weight.numpy(), second.module[0].weight.numpy())
