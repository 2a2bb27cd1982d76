"""`cdul-app encoders`: what there is, and fetching from a stand-in of the hub."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cdul_app.paths import encoders_dir
from cdul_app.settings.encoder_catalogue import ENCODER_CATALOGUE
from tests.tasks.stand_in_hub import StandInHub

IDENTIFIER = "ViT-B-32/openai"
REPO = "timm/vit_base_patch32_clip_224.openai"
WEIGHTS = os.urandom(2_000_000)


@pytest.fixture(autouse=True)
def own_hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub-cache"))


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInHub]:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    with StandInHub({f"{REPO}/open_clip_model.safetensors": WEIGHTS}) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.endpoint)
        yield server


def test_the_list_says_what_is_here(command):
    folder = encoders_dir() / "ViT-B-16--openai"
    folder.mkdir(parents=True)
    (folder / "brought.pt").touch()
    listed = command("encoders")
    assert (listed.status, listed.stderr) == (0, "")
    assert command("encoders", "list").stdout == listed.stdout
    here = {
        line.split()[0]: " yes " in line
        for line in listed.stdout.splitlines()
        if line.startswith(tuple(entry.identifier for entry in ENCODER_CATALOGUE))
    }
    assert set(here) == {entry.identifier for entry in ENCODER_CATALOGUE}
    assert here["ViT-B-16/openai"]
    assert here["demo"]
    assert not here[IDENTIFIER]
    assert f"brought by hand belong in {encoders_dir()}." in listed.stdout


def test_fetching_and_finding_it_here(command, hub: StandInHub):
    fetched = command("encoders", "fetch", IDENTIFIER)
    assert (fetched.status, fetched.stdout) == (0, "")
    assert f"Downloading {IDENTIFIER}: 2 MB" in fetched.stderr
    assert f"Downloaded {IDENTIFIER}: 2.0 MB at" in fetched.stderr
    weights = encoders_dir() / "ViT-B-32--openai" / "open_clip_model.safetensors"
    assert weights.read_bytes() == WEIGHTS
    hub.requests.clear()
    assert "already on this computer" in command("encoders", "fetch", IDENTIFIER).stderr
    assert hub.requests == []


def test_without_a_network_it_says_how_to_bring_it(refused, hub: StandInHub, monkeypatch):
    with StandInHub({}) as gone:
        monkeypatch.setenv("HF_ENDPOINT", gone.endpoint)
    for sentence in (
        refused("encoders", "fetch", IDENTIFIER),
        _offline(refused, monkeypatch),
    ):
        assert (
            f"download open_clip_model.safetensors from https://huggingface.co/{REPO}" in sentence
        )
        assert f"put it into {encoders_dir() / 'ViT-B-32--openai'}" in sentence


def _offline(refused, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return refused("encoders", "fetch", IDENTIFIER)


def test_what_cannot_be_fetched(refused, command, hub: StandInHub):
    assert "Close to it: ViT-B-32" in refused("encoders", "fetch", "ViT-B_32/openai")
    assert "There is no checkpoint file" in refused("encoders", "fetch", "RN50@absent.pt")
    assert "hf-hub:org/none cannot be downloaded" in refused("encoders", "fetch", "hf-hub:org/none")
    assert "already on this computer" in command("encoders", "fetch", "demo").stderr
