"""One step of a classifier on its device: learn from a batch, or predict it."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from cdul_app.errors import ClassifierError
from cdul_app.language import tr
from cdul_app.models.accelerated.device_memory import is_out_of_memory, pinned

CUDA_GRAPHS = MappingProxyType({"mode": "reduce-overhead"})  # of torch.compile

logger = logging.getLogger(__name__)


class ClassifierSteps:
    """Runs batches in parts of `micro_batch` photos, predicts in parts of `prediction_batch`;
    either is halved when memory runs out.

    Gradients of the parts add up, so that a smaller part changes no setting of the training.
    Steps of `compiled_sizes` photos go through torch.compile; where that fails, none do.
    """

    def __init__(
        self,
        module: nn.Module,
        device: torch.device,
        *,
        micro_batch: int,
        prediction_batch: int | None = None,
        keep_statistics: bool = False,
        compiled_sizes: Collection[int] = (),
        compile_with: Mapping[str, Any] = CUDA_GRAPHS,
    ) -> None:
        """prediction_batch : None for `micro_batch`; keep_statistics : batch normalisation uses
        what pretraining measured, not each batch; compiled_sizes : see
        training_setup.compiled_sizes; compile_with : options of torch.compile."""
        self.module = module
        self.micro_batch = micro_batch
        self.prediction_batch = prediction_batch or micro_batch
        self._device = device
        self._keep_statistics = keep_statistics
        self._autocast = device.type == "cuda"  # bfloat16 keeps float32's range
        if self._autocast:  # convolutions in half precision are made for it
            module.to(memory_format=torch.channels_last)
        self.compiled_sizes = frozenset(compiled_sizes)  # empty once that fails
        self._compile_with = compile_with
        self._compiled: Callable[[Tensor], Tensor] | None = None

    def learn(
        self,
        inputs: Tensor,
        targets: NDArray[np.float32],
        optimizer: torch.optim.Optimizer,
        *,
        seed: int,
        weights: NDArray[np.float32] | None = None,
    ) -> tuple[float, list[str]]:
        """Step A on one batch: soft-label binary cross-entropy (CDUL eq. 8-9).

        inputs : (n, ...); targets : (n, n_classes) in [0, 1]; seed : of this step's randomness;
        weights : like targets, what each label counts in the step, None for 1.
        Returns the mean loss per label, unweighted, and notes for the person.
        Raises ClassifierError where not even one photo fits into memory, or the loss is not finite.
        """
        self.module.train()
        labels = torch.from_numpy(targets)
        counts = torch.ones_like(labels) if weights is None else torch.from_numpy(weights)

        def step() -> float:
            with _seeded(seed, self._device):
                loss = self._accumulate(inputs, labels, counts, optimizer)
            if not np.isfinite(loss):
                raise ClassifierError(
                    tr(
                        "Training diverged, its loss is no longer a number: start again with a "
                        "lower learning rate."
                    )
                )
            optimizer.step()
            return loss

        notes: list[str] = []
        while True:
            try:
                return step(), notes
            except ClassifierError:
                raise
            except Exception as error:
                # Whatever a compiler meets, or no memory, of which a compiled step may take more.
                if self._is_compiled(len(inputs)):
                    logger.warning("Steps are not compiled any more: %r", error)
                    self.compiled_sizes, self._compiled = frozenset(), None
                elif isinstance(error, RuntimeError):
                    self.micro_batch = self._half(self.micro_batch, len(inputs), error, notes)
                else:
                    raise

    def predict(self, inputs: Tensor) -> tuple[NDArray[np.float32], list[str]]:
        """Logits (n, n_classes) of a batch, and notes.  Raises ClassifierError."""
        self.module.eval()

        def pass_through() -> NDArray[np.float32]:
            with torch.inference_mode(), self._precision():
                parts = [
                    self.module(self._uploaded(part)).float().cpu()
                    for part in torch.split(inputs, self.prediction_batch)
                ]
            return torch.cat(parts).numpy()

        notes: list[str] = []
        logits: NDArray[np.float32] | None = None
        while logits is None:
            try:
                logits = pass_through()
            except RuntimeError as error:
                self.prediction_batch = self._half(self.prediction_batch, len(inputs), error, notes)
        if not np.isfinite(logits).all():
            raise ClassifierError(
                tr(
                    "The classifier gives scores that are not numbers: train it again with a "
                    "lower learning rate."
                )
            )
        return logits, notes

    def _accumulate(
        self, inputs: Tensor, labels: Tensor, counts: Tensor, optimizer: torch.optim.Optimizer
    ) -> float:
        """Gradients of the whole batch.  Returns the mean loss per label."""
        optimizer.zero_grad(set_to_none=True)
        total = torch.zeros((), device=self._device)  # asked for once, when all is under way
        # Before the first part: an upload in between would wait for it.
        labels, counts = self._uploaded(labels), self._uploaded(counts)
        forward = self._forward(len(inputs))
        split = (torch.split(whole, self.micro_batch) for whole in (inputs, labels, counts))
        for part, part_labels, part_counts in zip(*split, strict=True):
            if len(part) == 1 or self._keep_statistics:
                _keep_batch_statistics(self.module)
            with self._precision():
                logits = forward(self._uploaded(part))
            loss = functional.binary_cross_entropy_with_logits(
                logits.float(), part_labels, reduction="none"
            )
            # The sum over classes, the mean over photos: the step does not shrink with classes.
            step = (loss * part_counts).sum() / len(inputs)
            step.backward()
            total += loss.detach().sum()
        return float(total) / labels.numel()

    def _is_compiled(self, count: int) -> bool:
        """In one part only: the gradients of a CUDA graph last until its next run."""
        return count in self.compiled_sizes and count <= self.micro_batch

    def _forward(self, count: int) -> Callable[[Tensor], Tensor]:
        """Of steps of so many photos; what is compiled is so when it is first called."""
        if not self._is_compiled(count):
            return self.module
        if self._compiled is None:
            self._compiled = torch.compile(self.module, dynamic=False, **self._compile_with)
        return self._compiled

    def _precision(self) -> AbstractContextManager[object]:
        if not self._autocast:
            return nullcontext()
        return torch.autocast(self._device.type, dtype=torch.bfloat16)

    def _uploaded(self, inputs: Tensor) -> Tensor:
        """From pinned memory, where the copy keeps nobody waiting."""
        if self._device.type == "cuda" and inputs.device.type == "cpu":
            inputs = pinned(inputs)
        return inputs.to(self._device, non_blocking=True)

    def _half(self, part: int, batch: int, error: RuntimeError, notes: list[str]) -> int:
        """Of what was tried at once; adds a note of it.  Raises ClassifierError for one photo, and
        an error that is not of memory again."""
        if not is_out_of_memory(error):
            raise error
        tried = min(part, batch)
        if tried <= 1:
            raise ClassifierError(
                tr(
                    "Not even one photo fits into the memory of {device}: choose a smaller image "
                    "size or classifier, close other programs that use the device, or train on "
                    "the CPU.",
                    device=self._device,
                )
            ) from error
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        half = tried // 2
        notes.append(
            tr(
                "Memory ran out with {tried} photos at once: going on with {half} at a time.",
                tried=tried,
                half=half,
            )
        )
        return half


def _keep_batch_statistics(module: nn.Module) -> None:
    """Normalise as in prediction: one photo has no variance of its own, a few have a poor one."""
    for layer in module.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm):
            layer.eval()


@contextmanager
def _seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Dropout and the like drawn from `seed`; the process's own generators stay as they were."""
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        # torch.manual_seed would queue a call, and a stack trace, for a CUDA that never starts.
        torch.default_generator.manual_seed(seed)
        if device.type == "cuda":
            with torch.cuda.device(device):
                torch.cuda.manual_seed(seed)
        yield
