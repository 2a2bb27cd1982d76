"""The weights in a TorchScript archive, as OpenAI published them, without running it.

Such an archive is a program with the values of its objects in a pickle.  `torch.jit.load` compiles
the program and runs what it says of itself; here the pickle alone is read, with nothing in reach
but lists, tables and tensors.
"""

import math
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import torch

from cdul_app.language import tr

_MOST_TREE_BYTES = 64 * 2**20  # of the objects without their values; RN50x64's take 1 MB
_NUMBERS = {
    "FloatStorage": torch.float32, "HalfStorage": torch.float16, "DoubleStorage": torch.float64,
    "BFloat16Storage": torch.bfloat16, "LongStorage": torch.int64, "IntStorage": torch.int32,
}  # fmt: skip
# What OpenAI's models keep beside their weights.
_NO_WEIGHTS = frozenset({"input_resolution", "context_length", "vocab_size", "attn_mask"})


def is_torchscript(checkpoint: Path) -> bool:
    try:
        with zipfile.ZipFile(checkpoint) as archive:
            return any(name.endswith("/constants.pkl") for name in archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def read_torchscript_weights(checkpoint: Path) -> dict[str, torch.Tensor]:
    """By their names, in the number types of the file.

    Raises OSError, ValueError, LookupError or UnpicklingError for another content.
    """
    with zipfile.ZipFile(checkpoint) as archive:
        (tree,) = (name for name in archive.namelist() if name.endswith("/data.pkl"))
        if archive.getinfo(tree).file_size > _MOST_TREE_BYTES:
            raise ValueError(tr("its description is too large"))
        with archive.open(tree) as stream:
            root = _TreeUnpickler(stream, archive, tree.removesuffix("data.pkl")).load()
    found: dict[str, torch.Tensor] = {}
    _collect(root, "", found)
    return {
        name: values for name, values in found.items() if name.rpartition(".")[2] not in _NO_WEIGHTS
    }


class _ProgramObject:
    """Stands for an object of any of the program's classes."""

    fields: Any = None

    def __setstate__(self, fields: Any) -> None:
        self.fields = fields


class _TreeUnpickler(pickle.Unpickler):
    def __init__(self, stream: Any, archive: zipfile.ZipFile, folder: str) -> None:
        super().__init__(stream)
        self._archive, self._folder = archive, folder
        self._storages: dict[str, torch.Tensor] = {}

    def find_class(self, module: str, name: str) -> Any:
        if module.split(".")[0] == "__torch__":
            return _ProgramObject
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if module == "torch" and name in _NUMBERS:
            return _NUMBERS[name]
        raise pickle.UnpicklingError(f"GLOBAL {module}.{name} is none of weights")

    def persistent_load(self, identifier: Any) -> torch.Tensor:
        kind, number, key, _, count = identifier
        if kind != "storage" or not isinstance(number, torch.dtype) or not isinstance(count, int):
            raise ValueError(tr("it holds something else than numbers"))
        if key not in self._storages:
            member = self._archive.getinfo(f"{self._folder}data/{key}")
            # As they are, so that they take no more memory than the file.
            is_packed = member.compress_type != zipfile.ZIP_STORED
            if is_packed or member.file_size != count * number.itemsize:
                raise ValueError(tr("its numbers are not as many as it says"))
            values = bytearray(self._archive.read(member))
            self._storages[key] = (
                torch.frombuffer(values, dtype=number) if count else torch.empty(0)
            )
        return self._storages[key]


def _tensor(storage: torch.Tensor, offset: int, size: Any, stride: Any, *_: Any) -> torch.Tensor:
    if not isinstance(storage, torch.Tensor) or math.prod(size) > storage.numel():
        raise ValueError(tr("a tensor has more numbers than there are"))
    return torch.as_strided(storage, tuple(size), tuple(stride), offset)


def _collect(node: Any, name: str, found: dict[str, torch.Tensor]) -> None:
    if isinstance(node, torch.Tensor):
        found[name] = node
    elif isinstance(node, _ProgramObject) and isinstance(node.fields, dict):
        for key, value in node.fields.items():
            _collect(value, f"{name}.{key}" if name else str(key), found)
