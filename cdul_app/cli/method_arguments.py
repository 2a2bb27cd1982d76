"""The arguments of what labels: `demo`, `score`, `train`, `predict`, and of `encoders`."""

import argparse

from cdul_app.cli.argument_types import read_manifest, read_path, read_text
from cdul_app.cli.command_parsers import (
    Commands,
    add_command,
    add_overwrite,
    add_project_command,
)
from cdul_app.cli.output import output_path
from cdul_app.cli.setting_options import add_device, add_settings
from cdul_app.settings.configs import (
    SCORING_PRESETS,
    TRAINING_PRESETS,
    ScoringConfig,
    TrainingConfig,
)


def add_method_commands(commands: Commands) -> None:
    _add_demo(commands)
    _add_score(commands)
    _add_train(commands)
    _add_predict(commands)
    _add_export_classifier(commands)


def _add_demo(commands: Commands) -> None:
    demo = add_command(
        commands,
        "demo",
        "all three stages on the bundled demo",
        "Copy the bundled demo's scenes to a folder of yours, score them, train a "
        "classifier and compare all labels with the truth. Needs no network.",
    )
    demo.add_argument(
        "--headless",
        action="store_true",
        help="no window: print the mAP of each kind of label (so without a screen, too)",
    )
    demo.add_argument(
        "--into",
        type=read_path,
        metavar="DIR",
        help="the folder the demo is copied to, default in your user data directory",
    )


def _add_score(commands: Commands) -> None:
    score = add_project_command(
        commands,
        "score",
        "give the photos of a folder pseudo labels",
        "Give every photo of FOLDER, and of the folders in it, a score for each class. What the "
        "encoder saw is stored in the project: other classes or settings later take seconds. "
        "Settings that are not given stay as they were in the project, at first the defaults.",
    )
    score.add_argument(
        "--classes",
        type=read_text,
        metavar='voc20|coco80|FILE|"cat, dog"',
        help="a preset, names with commas between them, or a text file with one class a line: "
        "“name”, or “name: prompt one | prompt two”, where @PATH is a photo of FOLDER that "
        "describes the class and - passes its name by; default: the project's classes",
    )
    add_settings(score, ScoringConfig, "encoder")
    score.add_argument(
        "--preset",
        choices=tuple(SCORING_PRESETS),
        help="start from these settings, not from the project's; “paper” has the published ones: "
        "separate views, 3x3, one prompt, names as they are; options given beside it win",
    )
    names = ("views", "grid", "zeta", "temperature", "prompt", "templates", "names")
    add_settings(score, ScoringConfig, *names)
    add_device(score)
    add_settings(score, ScoringConfig, "runtime")
    _add_manifest(score, "from now on, in place of all that lie in FOLDER")
    _add_ray(score)
    score.add_argument(
        "--estimate",
        action="store_true",
        help="label nothing: print how long it would take on this computer by each quality, from a "
        "trial of two seconds that is remembered",
    )


def _add_train(commands: Commands) -> None:
    train = add_project_command(
        commands,
        "train",
        "refine the pseudo labels and train a classifier",
        "Refine the pseudo labels of FOLDER and train a classifier that labels new photos. By "
        "default similar photos and a linear student of all labels correct each other's, in "
        "seconds; with --preset paper a network learns from the photos themselves (CDUL), and a "
        "run that was stopped goes on after its last whole epoch.",
    )
    add_settings(train, TrainingConfig, "classifier", "weights", "epochs")
    train.add_argument(
        "--preset",
        choices=tuple(TRAINING_PRESETS),
        default="default",
        help="“paper” has the published settings of CDUL",
    )
    add_settings(train, TrainingConfig, "eta", "patience", "seed")
    add_device(train)


def _add_predict(commands: Commands) -> None:
    predict = add_project_command(
        commands,
        "predict",
        "label photos with the classifier alone",
        "Label the photos of FOLDER, or of another folder, with the classifier of FOLDER's "
        "project alone; or with --classifier those of --on, without a project.",
        optional_folder=True,
    )
    predict.add_argument(
        "--classifier",
        type=read_path,
        metavar="DIR|FILE.onnx",
        help="the folder of a classifier (a run's, or one that was exported), or its ONNX file, "
        "instead of FOLDER's",
    )
    predict.add_argument(
        "--on", type=read_path, metavar="OTHER_FOLDER", help="the photos to label, default FOLDER's"
    )
    predict.add_argument(
        "--output",
        type=output_path,
        metavar="FILE|-",
        help="where the labels are written, as JSON where the name ends in .json, else as CSV; - is"
        " stdout, as CSV; default with --on: CSV to stdout",
    )
    add_overwrite(predict)
    add_device(predict)
    _add_manifest(predict, "instead of a folder's; the labels go where those of --on do")
    _add_ray(predict)


def _add_manifest(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument(
        "--manifest",
        type=read_manifest,
        metavar="FILE",
        help=f"label the photos that FILE names, {what}: a text file with a path or URL a line, a "
        "CSV or Parquet file with a column of them, or a tar file of photos, shard-{000..009}.tar "
        "for several (in a list, too). Relative paths are below the folder; URLs are https://, "
        "and s3://, gs:// and az:// with the packages s3fs, gcsfs and adlfs",
    )


def _add_ray(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--ray",
        nargs="?",
        const="local",
        metavar="ADDRESS",
        help="look at photos with the workers of a Ray cluster, auto for the one that this "
        "computer belongs to, or HOST:PORT; without ADDRESS a worker on each processor or GPU of "
        "this computer, for the time of the run. Photos, project and encoder must lie under the "
        "same paths on every machine, and the app be installed there; needs the extra "
        "cdul-app[ray]",
    )


def _add_export_classifier(commands: Commands) -> None:
    export = add_project_command(
        commands,
        "export-classifier",
        "take the trained classifier elsewhere",
        "Write the classifier of FOLDER's project as a folder that needs no project: weights "
        "(safetensors), a card with classes, thresholds and how it was made, and a model card. One "
        "that reads photos is in timm's layout, which is the Hugging Face hub's too.",
    )
    export.add_argument("--output", type=read_path, required=True, metavar="DIR")
    export.add_argument(
        "--onnx",
        action="store_true",
        help="also as ONNX, from a photo's pixels to its scores, with a script that needs "
        "onnxruntime, numpy and pillow only; needs the extra cdul-app[onnx] here",
    )
    export.add_argument(
        "--overwrite", action="store_true", help="replace files of the same names in DIR"
    )


def check_predict(parser: argparse.ArgumentParser, parsed: argparse.Namespace) -> None:
    """What argparse cannot tell: without a project the photos are named otherwise."""
    if parsed.classifier is None and parsed.folder is None:
        parser.error("predict needs FOLDER, or --classifier DIR|FILE.onnx --on FOLDER")
    if parsed.classifier is not None and (parsed.folder is not None or parsed.on is None):
        parser.error("with --classifier the photos are named with --on, and no FOLDER is")


def add_encoder_commands(commands: Commands) -> None:
    encoders = add_command(
        commands,
        "encoders",
        "list encoders, or fetch one",
        "List a choice of encoders and which are on this computer, or fetch one.",
    )
    actions = encoders.add_subparsers(
        dest="action", metavar="ACTION", title="actions", prog="cdul-app encoders"
    )
    add_command(actions, "list", "list encoders (so without an action, too)")
    fetch = add_command(actions, "fetch", "download an encoder, or go on with a download")
    fetch.add_argument("identifier", metavar="ID", help="as ViT-B-32/openai or hf-hub:ORG/NAME")
