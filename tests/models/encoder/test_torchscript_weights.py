"""OpenAI's own files: programs, of which the weights are read and nothing is run."""

import io
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import open_clip
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from cdul_app.errors import EncoderError
from cdul_app.models.damaged_files import DAMAGE_ERRORS
from cdul_app.models.encoder.encoder import load_encoder
from cdul_app.models.encoder.torchscript_weights import is_torchscript, read_torchscript_weights

CPU = torch.device("cpu")


# What torch says of torch.jit (by its version), and as it traces.
OLD = pytest.mark.filterwarnings(
    "ignore:.*is deprecated", "ignore::torch.jit.TracerWarning", "ignore:.*not supported in Python"
)


def save_program(path: Path, name: str) -> dict[str, torch.Tensor]:
    """A traced model, a part of it in float16, with the sizes that the published ones keep.

    Returns its weights.
    """
    torch.manual_seed(0)
    model = open_clip.create_model(name, force_quick_gelu=True).eval()
    model.visual.conv1.half()
    weights = dict(model.state_dict())
    for size, value in (("input_resolution", 32), ("context_length", 77), ("vocab_size", 49408)):
        if hasattr(model, size):
            delattr(model, size)
        model.register_buffer(size, torch.tensor(value))
    traced = torch.jit.trace_module(model, {"encode_text": open_clip.tokenize(["a cat"])})
    traced.save(str(path))
    return weights


@OLD
def test_the_weights_are_those_of_the_program(tiny_model: str, tmp_path: Path):
    path = tmp_path / "ViT-B-32.pt"
    save_program(path, tiny_model)
    expected = torch.jit.load(str(path), map_location="cpu").state_dict()
    found = read_torchscript_weights(path)
    beside = {"input_resolution", "context_length", "vocab_size", "attn_mask"}
    assert expected.keys() - found.keys() == beside
    for name, values in found.items():
        assert values.dtype == expected[name].dtype
        torch.testing.assert_close(values, expected[name], atol=0, rtol=0)


@OLD
def test_a_program_is_an_encoder_of_openai(
    tiny_model: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    """As the same weights in another file, with QuickGELU, though other weights have none."""
    known = {"openai": {"quick_gelu": True, "mean": (0.1, 0.2, 0.3)}, "other": {}}
    monkeypatch.setitem(open_clip.pretrained._PRETRAINED, tiny_model, known)
    weights = save_program(tmp_path / "program.pt", tiny_model)
    save_file(weights, tmp_path / "weights.safetensors")
    ours = load_encoder(f"{tiny_model}@{tmp_path / 'program.pt'}", device=CPU)
    same = load_encoder(f"{tiny_model}/openai@{tmp_path / 'weights.safetensors'}", device=CPU)
    assert ours.view_format == same.view_format
    assert ours.view_format.mean == (0.1, 0.2, 0.3)
    pixels = torch.randint(0, 256, (2, 32, 32, 3), dtype=torch.uint8)
    for encode in (lambda e: e.encode_pixels(pixels), lambda e: e.encode_prompts([["a cat"]])):
        torch.testing.assert_close(*(torch.from_numpy(encode(each)) for each in (ours, same)))


def archive(path: Path, tree: bytes, *, compressed: bool = False) -> Path:
    kind = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", compression=kind) as file:
        file.writestr("m/constants.pkl", b"")
        file.writestr("m/data.pkl", tree)
        file.writestr("m/data/0", bytes(40))
    return path


class Runs:
    def __init__(self, act: Callable[..., object], *arguments: Any) -> None:
        self.act, self.arguments = act, arguments

    def __reduce__(self) -> tuple[object, ...]:
        return self.act, self.arguments


class Storages(pickle.Pickler):
    def persistent_id(self, value: object) -> object:
        return value.arguments if isinstance(value, Runs) and value.act is None else None


def test_nothing_is_run(tmp_path: Path, tiny_model: str):
    trace = tmp_path / "it ran"
    for act, arguments in ((open, (str(trace), "w")), (os.system, (f"touch '{trace}'",))):
        path = archive(tmp_path / "evil.pt", pickle.dumps({"x": Runs(act, *arguments)}))
        assert is_torchscript(path)
        with pytest.raises(EncoderError, match="would run program code"):
            load_encoder(f"{tiny_model}@{path}", device=CPU)
        assert not trace.exists()


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("count", [10, 11, 10**15])
def test_no_more_numbers_than_there_are(tmp_path: Path, count: int, compressed: bool):
    """Of 10 numbers, as they are in the file."""
    stream = io.BytesIO()
    Storages(stream, protocol=2).dump(Runs(None, "storage", torch.FloatStorage, "0", "cpu", count))
    path = archive(tmp_path / "large.pt", stream.getvalue(), compressed=compressed)
    if count == 10 and not compressed:
        assert read_torchscript_weights(path)[""].shape == (10,)
        return
    with pytest.raises(ValueError, match="not as many"):
        read_torchscript_weights(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(tree=st.binary(max_size=60) | st.builds(pickle.dumps, st.dictionaries(st.text(), st.none())))
def test_no_content_is_a_bug(tmp_path: Path, tree: bytes):
    path = archive(tmp_path / "any.pt", tree)
    try:
        found = read_torchscript_weights(path)
    except DAMAGE_ERRORS:
        return
    assert found == {}
