from pathlib import Path

import pytest

from cdul_app import paths
from cdul_app.errors import EncoderError
from cdul_app.models.encoder.encoder_references import (
    ReferenceKind,
    absolute_identifier,
    parse_encoder_reference,
)


def test_every_form():
    openai = parse_encoder_reference("ViT-B-16/openai")
    assert (openai.kind, openai.model_name, openai.tag) == (
        ReferenceKind.PRETRAINED,
        "ViT-B-16",
        "openai",
    )
    assert openai.folder_name == "ViT-B-16--openai"
    hub = parse_encoder_reference("hf-hub:timm/some.model_1")
    assert (hub.kind, hub.hub_repo) == (ReferenceKind.HUB, "timm/some.model_1")
    assert hub.folder_name == "hf-hub--timm--some.model_1"
    folder = parse_encoder_reference("local-dir:some folder/äö")
    assert (folder.kind, folder.path) == (ReferenceKind.FOLDER, Path("some folder/äö"))
    file = parse_encoder_reference("RN50@weights/a@b.pt")
    assert (file.kind, file.model_name, file.path) == (
        ReferenceKind.FILE,
        "RN50",
        Path("weights/a@b.pt"),
    )
    like = parse_encoder_reference("RN50/openai@weights/a@b.pt")
    assert (like.kind, like.model_name, like.tag) == (ReferenceKind.FILE, "RN50", "openai")
    assert like.path == file.path
    demo = parse_encoder_reference(" demo ")
    assert demo.path == paths.resources_dir() / "demo" / "encoder"


def test_weights_outside_the_catalogue():
    reference = parse_encoder_reference("ViTamin-S/datacomp1b")
    assert reference.hub_repo == "jienengchen/ViTamin-S"
    assert reference.hub_files == ("pytorch_model.safetensors", "pytorch_model.bin")


@pytest.mark.parametrize(
    ("identifier", "told"),
    [
        ("ViT-B-16/opnai", "choose one of openai"),
        ("ViT-B16/openai", "Close to it: .*ViT-B-16"),
        ("RN50x46@file.pt", "Close to it: .*RN50x64"),
        ("dmo", "Close to it: .*demo"),
        ("vit-b-32/OpenAI", "Close to it: .*ViT-B-32"),
        ("", "is no encoder"),
        ("qqqqqqqqqqqq", "NAME@FILE.$"),
        ("hf-hub:nothing", "names no model"),
        ("hf-hub:../..", "names no model"),
        ("local-dir:", "names no path"),
        ("RN50@", "names no path"),
        ("RN50/opnai@file.pt", "choose one of openai"),
    ],
)
def test_what_is_misspelt_gets_a_sentence(identifier: str, told: str):
    with pytest.raises(EncoderError, match=told):
        parse_encoder_reference(identifier)


def test_an_absolute_identifier_means_the_same_from_every_folder(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert absolute_identifier(" local-dir:a/../clip ") == f"local-dir:{tmp_path / 'clip'}"
    assert absolute_identifier("local-dir:~/clip") == f"local-dir:{tmp_path / 'clip'}"
    assert absolute_identifier("RN50@clip/a@b.pt") == f"RN50@{tmp_path / 'clip' / 'a@b.pt'}"
    like = absolute_identifier("RN50/openai@clip/a.pt")
    assert like == f"RN50/openai@{tmp_path / 'clip' / 'a.pt'}"
    for identifier in ("demo", "ViT-B-32/openai", "hf-hub:org/name", "local-dir:/clip"):
        assert absolute_identifier(identifier) == identifier


def test_a_home_that_is_nobodys_is_a_name_like_others():
    reference = parse_encoder_reference("local-dir:~no-such-user/clip")
    assert reference.path == Path("~no-such-user/clip")
