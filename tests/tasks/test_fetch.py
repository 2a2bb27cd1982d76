import json
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cdul_app import paths
from cdul_app.errors import EncoderError
from cdul_app.events import Event, Noted, Progressed, Started
from cdul_app.models.encoder.encoder_store import encoder_on_disk
from cdul_app.tasks.fetch import fetch_encoder
from tests.events import run_task
from tests.tasks.stand_in_hub import StandInHub

IDENTIFIER = "ViT-B-32/openai"
REPO = "timm/vit_base_patch32_clip_224.openai"
WEIGHTS = os.urandom(3_000_000)


@pytest.fixture(autouse=True)
def own_hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    cache = tmp_path / "hub-cache"
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))
    return cache


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInHub]:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    with StandInHub({f"{REPO}/open_clip_model.safetensors": WEIGHTS}) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.endpoint)
        yield server


def encoder_folder() -> Path:
    return paths.encoders_dir() / "ViT-B-32--openai"


def bytes_of(events: list[Event]) -> list[int]:
    return [event.done for event in events if isinstance(event, Progressed)]


def test_full_download(hub: StandInHub):
    assert encoder_on_disk(IDENTIFIER) is None
    events, result = run_task(fetch_encoder(IDENTIFIER))
    assert isinstance(events[0], Started)
    assert (events[0].unit, events[0].total) == ("bytes", len(WEIGHTS))
    assert bytes_of(events) == sorted(bytes_of(events))
    assert bytes_of(events)[-1] == len(WEIGHTS)
    assert result.fetched_bytes == len(WEIGHTS)
    path = encoder_on_disk(IDENTIFIER)
    assert path == encoder_folder() / "open_clip_model.safetensors"
    assert path.read_bytes() == WEIGHTS
    assert [file.name for file in encoder_folder().iterdir()] == [path.name]


def test_what_is_on_disk_needs_no_network(hub: StandInHub):
    list(fetch_encoder(IDENTIFIER))
    hub.requests.clear()
    events, result = run_task(fetch_encoder(IDENTIFIER))
    assert (events, result.fetched_bytes) == ([], 0)
    assert "already on this computer" in result.summary
    assert hub.requests == []


def test_cancel_keeps_what_arrived_and_the_next_try_continues(hub: StandInHub):
    hub.pause_after = 1_000_000
    threads_before = threading.active_count()
    download = fetch_encoder(IDENTIFIER)
    for event in download:
        if isinstance(event, Progressed):
            break
    download.close()
    assert threading.active_count() <= threads_before + 1  # the server's own request thread
    (partial,) = encoder_folder().iterdir()
    arrived = partial.stat().st_size
    assert 0 < arrived <= 1_000_000
    assert encoder_on_disk(IDENTIFIER) is None  # a partial file is no encoder
    hub.pause_after = None
    hub.go_on.set()

    events, result = run_task(fetch_encoder(IDENTIFIER))
    assert events[0] == Started(
        f"Downloading {IDENTIFIER}", len(WEIGHTS), "bytes", already_done=arrived
    )
    assert hub.ranges == [None, f"bytes={arrived}-"]
    assert bytes_of(events)[0] > arrived
    assert result.fetched_bytes == len(WEIGHTS) - arrived
    assert encoder_on_disk(IDENTIFIER).read_bytes() == WEIGHTS


def test_a_broken_connection_is_continued_by_itself(hub: StandInHub):
    hub.break_after = 500_000
    events = list(fetch_encoder(IDENTIFIER))
    assert any(isinstance(event, Noted) and "broke off" in event.message for event in events)
    assert hub.ranges[1] is not None
    assert encoder_on_disk(IDENTIFIER).read_bytes() == WEIGHTS


def test_a_server_without_ranges_sends_it_all_again(hub: StandInHub):
    hub.knows_ranges = False
    hub.break_after = 500_000
    list(fetch_encoder(IDENTIFIER))
    assert encoder_on_disk(IDENTIFIER).read_bytes() == WEIGHTS


def test_a_wrong_checksum_is_told_and_nothing_kept(hub: StandInHub):
    hub.wrong_checksum = True
    with pytest.raises(EncoderError, match="checksum is wrong; what has arrived was thrown away"):
        list(fetch_encoder(IDENTIFIER))
    assert list(encoder_folder().iterdir()) == []


def begin_download() -> Path:
    """The partial file of a download that was cancelled."""
    download = fetch_encoder(IDENTIFIER)
    for event in download:
        if isinstance(event, Progressed):
            break
    download.close()
    (partial,) = encoder_folder().iterdir()
    return partial


@pytest.mark.parametrize("longer", [0, 10 * len(WEIGHTS)])
def test_a_partial_file_of_other_content_is_started_over(hub: StandInHub, longer: int):
    hub.pause_after = 1_000_000
    partial = begin_download()
    hub.pause_after = None
    hub.go_on.set()
    partial.write_bytes(bytes(partial.stat().st_size + longer))
    events = list(fetch_encoder(IDENTIFIER))
    assert any(isinstance(event, Noted) and "starting over" in event.message for event in events)
    assert encoder_on_disk(IDENTIFIER).read_bytes() == WEIGHTS
    assert [file.name for file in encoder_folder().iterdir()] == ["open_clip_model.safetensors"]


def test_what_has_arrived_of_another_version_goes(hub: StandInHub):
    other = encoder_folder() / "open_clip_model.safetensors.0123456789abcdef.incomplete"
    kept = encoder_folder() / "other.safetensors.0123456789abcdef.incomplete"
    encoder_folder().mkdir(parents=True)
    for file in (other, kept):
        file.write_bytes(b"half")
    list(fetch_encoder(IDENTIFIER))
    assert set(encoder_folder().iterdir()) == {kept, encoder_on_disk(IDENTIFIER)}


