from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from cdul_app.errors import ClassifierError
from cdul_app.models.training.classifier_steps import ClassifierSteps
from tests.models.training_helpers import SmallMemory

CPU = torch.device("cpu")
ON_CPU = {"backend": "aot_eager"}  # all of torch.compile but for what makes code of it


class CountingBackend:
    """Compiles as torch's own eager backend does; remembers for how many photos it ran."""

    def __init__(self) -> None:
        self.ran: list[int] = []

    def __call__(self, graph: torch.fx.GraphModule, example: list[torch.Tensor]) -> Any:
        def run(*inputs: torch.Tensor) -> Any:
            self.ran += [len(each) for each in inputs if not each.requires_grad]
            return graph(*inputs)

        return run


class FailingBackend:
    """A machine without what torch.compile needs."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, graph: torch.fx.GraphModule, example: list[torch.Tensor]) -> Any:
        self.asked += 1
        raise RuntimeError("no compiler")


class FailingGraphs:
    """CUDA graphs as torch before 2.14 had them in a thread other than the first that used them."""

    def __call__(self, graph: torch.fx.GraphModule, example: list[torch.Tensor]) -> Any:
        def run(*inputs: torch.Tensor) -> Any:
            raise AssertionError

        return run


@pytest.fixture(autouse=True)
def nothing_compiled() -> Iterator[None]:
    yield
    torch.compiler.reset()


def _linear() -> torch.nn.Linear:
    torch.manual_seed(0)
    return torch.nn.Linear(5, 3)


def _learn(steps: ClassifierSteps, count: int = 8) -> tuple[float, list[str]]:
    random = np.random.default_rng(0)
    inputs = torch.from_numpy(random.normal(size=(count, 5)).astype(np.float32))
    targets = random.uniform(size=(count, 3)).astype(np.float32)
    optimizer = torch.optim.SGD(steps.module.parameters(), lr=0.1)
    return steps.learn(inputs, targets, optimizer, seed=0)


def test_running_out_of_memory_halves_the_part_and_changes_no_result():
    roomy, cramped = ClassifierSteps(_linear(), CPU, micro_batch=8), _linear()
    memory = SmallMemory(cramped, room=2)
    steps = ClassifierSteps(cramped, CPU, micro_batch=8)
    loss, _ = _learn(roomy)
    small_loss, notes = _learn(steps)
    assert len(notes) == 2
    assert "2 at a time" in notes[-1]
    assert memory.largest_accepted == 2
    assert small_loss == pytest.approx(loss, rel=1e-6)
    torch.testing.assert_close(cramped.weight, roomy.module.weight)
    assert _learn(steps)[1] == []


def test_prediction_halves_as_well():
    module = _linear()
    inputs = torch.ones(7, 5)
    expected = module(inputs).detach().numpy()
    SmallMemory(module, room=3)
    logits, notes = ClassifierSteps(module, CPU, micro_batch=32).predict(inputs)
    assert len(notes) == 1
    np.testing.assert_allclose(logits, expected, rtol=1e-6)


def test_no_room_for_one_photo_is_a_sentence():
    module = _linear()
    SmallMemory(module, room=0)
    with pytest.raises(ClassifierError, match="smaller image size"):
        _learn(ClassifierSteps(module, CPU, micro_batch=4))


def test_a_loss_that_is_not_a_number_is_a_sentence():
    module = _linear()
    with torch.no_grad():
        module.weight.fill_(float("nan"))
    with pytest.raises(ClassifierError, match="lower learning rate"):
        _learn(ClassifierSteps(module, CPU, micro_batch=4))


def test_a_step_leaves_the_process_generator_alone():
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    _learn(ClassifierSteps(_reseeded(), CPU, micro_batch=4))
    torch.testing.assert_close(torch.rand(3), expected)


def _reseeded() -> torch.nn.Linear:
    with torch.random.fork_rng(devices=[]):
        return _linear()


def test_statistics_of_pretraining_are_kept_where_asked():
    def moved(*, keep: bool) -> bool:
        module = torch.nn.Sequential(torch.nn.Linear(5, 3), torch.nn.BatchNorm1d(3))
        steps = ClassifierSteps(module, CPU, micro_batch=8, keep_statistics=keep)
        before = module[1].running_mean.clone()
        _learn(steps)
        assert module[1].weight.grad is not None  # scales are learnt either way
        return not torch.equal(before, module[1].running_mean)

    assert moved(keep=False)
    assert not moved(keep=True)


def test_weights_scale_the_gradient_and_not_the_loss_that_is_told():
    def step(weight: float) -> tuple[float, torch.Tensor]:
        module = _linear()
        before = module.weight.detach().clone()
        inputs, targets = torch.ones(4, 5), np.full((4, 3), 0.5, dtype=np.float32)
        optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
        weights = np.full((4, 3), weight, dtype=np.float32)
        loss, _ = ClassifierSteps(module, CPU, micro_batch=4).learn(
            inputs, targets, optimizer, seed=0, weights=weights
        )
        return loss, module.weight.detach() - before

    (loss, once), (same_loss, thrice) = step(1), step(3)
    assert loss == pytest.approx(same_loss)
    torch.testing.assert_close(thrice, 3 * once)


def test_a_part_of_one_photo_is_normalised_as_in_prediction():
    """It has no variance of its own: three photos in parts of two leave one alone."""
    module = torch.nn.Sequential(torch.nn.Linear(5, 3), torch.nn.BatchNorm1d(3))
    _, notes = _learn(ClassifierSteps(module, CPU, micro_batch=2), count=3)
    assert notes == []
    assert torch.isfinite(module[0].weight).all()
    assert int(module[1].num_batches_tracked) == 1  # of the part of two


def test_a_compiled_step_learns_what_a_plain_one_does():
    plain, compiled = _linear(), _linear()
    loss, _ = _learn(ClassifierSteps(plain, CPU, micro_batch=8))
    steps = ClassifierSteps(compiled, CPU, micro_batch=8, compiled_sizes=[8], compile_with=ON_CPU)
    assert _learn(steps) == (pytest.approx(loss), [])
    torch.testing.assert_close(compiled.weight, plain.weight)
    assert list(compiled.state_dict()) == list(plain.state_dict())


def test_steps_of_other_sizes_and_those_in_parts_are_plain():
    backend = CountingBackend()
    steps = ClassifierSteps(
        _linear(), CPU, micro_batch=8, compiled_sizes=[8, 9], compile_with={"backend": backend}
    )
    for count in (8, 7, 8, 9):
        _learn(steps, count)
    assert set(backend.ran) == {8}


def test_where_compiling_fails_steps_are_plain(caplog):
    plain, module, backend = _linear(), _linear(), FailingBackend()
    loss, _ = _learn(ClassifierSteps(plain, CPU, micro_batch=8))
    steps = ClassifierSteps(
        module, CPU, micro_batch=8, compiled_sizes=[8], compile_with={"backend": backend}
    )
    assert _learn(steps) == (pytest.approx(loss), [])
    assert "not compiled any more" in caplog.text
    torch.testing.assert_close(module.weight, plain.weight)
    _learn(steps)
    assert backend.asked == 1


def test_where_compiled_steps_do_not_run_they_are_plain():
    plain, module = _linear(), _linear()
    loss, _ = _learn(ClassifierSteps(plain, CPU, micro_batch=8))
    steps = ClassifierSteps(
        module, CPU, micro_batch=8, compiled_sizes=[8], compile_with={"backend": FailingGraphs()}
    )
    assert _learn(steps) == (pytest.approx(loss), [])
    torch.testing.assert_close(module.weight, plain.weight)


class Broken(torch.nn.Linear):
    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        raise TypeError("a mistake of the program")


def test_other_errors_of_plain_steps_come_through():
    with pytest.raises(TypeError, match="a mistake"):
        _learn(ClassifierSteps(Broken(5, 3), CPU, micro_batch=8))


def test_a_compiled_step_without_memory_is_tried_plain_before_it_is_halved():
    module = _linear()
    memory = SmallMemory(module, room=4)
    steps = ClassifierSteps(module, CPU, micro_batch=8, compiled_sizes=[8], compile_with=ON_CPU)
    _, notes = _learn(steps)
    assert len(notes) == 1
    assert memory.largest_accepted == 4
