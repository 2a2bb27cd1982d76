"""A stranger's encoder: no look-up in the network, and one sentence each, in bounded memory."""

import json
import shutil
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from cdul_app.errors import ClassifierError, EncoderError
from cdul_app.models.classifier.backbones import build_photo_classifier
from cdul_app.models.encoder.encoder import load_encoder
from cdul_app.models.encoder.encoder_config import read_config_beside
from cdul_app.models.no_network import no_network
from tests.models.encoder_makers import TINY_RESNET, TINY_VIT, save_tiny_encoder

CONFIG, WEIGHTS = "open_clip_config.json", "open_clip_model.safetensors"
HUB = "hf-hub:timm/resnet18.a1_in1k"
BAD: dict[str, dict[str, Any]] = {  # what the config says otherwise
    "hub trunk": {"vision_cfg": {"timm_model_name": HUB}},
    "hub trunk with weights": {
        "vision_cfg": {"timm_model_name": HUB, "timm_model_pretrained": True}
    },
    "folder trunk": {"vision_cfg": {"timm_model_name": "local-dir:/tmp"}},
    "trunk without a name": {"vision_cfg": {"timm_model_name": "no_such_model"}},
    "trunk of another form": {"vision_cfg": {"timm_model_name": ["resnet18"]}},
    "trunk with weights": {
        "vision_cfg": {"timm_model_name": "resnet18", "timm_model_pretrained": True}
    },
    "hub text": {"text_cfg": {"hf_model_name": "roberta-base"}},
    "text without a name": {"text_cfg": {"hf_model_name": ""}},
    "text of another form": {"text_cfg": {"hf_model_name": None}},
    "hub tokenizer": {"text_cfg": {"hf_tokenizer_name": "bert-base-uncased"}},
    "both": {"text_cfg": {"hf_model_name": "a/b", "hf_tokenizer_name": "a/b"}},
    "hub projection": {"text_cfg": {"hf_model_name": "a/b", "hf_proj_type": "linear"}},
    "tokenizer of a file": {"text_cfg": {"tokenizer_kwargs": {"bpe_path": "/dev/zero"}}},
    "tokenizer of a kind": {"text_cfg": {"tokenizer_kwargs": ["clean"]}},
    "custom text": {"custom_text": True, "text_cfg": {"hf_model_name": "a/b"}},
    "decoder": {"multimodal_cfg": {"hf_model_name": "a/b"}},
    "pretrained argument": {"pretrained_hf": True},
    "unknown argument": {"pretrained_image": True},
    "no text": {"text_cfg": None},
    "text list": {"text_cfg": []},
    "vision list": {"vision_cfg": [1]},
    "no size": {"vision_cfg": {"image_size": 0}},
    "endless size": {"vision_cfg": {"image_size": 10**9}},
    "size of another form": {"vision_cfg": {"image_size": "64"}},
    "large size": {"vision_cfg": {"image_size": 4096, "patch_size": 1, "width": 16384}},
    "no patch": {"vision_cfg": {"patch_size": 0}},
    "no head": {"vision_cfg": {"head_width": 0}},
    "no number": {"embed_dim": "32"},
    "huge dimension": {"embed_dim": 10**12},
    "huge vocabulary": {"text_cfg": {"vocab_size": 4_000_000, "width": 16_384}},
    "huge tower": {"vision_cfg": {"width": 16_384, "layers": 512}},
    "huge mlp": {"vision_cfg": {"mlp_ratio": 1e300}},
    "huge patch": {"vision_cfg": {"patch_size": 4096, "image_size": 2048, "width": 16_384}},
    "endless patches": {"vision_cfg": {"image_size": 2048, "patch_size": 1, "width": 4}},
    "patches of two sides": {"vision_cfg": {"image_size": 2048, "patch_size": [1, 4096]}},
    "huge trunk": {"vision_cfg": {"timm_model_name": "vit_7b_patch16_dinov3"}},
    "huge decoder": {"multimodal_cfg": {"width": 16_384, "layers": 512}},
    "no decoder": {"multimodal_cfg": None},
    "not finite": {"vision_cfg": {"mlp_ratio": float("nan")}},
    "norm": {"text_cfg": {"norm_kwargs": {"no_such": 1}}},
    "act": {"text_cfg": {"act_kwargs": [1]}},
    "pool": {"vision_cfg": {"pool_type": "no such"}},
    "vocabulary of another size": {"text_cfg": {"vocab_size": 100}},
    "context of another size": {"text_cfg": {"context_length": 3}},
}
BAD_PREPROCESSING: tuple[Any, ...] = (
    {"std": 0}, {"std": [0.5, 0.0, 0.5]}, {"mean": "grey"}, {"mean": ["a", "b", "c"]}, {"mean": []},
    {"mean": [0.5, 0.5]}, {"std": [1e400] * 3}, {"size": 0}, {"size": 10**9}, {"mean": [None] * 3},
    [1], "x", {"mean": {"r": 1}}, {"std": True},
)  # fmt: skip


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every attempt to reach the network, which fails; also of those that are not told."""
    attempts: list[str] = []

    def refuse(*arguments: object, **_: object) -> None:
        attempts.append(repr(arguments)[:80])
        raise OSError("no network in this test")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    return attempts


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("stranger") / "encoder"
    save_tiny_encoder(folder, TINY_VIT)
    return folder, json.loads((folder / CONFIG).read_text())


def _refusal(folder: Path) -> str:
    with pytest.raises(EncoderError) as caught:
        load_encoder(f"local-dir:{folder}", device=torch.device("cpu"))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500 + 2 * len(str(folder))
    return str(caught.value)


def _write(folder: Path, card: dict[str, Any], changes: dict[str, Any]) -> None:
    model = dict(card["model_cfg"])
    for key, value in changes.items():
        model[key] = {**model.get(key, {}), **value} if isinstance(value, dict) else value
    (folder / CONFIG).write_text(json.dumps({**card, "model_cfg": model}))


@pytest.mark.parametrize("name", BAD)
def test_no_config_reaches_the_network_or_is_a_bug(
    tiny: tuple[Path, dict[str, Any]], no_sockets: list[str], name: str
):
    folder, card = tiny
    _write(folder, card, BAD[name])
    _refusal(folder)
    assert no_sockets == []


@pytest.mark.parametrize("vision", ["vit", "resnet", "timm"])
def test_sound_towers_of_every_kind_are_loaded_without_the_network(
    tmp_path: Path, no_sockets: list[str], vision: str
):
    tower = {
        "vit": TINY_VIT,
        "resnet": TINY_RESNET,
        "timm": {"timm_model_name": "resnet10t", "timm_model_pretrained": True, "image_size": 64},
    }[vision]
    # As it is published: whoever trained it began with timm's weights, which are in the file now.
    made = {key: value for key, value in tower.items() if key != "timm_model_pretrained"}
    identifier = save_tiny_encoder(tmp_path / "encoder", made)
    card = json.loads((tmp_path / "encoder" / CONFIG).read_text())
    _write(tmp_path / "encoder", card, {"vision_cfg": tower})
    assert load_encoder(identifier, device=torch.device("cpu")).dimension == 32
    assert no_sockets == []


def test_bad_preprocessing_is_one_sentence(tiny: tuple[Path, dict[str, Any]]):
    folder, card = tiny
    for value in BAD_PREPROCESSING:
        (folder / CONFIG).write_text(json.dumps({**card, "preprocess_cfg": value}))
        assert "describes no open_clip model" in _refusal(folder), value


@pytest.mark.parametrize("folder_name", ["siglip", "hf-hub:org"])
def test_the_name_of_a_folder_says_nothing(
    tmp_path: Path, tiny: tuple[Path, dict[str, Any]], no_sockets: list[str], folder_name: str
):
    _write(tiny[0], tiny[1], {})
    folder = Path(shutil.copytree(tiny[0], tmp_path / folder_name))
    assert load_encoder(f"local-dir:{folder}", device=torch.device("cpu")).dimension == 32
    assert no_sockets == []


def test_a_sound_folder_is_loaded_without_the_network(
    tiny: tuple[Path, dict[str, Any]], no_sockets: list[str]
):
    folder, card = tiny
    _write(folder, card, {"text_cfg": {"tokenizer_kwargs": {"clean": "lower"}}})
    assert load_encoder(f"local-dir:{folder}", device=torch.device("cpu")).dimension == 32
    assert no_sockets == []


def test_weights_without_tensors_are_one_sentence(tmp_path: Path, tiny: Any):
    _write(tiny[0], tiny[1], {})
    (tmp_path / CONFIG).write_text((tiny[0] / CONFIG).read_text())
    save_file({}, tmp_path / WEIGHTS)
    assert "cannot be read" in _refusal(tmp_path)
    save_file({"other": torch.zeros(3_000_000)}, tmp_path / WEIGHTS)
    assert "do not fit" in _refusal(tmp_path)


@pytest.mark.parametrize("name", ["hf-hub:timm/resnet18", "local-dir:/tmp", "resnet18/.."])
def test_a_classifier_is_no_place(no_sockets: list[str], name: str):
    with pytest.raises(ClassifierError):
        build_photo_classifier(name, class_count=2, image_size=64, pretrained=False)
    assert no_sockets == []


def test_only_this_thread_is_without_a_network():
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = server.getsockname()
        connected: list[bool] = []

        def connect() -> None:
            with socket.create_connection(place, timeout=5):
                connected.append(True)

        with no_network():
            with pytest.raises(OSError, match="not done"):
                connect()
            other = threading.Thread(target=connect)
            other.start()
            other.join()
        connect()
    assert connected == [True, True]


_KEYS = st.sampled_from(
    ["model_cfg", "preprocess_cfg", "vision_cfg", "text_cfg", "embed_dim", "layers", "width",
     "image_size", "patch_size", "std", "mean", "size", "mlp_ratio", "timm_model_name",
     "tokenizer_kwargs", "vocab_size"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=200)
@given(
    st.fixed_dictionaries(
        {
            "model_cfg": JSON
            | st.fixed_dictionaries(
                {
                    "embed_dim": JSON,
                    "vision_cfg": st.dictionaries(_KEYS, JSON, max_size=5),
                    "text_cfg": st.dictionaries(_KEYS, JSON, max_size=5),
                }
            )
        },
        optional={"preprocess_cfg": JSON},
    )
    | JSON
)
def test_no_config_is_a_bug(tmp_path_factory: pytest.TempPathFactory, card: Any):
    checkpoint = tmp_path_factory.getbasetemp() / WEIGHTS
    checkpoint.touch()
    checkpoint.with_name(CONFIG).write_text(json.dumps(card))
    with pytest.raises(EncoderError):
        read_config_beside(checkpoint, CONFIG)
