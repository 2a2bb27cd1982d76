"""Settings that are wrong are a sentence, before anything is kept of them; right ones stay."""

from pathlib import Path

import pytest

from cdul_app.project.labeling.choice import DEMO_WARNING


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--grid", "3"], "“3” is not a snippet grid"),
        (["--grid", "0x3"], "1 to 12 rows, not 0"),
        (["--grid", "99x1"], "1 to 12 rows, not 99"),
        (["--zeta", "1.5"], "“zeta” takes a number from 0 to 1, not 1.5"),
        (["--zeta", "nan"], "“zeta” takes a number from 0 to 1, not nan"),
        (["--temperature", "0"], "“Temperature” takes a number above 0"),
        (["--temperature", "inf"], "“Temperature” takes a number above 0"),
        (["--prompt", "a photo"], "“a photo” has no {}"),
        (["--prompt", ""], "has no {}"),
        (["--encoder", "ViT-B32/openai"], "Close to it: .*ViT-B-32"),
        (["--encoder", ""], "is no encoder"),
        (["--encoder", "local-dir:"], "names no path"),
        (["--classes", "cat, Cat"], "twice"),
    ],
)
def test_wrong_settings_leave_the_project_as_it_was(
    refused, command, scored_folder: Path, options, told
):
    before = command("info", scored_folder, "--json").json
    sentence = refused("score", scored_folder, *options)
    assert told.split(".*")[0] in sentence
    assert told.split(".*")[-1] in sentence
    assert command("info", scored_folder, "--json").json == before
    again = command("score", scored_folder)  # with the settings that were right
    assert again.status == 0
    assert "Labelled 8 photos for 16 classes." in again.stderr


def test_no_project_is_left_behind_by_a_wrong_start(refused, photos):
    folder = photos("photos", 1)
    refused("score", folder, "--classes", "absent.txt")
    refused("score", folder, "--classes", "cat, dog", "--encoder", "dmo")
    assert "--classes" in refused("score", folder, "--encoder", "demo")
    refused("train", folder)
    refused("info", folder)
    assert [path.suffix for path in folder.iterdir()] == [".jpg"]


def test_encoders_that_cannot_be_loaded(refused, photos, tmp_path: Path):
    folder = photos("photos", 1)
    score = ("score", folder, "--classes", "cat, dog", "--encoder")
    sentence = refused(*score, "ViT-B-32/openai")
    assert "run “cdul-app encoders fetch ViT-B-32/openai”" in sentence
    assert str(tmp_path / "home" / "data" / "encoders" / "ViT-B-32--openai") in sentence
    assert "holds no checkpoint" in refused(*score, f"local-dir:{tmp_path}")
    (tmp_path / "text.pt").write_text("hello")
    assert "cannot be read" in refused(*score, f"RN50@{tmp_path / 'text.pt'}")


