import json
import shutil
import socket
from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image
from safetensors.torch import load_file, save_file

from cdul_app import paths
from cdul_app.errors import EncoderError
from cdul_app.method.encoder_checks import check_temperature
from cdul_app.method.similarity import class_similarities
from cdul_app.models.encoder.encoder import Encoder, load_encoder
from tests.models.encoder_makers import (
    TINY_RESNET,
    prepared_view,
    save_tiny_encoder,
    tiny_weights,
    view_pixels,
)
from tests.photos.photo_makers import noise, quadrants

CPU = torch.device("cpu")
WEIGHTS = "open_clip_model.safetensors"


@pytest.fixture(scope="module")
def small_encoder(small_encoder_dir: Path) -> Encoder:
    return load_encoder(f"local-dir:{small_encoder_dir}", device=CPU)


@pytest.fixture
def copied(small_encoder_dir: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "an encoder"
    folder.mkdir()
    for name in ("open_clip_config.json", WEIGHTS):
        shutil.copyfile(small_encoder_dir / name, folder / name)
    return folder


def test_what_it_says_of_itself(small_encoder: Encoder):
    assert small_encoder.dimension == 128
    assert small_encoder.image_size == (64, 64)
    assert small_encoder.temperature == pytest.approx(0.050968, rel=1e-4)  # not 1 / 2.98


def test_a_view_is_what_torchvision_would_make(small_encoder: Encoder, drawn_photos_dir: Path):
    squash = image_transform_v2(
        PreprocessCfg(**{**small_encoder.model.visual.preprocess_cfg, "resize_mode": "squash"}),
        is_train=False,
    )
    paths_ = sorted((drawn_photos_dir / "scenes").iterdir())[:5]
    images = [Image.open(path).convert("RGB") for path in paths_]
    snippets = [image.crop((100, 120, 267, 245)) for image in images]
    strips = [image.crop((50, 0, 81, image.height)) for image in images]
    grey_level = 2 / 255  # in [-1, 1]
    for image in (*images, *snippets, noise(64, 64), noise(1, 1)):
        ours, theirs = prepared_view(small_encoder, image), squash(image)
        assert ours.shape == (3, 64, 64)
        assert ours.dtype == torch.float32
        # Each of the two passes, along rows and columns, may round otherwise.
        assert (ours - theirs).abs().max() < 2.1 * grey_level
        assert (ours - theirs).abs().mean() < 0.02 * grey_level
    for image in strips:  # stretched sevenfold one way, the weights of 16 bits show a little
        assert (prepared_view(small_encoder, image) - squash(image)).abs().mean() < grey_level


def test_views_agree_with_open_clip(small_encoder: Encoder):
    images = [quadrants(), noise(100, 80), Image.new("RGB", (9, 300), "orange")]
    views = torch.stack([prepared_view(small_encoder, image) for image in images])
    with torch.no_grad():
        expected = small_encoder.model.encode_image(views, normalize=True).numpy()
    vectors = small_encoder.encode_pixels(
        torch.stack([view_pixels(small_encoder, image) for image in images])
    )
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(vectors, expected, atol=1e-4)


def test_prompts_are_averaged_per_class(small_encoder: Encoder):
    cat, dog = small_encoder.encode_prompts([["a photo of a cat."], ["a photo of a dog."]])
    both, again = small_encoder.encode_prompts(
        [["a photo of a cat.", "a photo of a dog."], ["a photo of a cat."]]
    )
    np.testing.assert_allclose(both, (cat + dog) / np.linalg.norm(cat + dog), atol=1e-5)
    np.testing.assert_allclose(again, cat, atol=1e-5)
    with pytest.raises(ValueError, match="needs a prompt"):
        small_encoder.encode_prompts([["a"], []])


def test_long_and_many_prompts(small_encoder: Encoder):
    vectors = small_encoder.encode_prompts([["word " * 500], *([f"thing {n}"] for n in range(600))])
    assert vectors.shape == (601, 128)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert small_encoder.encode_prompts([]).shape == (0, 128)


def test_the_temperature_mistake_shows_on_real_photos(
    real_encoder_dir: Path, real_photos_dir: Path
):
    small_encoder = load_encoder(f"local-dir:{real_encoder_dir}", device=CPU)
    names = (real_photos_dir / "classes.txt").read_text().split("\n")
    texts = small_encoder.encode_prompts([[f"a photo of a {name}."] for name in names if name])
    images = [Image.open(path) for path in sorted((real_photos_dir / "images").iterdir())[:16]]
    views = small_encoder.encode_pixels(
        torch.stack([view_pixels(small_encoder, i) for i in images])
    )
    stored_logarithm = float(small_encoder.model.logit_scale)
    cosines = views @ texts.T
    right = class_similarities(cosines, temperature=small_encoder.temperature)
    wrong = class_similarities(cosines, temperature=1 / stored_logarithm)
    assert check_temperature(right) is None
    assert check_temperature(wrong) is not None


def test_not_finite_values_are_an_error(small_encoder: Encoder):
    with pytest.raises(EncoderError, match="not finite"):
        small_encoder.encode_pixels(
            torch.zeros((1, 64, 64, 3), dtype=torch.uint8),
            tower=lambda views: torch.full((len(views), 8), float("nan")),
        )


def test_the_key_is_of_the_content_not_the_path(small_encoder: Encoder, copied: Path):
    assert load_encoder(f"local-dir:{copied}", device=CPU).key == small_encoder.key
    config = json.loads((copied / "open_clip_config.json").read_text())
    config["preprocess_cfg"]["mean"] = [0.4, 0.5, 0.5]
    (copied / "open_clip_config.json").write_text(json.dumps(config))
    assert load_encoder(f"local-dir:{copied}", device=CPU).key != small_encoder.key


def test_changed_weights_change_the_key(small_encoder: Encoder, copied: Path):
    weights = load_file(copied / WEIGHTS)
    save_file({name: value * 1.001 for name, value in weights.items()}, copied / WEIGHTS)
    assert load_encoder(f"local-dir:{copied}", device=CPU).key != small_encoder.key


def test_loading_makes_no_network_call(small_encoder_dir: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise AssertionError("a network call")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    load_encoder(f"local-dir:{small_encoder_dir}", device=CPU)
    with pytest.raises(EncoderError, match="cdul-app encoders fetch hf-hub:org/none"):
        load_encoder("hf-hub:org/none", device=CPU)


@pytest.mark.parametrize("suffix", [".safetensors", ".pt"])
def test_a_checkpoint_file_with_its_model_name(tiny_model: str, tmp_path: Path, suffix: str):
    path = tmp_path / f"brought by hand{suffix}"
    weights = tiny_weights(tiny_model)
    if suffix == ".pt":
        torch.save({"epoch": 3, "state_dict": weights}, path)
    else:
        save_file(weights, path)
    encoder = load_encoder(f"{tiny_model}@{path}", device=CPU)
    assert (encoder.dimension, encoder.image_size) == (32, (32, 32))
    assert encoder.temperature == pytest.approx(0.07)


def test_hand_brought_openai_weights_get_quick_gelu(
    tiny_model: str, monkeypatch: pytest.MonkeyPatch
):
    known = {
        "openai": {
            "hf_hub": "org/tiny/", "quick_gelu": True, "interpolation": "bilinear",
            "mean": (0.1, 0.2, 0.3), "std": (0.5, 0.5, 0.5),
        }
    }  # fmt: skip
    monkeypatch.setitem(open_clip.pretrained._PRETRAINED, tiny_model, known)
    folder = paths.encoders_dir() / f"{tiny_model}--openai"
    folder.mkdir(parents=True)
    save_file(tiny_weights(tiny_model), folder / WEIGHTS)
    encoder = load_encoder(f"{tiny_model}/openai", device=CPU)
    assert any(type(module).__name__ == "QuickGELU" for module in encoder.model.modules())
    assert encoder.view_format.mean == (0.1, 0.2, 0.3)
    assert encoder.view_format.interpolation == "bilinear"
    # Where there are no others, a file of its own is computed so too.
    assert load_encoder(f"{tiny_model}@{folder / WEIGHTS}", device=CPU).key == encoder.key


def test_a_bare_file_says_what_it_is_where_that_changes_its_vectors(
    tiny_model: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    kinds = {"one": {"quick_gelu": True}, "two": {}, "three": {}, "four": {"mean": (0.1, 0.2, 0.3)}}
    monkeypatch.setitem(open_clip.pretrained._PRETRAINED, tiny_model, kinds)
    path = tmp_path / WEIGHTS
    save_file(tiny_weights(tiny_model), path)
    said = refusal(f"{tiny_model}@{path}")
    assert "computed in 3 ways" in said
    ways = [f"{tiny_model}/{tag}" for tag in ("one", "two", "four")]
    assert f"({' or '.join(ways)})" in said
    keys = [load_encoder(f"{tiny_model}/{tag}@{path}", device=CPU).key for tag in kinds]
    assert len(set(keys)) == 3
    assert keys[1] == keys[2]
    assert "open_clip knows no weights “five”" in refusal(f"{tiny_model}/five@{path}")
    monkeypatch.setitem(open_clip.pretrained._PRETRAINED, tiny_model, {"two": {}, "three": {}})
    assert load_encoder(f"{tiny_model}@{path}", device=CPU).key == keys[1]


class FullDevice:
    """Stands in for weights on their way to a GPU that has no room for them, or for what is
    computed with them."""

    def __call__(self, *_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")


@pytest.mark.parametrize("act", ["to", "encode_image"])
def test_an_encoder_larger_than_the_device_is_told(
    act: str, small_encoder_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    identifier = f"local-dir:{small_encoder_dir}"
    model = load_encoder(identifier, device=CPU).model
    monkeypatch.setattr(model, act, FullDevice())
    monkeypatch.setattr(open_clip, "create_model", lambda *_, **__: model)
    with pytest.raises(EncoderError, match="does not fit into the memory of cpu"):
        load_encoder(identifier, device=CPU)


def refusal(identifier: str) -> str:
    with pytest.raises(EncoderError) as caught:
        load_encoder(identifier, device=CPU)
    return str(caught.value)


def test_damaged_checkpoints_are_told_and_kept(copied: Path):
    whole = (copied / WEIGHTS).read_bytes()
    for content in (b"", b"\0" * 100, whole[:5000], whole[:-100_000]):
        (copied / WEIGHTS).write_bytes(content)
        assert "cannot be read" in refusal(f"local-dir:{copied}")
        assert (copied / WEIGHTS).read_bytes() == content
    (copied / WEIGHTS).unlink()
    assert "holds no checkpoint" in refusal(f"local-dir:{copied}")


@pytest.mark.parametrize("config", ["", "[]", "{}", '{"model_cfg": {"embed_dim": 3}}', "\x00"])
def test_damaged_config_is_told(copied: Path, config: str):
    (copied / "open_clip_config.json").write_text(config)
    assert str(copied) in refusal(f"local-dir:{copied}")


def test_damaged_pickles_are_told(tiny_model: str, tmp_path: Path):
    path = tmp_path / "weights.pt"
    torch.save(tiny_weights(tiny_model), path)
    whole = path.read_bytes()
    for content in (b"", b"hello", whole[:1000], whole[: len(whole) // 2]):
        path.write_bytes(content)
        assert "cannot be read" in refusal(f"{tiny_model}@{path}")


class Malicious:
    """Unpickled carelessly, it leaves a file behind."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, ...]:
        return (open, (str(self.target), "w"))


def test_a_pickle_that_runs_code_is_refused(tiny_model: str, tmp_path: Path):
    path, trace = tmp_path / "evil.pt", tmp_path / "it ran"
    torch.save({"state_dict": {"x": Malicious(trace)}}, path)
    assert "would run program code" in refusal(f"{tiny_model}@{path}")
    assert not trace.exists()


def test_weights_of_another_model_do_not_fit(tiny_model: str, tmp_path: Path):
    save_tiny_encoder(tmp_path / "other", TINY_RESNET)
    assert "do not fit the model" in refusal(f"{tiny_model}@{tmp_path / 'other' / WEIGHTS}")


def test_a_tokenizer_that_is_not_there_is_told(tmp_path: Path):
    path = tmp_path / "weights.safetensors"
    save_file({"x": torch.zeros(1)}, path)
    said = refusal(f"ViT-B-16-SigLIP@{path}")
    assert "download tokenizer.json from https://huggingface.co/timm/ViT-B-16-SigLIP" in said
    assert f"save it as {tmp_path / 'tokenizer.json'}" in said
    assert "fetch" not in said  # nobody knows from where the file is


def test_the_self_test_catches_what_loads_but_cannot_be_right(tiny_model: str, tmp_path: Path):
    path = tmp_path / "weights.safetensors"
    weights = tiny_weights(tiny_model)
    save_file({**weights, "logit_scale": torch.tensor(100.0)}, path)
    assert "temperature" in refusal(f"{tiny_model}@{path}")
    save_file({**weights, "visual.proj": torch.zeros_like(weights["visual.proj"])}, path)
    assert "not finite" in refusal(f"{tiny_model}@{path}")
    position = torch.full_like(weights["visual.conv1.weight"], float("nan"))
    save_file({**weights, "visual.conv1.weight": position}, path)
    assert "not finite" in refusal(f"{tiny_model}@{path}")
    save_file({**weights, "visual.conv1.weight": torch.zeros_like(position)}, path)
    assert "the same vector" in refusal(f"{tiny_model}@{path}")