def test_a_link_in_place_of_a_partial_file_is_not_followed(hub: StandInHub, tmp_path: Path):
    hub.pause_after = 1_000_000
    partial = begin_download()
    hub.pause_after = None
    hub.go_on.set()
    other = tmp_path / "mine.txt"
    other.write_bytes(b"mine")
    partial.unlink()
    partial.symlink_to(other)
    list(fetch_encoder(IDENTIFIER))
    assert other.read_bytes() == b"mine"
    assert encoder_on_disk(IDENTIFIER).read_bytes() == WEIGHTS
    assert not encoder_on_disk(IDENTIFIER).is_symlink()


def test_no_more_is_written_than_the_hub_has_announced(hub: StandInHub):
    hub.sends_more = True
    with pytest.raises(EncoderError, match="sends more than the 3,000,000 bytes"):
        list(fetch_encoder(IDENTIFIER))
    assert sum(file.stat().st_size for file in encoder_folder().iterdir()) <= len(WEIGHTS)


def test_hub_encoder_comes_with_its_config(hub: StandInHub):
    hub.files = {
        "org/tiny/open_clip_config.json": b"{}",
        "org/tiny/open_clip_pytorch_model.bin": b"weights",
    }
    list(fetch_encoder("hf-hub:org/tiny"))
    folder = paths.encoders_dir() / "hf-hub--org--tiny"
    assert encoder_on_disk("hf-hub:org/tiny") == folder / "open_clip_pytorch_model.bin"
    assert (folder / "open_clip_config.json").read_bytes() == b"{}"


@pytest.mark.parametrize("identifier", ["ViT-B-16-SigLIP2-256/webli", "hf-hub:org/multilingual"])
def test_a_tokenizer_comes_with_its_encoder(hub: StandInHub, tmp_path: Path, identifier: str):
    repo = "timm/ViT-B-16-SigLIP2-256"
    described = {"text_cfg": {"hf_tokenizer_name": repo, "hf_model_name": "org/text"}}
    hub.files = {
        f"{repo}/tokenizer.json": b"{}",
        f"{repo}/tokenizer_config.json": b"{ }",
        "org/text/config.json": b"{  }",
    }
    of_encoder = identifier.removeprefix("hf-hub:")
    if identifier == of_encoder:
        hub.files[f"{repo}/open_clip_model.safetensors"] = WEIGHTS
    else:
        config = json.dumps({"model_cfg": described}).encode()
        hub.files |= {
            f"{of_encoder}/open_clip_config.json": config,
            f"{of_encoder}/open_clip_model.safetensors": WEIGHTS,
        }
    _, result = run_task(fetch_encoder(identifier))
    checkpoint = encoder_on_disk(identifier)
    folder = checkpoint.parent
    assert checkpoint.read_bytes() == WEIGHTS
    assert (folder / "tokenizer.json").read_bytes() == b"{}"
    assert (folder / "tokenizer_config.json").read_bytes() == b"{ }"
    assert (folder / "text_model" / "config.json").is_file() is (identifier != of_encoder)
    assert result.fetched_bytes >= len(WEIGHTS)
    # What is missing later is brought alone.
    (folder / "tokenizer.json").unlink()
    _, result = run_task(fetch_encoder(identifier))
    assert result.fetched_bytes == 2
    hub.requests.clear()
    _, result = run_task(fetch_encoder(identifier))
    assert (result.fetched_bytes, hub.requests) == (0, [])


def test_absent_repository_is_a_sentence(hub: StandInHub):
    with pytest.raises(EncoderError, match="hf-hub:org/none cannot be downloaded"):
        list(fetch_encoder("hf-hub:org/none"))


def test_no_network_says_how_to_bring_it_by_hand(monkeypatch: pytest.MonkeyPatch, hub: StandInHub):
    with StandInHub({}) as gone:
        monkeypatch.setenv("HF_ENDPOINT", gone.endpoint)
    with pytest.raises(EncoderError) as caught:
        list(fetch_encoder(IDENTIFIER))
    sentence = str(caught.value)
    assert f"download open_clip_model.safetensors from https://huggingface.co/{REPO}" in sentence
    assert f"put it into {encoder_folder()}" in sentence


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "socks://127.0.0.1:9"])
def test_a_proxy_that_cannot_be_used_is_told(monkeypatch: pytest.MonkeyPatch, hub, proxy: str):
    from huggingface_hub import close_session

    close_session()  # the client reads the environment as it is made
    monkeypatch.setenv("ALL_PROXY", proxy)
    try:
        with pytest.raises(EncoderError, match="the proxy that the environment names") as caught:
            list(fetch_encoder(IDENTIFIER))
    finally:
        close_session()
    assert f"put it into {encoder_folder()}" in str(caught.value)


def test_offline_mode_asks_nobody(monkeypatch: pytest.MonkeyPatch, hub: StandInHub):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EncoderError, match="HF_HUB_OFFLINE is set"):
        list(fetch_encoder(IDENTIFIER))
    assert hub.requests == []


def test_no_room_is_told_before_the_download(monkeypatch: pytest.MonkeyPatch, hub: StandInHub):
    usage = shutil.disk_usage(Path.cwd())
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=10))
    with pytest.raises(EncoderError, match="the disk has 0 MB left"):
        list(fetch_encoder(IDENTIFIER))