def test_a_device_that_is_not_there(refused, command, photos, encoder, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    folder = photos("photos", 1)
    sentence = refused(
        "score", folder, "--classes", "cat, dog", "--encoder", encoder, "--device", "cuda"
    )
    assert "no usable CUDA device" in sentence
    assert command("score", folder, "--device", "tpu").status == 2
    assert "Labelled 1 photo" in command("score", folder, "--device", "cpu").stderr


def test_settings_stay_until_they_are_changed(command, photos, encoder):
    folder = photos("photos", 2)

    def scoring() -> dict:
        return command("info", folder, "--json").json["scoring"]

    first = command(
        "score", folder, "--classes", "cat, dog", "--encoder", encoder, "--grid", "2x1",
        "--zeta", "0.3", "--temperature", "0.05", "--prompt", "{} outdoors",
    )  # fmt: skip
    assert first.status == 0, first.stderr
    assert "2 photos" in command("score", folder).stderr
    assert scoring()["grid"] == "2x1"
    assert (scoring()["zeta"], scoring()["temperature"]) == (0.3, 0.05)
    assert scoring()["prompt"] == "{} outdoors"
    assert (scoring()["templates"], scoring()["names"]) == ("single", "synonyms")
    command("score", folder, "--temperature", "auto", "--zeta", "0")
    assert (scoring()["zeta"], scoring()["temperature"]) == (0, None)
    command("score", folder, "--templates", "photos", "--names", "raw")
    assert (scoring()["templates"], scoring()["names"]) == ("photos", "raw")
    command("score", folder, "--prompt", "a {}")  # one template is meant
    assert (scoring()["templates"], scoring()["prompt"]) == ("single", "a {}")
    command("score", folder, "--preset", "paper", "--zeta", "0.2")
    assert (scoring()["templates"], scoring()["names"]) == ("single", "raw")
    assert (scoring()["grid"], scoring()["zeta"]) == ("3x3", 0.2)
    command("score", folder, "--preset", "default")
    assert (scoring()["templates"], scoring()["zeta"]) == ("photos", 0)
    assert command("score", folder, "--preset", "best").status == 2
    assert command("score", folder, "--temperature", "warm").status == 2


def test_views_and_several_grids(command, photos, encoder):
    folder = photos("photos", 1)

    def scored(*options: str) -> tuple[str, str, str | None]:
        done = command("score", folder, *options)
        assert done.status == 0, done.stderr
        scoring = command("info", folder, "--json").json["scoring"]
        return scoring["views"], scoring["grid"], scoring["more_grids"]

    start = ("--classes", "cat, dog", "--encoder", encoder)
    assert scored(*start, "--views", "balanced") == ("balanced", "3x3", None)
    assert scored() == ("balanced", "3x3", None)
    assert scored("--views", "paper", "--grid", "1x1+2x2half") == ("paper", "2x2", "1x1+2x2half")
    assert scored("--zeta", "0.1") == ("paper", "2x2", "1x1+2x2half")
    assert scored("--views", "fast") == ("fast", "2x2", None)
    assert scored("--grid", "2x1") == ("fast", "2x1", "")
    assert command("score", folder, "--views", "slow").status == 2


def test_an_encoder_by_a_relative_path_is_found_from_elsewhere(
    command, photos, small_encoder_dir: Path, tmp_path: Path, monkeypatch
):
    folder = photos("photos", 2)
    monkeypatch.chdir(small_encoder_dir.parent)
    command("score", folder, "--classes", "cat, dog", "--encoder", "local-dir:encoder")
    monkeypatch.chdir(tmp_path)
    for photo in photos("more", 1, start=5).iterdir():
        photo.rename(folder / photo.name)
    again = command("score", "photos")
    assert again.status == 0, again.stderr
    assert "Labelled 3 photos" in again.stderr


def test_one_class_is_warned_of_and_two_thousand_are_fine(command, scored_folder: Path, tmp_path):
    alone = command("score", scored_folder, "--classes", "cat")
    assert alone.status == 0
    assert "With the single class “cat” every photo gets a score of 100 %" in alone.stderr
    many = tmp_path / "many.txt"
    many.write_text("\n".join(f"class {n}" for n in range(2000)))
    scored = command("score", scored_folder, "--classes", many)
    assert "Labelled 8 photos for 2000 classes." in scored.stderr.replace("2,000", "2000")
    assert len(command("info", scored_folder, "--json").json["classes"]) == 2000
    assert "class 19, …" in command("info", scored_folder).stdout


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--epochs", "0"], "“Epochs” takes a whole number from 1 to 10,000, not 0"),
        (["--epochs", "-3"], "“Epochs” takes a whole number from 1"),
        (["--seed", "-1"], "“Seed” takes a whole number from 0 to 2,147,483,647"),
        (["--patience", "0"], "“Stop when settled” (patience) takes a whole number from 1"),
        (["--classifier", "resnt101"], "did you mean resnet101"),
        (["--weights", "absent.pt"], "name with --classifier"),
        (["--classifier", "mobilenetv2_100", "--weights", "absent.pt"], "no weights file"),
        (["--classifier", "mobilenetv2_100", "--weights", "text.pt"], "cannot be read"),
        (["--classifier", "resnet18"], "on another machine and give it with --weights FILE"),
    ],
)
def test_training_that_cannot_be_done(
    refused, command, scored_folder: Path, options, told, tmp_path: Path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    Path("text.pt").write_text("hello")
    assert told in refused("train", scored_folder, *options)
    assert "classifier" not in command("info", scored_folder, "--json").json["labels"]


def test_the_schedule_and_the_patience_are_kept_with_the_run(command, scored_folder: Path):
    trained = command(
        "train", scored_folder, "--epochs", "300", "--refinement", "paper", "--patience", "2"
    )
    assert trained.status == 0
    run = command("info", scored_folder, "--json").json["runs"][0]
    assert (run["config"]["eta"], run["config"]["patience"]) == (None, 2)
    assert "Without effect here: --epochs, --refinement, --patience." in trained.stderr


def test_weights_of_another_classifier(refused, scored_folder: Path, backbone_weights: Path):
    assert "is not one of “resnet18”" in refused(
        "train", scored_folder, "--classifier", "resnet18", "--weights", backbone_weights
    )


def test_the_demos_encoder_says_what_its_labels_of_real_photos_are_worth(command, photos):
    folder = photos("mine", 3)
    scored = command("score", folder, "--classes", "cat, dog", "--encoder", "demo")
    assert scored.status == 0
    assert DEMO_WARNING in scored.stderr
    again = command("score", folder)  # it was named once, and is not the default now
    assert again.status == 1
    assert "is not on this computer" in again.stderr
    assert "ViT-B-" in again.stderr
