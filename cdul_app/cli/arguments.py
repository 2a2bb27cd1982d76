"""The command line, as argparse reads it; imports neither Qt nor torch."""

import argparse
import difflib
import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from cdul_app.cli.backups import add_backup_commands
from cdul_app.cli.labels import add_label_commands
from cdul_app.cli.output import output_path
from cdul_app.paths import absolute_path
from cdul_app.settings.configs import (
    SCORING_PRESETS,
    TRAINING_PRESETS,
    ScoringConfig,
    TrainingConfig,
)
from cdul_app.settings.fields import Option, Setting, settings_of
from cdul_app.version import app_version

COMMANDS = (
    "demo", "score", "train", "predict", "search", "ask", "report", "evaluate", "export",
    "export-classifier", "import", "info", "backup", "restore", "check", "encoders",
)  # fmt: skip

_USAGE = "cdul-app [FOLDER] [--project FILE]\n       cdul-app COMMAND …"

_DESCRIPTION = """\
Label photos without annotations: CLIP scores, pseudo labels with evidence, one-click training.

Without a command the window opens, on FOLDER where it is given (./score for a folder that is
called like a command). “cdul-app COMMAND --help” explains a command.
"""

_EPILOG = """\
Settings that a command is not told are those the project was last scored with, at first the
defaults. Results go to stdout, progress and messages to stderr.
Exit status: 0 done, 1 an error you can mend, 2 wrong usage, 130 cancelled.
Environment: CDUL_DATA is the folder of encoders, the demo and projects of folders that cannot be
written, CDUL_CACHE that of thumbnails; with CDUL_DEBUG a bug is told with its traceback.
"""


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """Returns a namespace with `command`, None for the window; paths in it are absolute.

    Exits with 2 for wrong usage, 0 for --help and --version.
    """
    if arguments and arguments[0] in COMMANDS:
        parser = _command_parser()
        parsed = parser.parse_args(arguments)
        if parsed.command == "predict":
            _check_predict(parser, parsed)
        return parsed
    return _parse_for_window(arguments)


def _parse_for_window(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="cdul-app", usage=_USAGE, add_help=False)
    parser.add_argument("-h", "--help", action=_WholeHelp)
    parser.add_argument("word", nargs="?", metavar="FOLDER")
    parser.add_argument("--project", type=_path, metavar="FILE")
    _add_version(parser)
    parsed, rest = parser.parse_known_args(arguments)
    # A misspelt command is the first thing to tell, before the options that belong to it.
    if parsed.word and "--" not in arguments and _is_misspelt(parsed.word):
        close = difflib.get_close_matches(parsed.word.lower(), COMMANDS, n=1)
        parser.error(
            f"“{parsed.word}” is neither a command nor a folder here"
            + (f": did you mean {close[0]}?" if close else "; see cdul-app --help.")
        )
    if rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    folder = None
    if parsed.word is not None:
        try:
            folder = _path(parsed.word)
        except argparse.ArgumentTypeError as error:
            parser.error(f"argument FOLDER: {error}")
    return argparse.Namespace(command=None, folder=folder, project=parsed.project)


def _is_misspelt(word: str) -> bool:
    """Whether a word can only have been meant as a command; of a path the window tells more."""
    separators = [os.sep, "/", os.altsep or "/", "~"]
    return not any(sign in word for sign in separators) and not Path(word).exists()


class _WholeHelp(argparse.Action):
    """The help of the window is that of the whole program."""

    def __init__(self, option_strings: list[str], dest: str, **_: Any) -> None:
        super().__init__(option_strings, dest, nargs=0)

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        _command_parser().print_help()
        parser.exit()


def _add_version(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--version",
        action="version",
        version=f"cdul-app {app_version()}",
        help="show the version and exit",
    )


def _command_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cdul-app",
        usage=_USAGE,
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_EPILOG,
    )
    # Told here, read by _parse_for_window and by each command.
    parser.add_argument(
        "--project",
        metavar="FILE",
        help="the project database of FOLDER, default FOLDER/.cdul/project.sqlite",
    )
    _add_version(parser)
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", prog="cdul-app"
    )
    _add_demo(commands)
    _add_score(commands)
    _add_train(commands)
    _add_predict(commands)
    _add_export_classifier(commands)
    _add_search(commands)
    _add_questions(commands)
    _add_reports(commands)
    add_label_commands(partial(_add_project_command, commands), _add_overwrite)
    add_backup_commands(partial(_add_project_command, commands))
    _add_encoders(commands)
    return parser


_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _add_demo(commands: _Commands) -> None:
    demo = commands.add_parser(
        "demo",
        help="all three stages on the bundled demo",
        description="Copy the bundled demo's scenes to a folder of yours, score them, train a "
        "classifier and compare all labels with the truth. Needs no network.",
    )
    demo.add_argument(
        "--headless",
        action="store_true",
        help="no window: print the mAP of each kind of label (so without a screen, too)",
    )
    demo.add_argument(
        "--into",
        type=_path,
        metavar="DIR",
        help="the folder the demo is copied to, default in your user data directory",
    )


def _add_score(commands: _Commands) -> None:
    score = _add_project_command(
        commands,
        "score",
        "give the photos of a folder pseudo labels",
        "Give every photo of FOLDER, and of the folders in it, a score for each class. What the "
        "encoder saw is stored in the project: other classes or settings later take seconds. "
        "Settings that are not given stay as they were in the project, at first the defaults.",
    )
    score.add_argument(
        "--classes",
        type=_text,
        metavar='voc20|coco80|FILE|"cat, dog"',
        help="a preset, names with commas between them, or a text file with one class a line: "
        "“name”, or “name: prompt one | prompt two”, where @PATH is a photo of FOLDER that "
        "describes the class and - passes its name by; default: the project's classes",
    )
    _add_settings(score, ScoringConfig, "encoder")
    score.add_argument(
        "--preset",
        choices=tuple(SCORING_PRESETS),
        help="start from these settings, not from the project's; “paper” has the published ones: "
        "separate views, 3x3, one prompt, names as they are; options given beside it win",
    )
    names = ("views", "grid", "zeta", "temperature", "prompt", "templates", "names")
    _add_settings(score, ScoringConfig, *names)
    _add_device(score)
    _add_ray(score)
    score.add_argument(
        "--estimate",
        action="store_true",
        help="label nothing: print how long it would take on this computer by each quality, from a "
        "trial of two seconds that is remembered",
    )


def _add_train(commands: _Commands) -> None:
    train = _add_project_command(
        commands,
        "train",
        "refine the pseudo labels and train a classifier",
        "Refine the pseudo labels of FOLDER and train a classifier that labels new photos. By "
        "default similar photos and a linear student of all labels correct each other's, in "
        "seconds; with --preset paper a network learns from the photos themselves (CDUL), and a "
        "run that was stopped goes on after its last whole epoch.",
    )
    _add_settings(train, TrainingConfig, "classifier", "weights", "epochs")
    train.add_argument(
        "--preset",
        choices=tuple(TRAINING_PRESETS),
        default="default",
        help="“paper” has the published settings of CDUL",
    )
    _add_settings(train, TrainingConfig, "eta", "patience", "seed")
    _add_device(train)


def _add_predict(commands: _Commands) -> None:
    predict = _add_project_command(
        commands,
        "predict",
        "label photos with the classifier alone",
        "Label the photos of FOLDER, or of another folder, with the classifier of FOLDER's "
        "project alone; or with --classifier those of --on, without a project.",
        optional_folder=True,
    )
    predict.add_argument(
        "--classifier",
        type=_path,
        metavar="DIR",
        help="the folder of a classifier (a run's, or one that was exported) instead of FOLDER's",
    )
    predict.add_argument(
        "--on", type=_path, metavar="OTHER_FOLDER", help="the photos to label, default FOLDER's"
    )
    predict.add_argument(
        "--output",
        type=output_path,
        metavar="FILE|-",
        help="where the labels are written, as JSON where the name ends in .json, else as CSV; - is"
        " stdout, as CSV; default with --on: CSV to stdout",
    )
    _add_overwrite(predict)
    _add_device(predict)
    _add_ray(predict)


def _add_export_classifier(commands: _Commands) -> None:
    export = _add_project_command(
        commands,
        "export-classifier",
        "take the trained classifier elsewhere",
        "Write the classifier of FOLDER's project as a folder that needs no project: weights "
        "(safetensors), a card with classes, thresholds and how it was made, and a model card. One "
        "that reads photos is in timm's layout, which is the Hugging Face hub's too.",
    )
    export.add_argument("--output", type=_path, required=True, metavar="DIR")
    export.add_argument(
        "--onnx",
        action="store_true",
        help="also as ONNX, with a script that needs onnxruntime, numpy and pillow only; for "
        "classifiers that read photos, with the extra cdul-app[onnx] installed",
    )
    export.add_argument(
        "--overwrite", action="store_true", help="replace files of the same names in DIR"
    )


def _check_predict(parser: argparse.ArgumentParser, parsed: argparse.Namespace) -> None:
    if parsed.classifier is None and parsed.folder is None:
        parser.error("predict needs FOLDER, or --classifier DIR --on FOLDER")
    if parsed.classifier is not None and (parsed.folder is not None or parsed.on is None):
        parser.error("with --classifier the photos are named with --on, and no FOLDER is")


def _add_overwrite(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--overwrite",
        action="store_true",
        help="replace a file that this project did not write, or that was changed since",
    )


def _add_search(commands: _Commands) -> None:
    search = _add_project_command(
        commands,
        "search",
        "find photos by words, or by a photo",
        "Print the photos of FOLDER that are most like a description, or like one of them, by the "
        "cosine of what the encoder saw. Photos that were scored are found; no photo is read.",
    )
    wanted = search.add_mutually_exclusive_group(required=True)
    wanted.add_argument(
        "words", nargs="?", type=_text, metavar="WORDS", help="as “a dog on a beach”"
    )
    wanted.add_argument(
        "--like", type=_text, metavar="PHOTO", help="a photo of FOLDER, instead of words"
    )
    search.add_argument(
        "--top", type=_count, default=20, metavar="N", help="how many at most; default: 20"
    )
    search.add_argument("--json", action="store_true", help="print one JSON object")


def _add_questions(commands: _Commands) -> None:
    ask = _add_project_command(
        commands,
        "ask",
        "answer yes or no about photos",
        "Ask whether a class is in a photo, and keep your answers: y for yes, n for no, s to skip, "
        "q to end, one a line on stdin.",
    )
    ask.add_argument(
        "--class",
        dest="class_name",
        type=_text,
        metavar="NAME",
        help="default: the class whose last answers corrected most",
    )
    ask.add_argument(
        "--for",
        dest="purpose",
        choices=("calibration", "report"),
        default="calibration",
        help="calibration: photos from the threshold of the class outwards, which follows your "
        "answers; "
        "report: photos drawn at random, from which “cdul-app report” estimates; default: "
        "calibration",
    )
    ask.add_argument(
        "--answers", type=int, default=10, metavar="N", help="how many at most; default: 10"
    )

    report = _add_project_command(
        commands,
        "report",
        "how good the labels are, from your answers",
        "Precision, recall and F1 of each class's labels with 95 % intervals, from answers given "
        "with “cdul-app ask --for report” or in the window. No truth file is needed.",
    )
    report.add_argument("--json", action="store_true", help="print one JSON object")


def _add_reports(commands: _Commands) -> None:
    evaluate = _add_project_command(
        commands,
        "evaluate",
        "compare every kind of label with truth",
        "Compare every kind of label that the project holds with truth: AP of each class, mAP, "
        "macro-F1, CF1, OF1, labels a photo and calibration error, at the project's thresholds "
        "and, to compare, at the best possible ones.",
    )
    evaluate.add_argument(
        "--truth",
        type=_path,
        required=True,
        metavar="FILE|FOLDER",
        help="a CSV whose first line is image,<class>,<class>… and every other line a photo with "
        "0 or 1 for each class; or any other format that “cdul-app import” reads, such as COCO's "
        "instances JSON or a folder of PASCAL VOC XML",
    )
    evaluate.add_argument("--json", action="store_true", help="print one JSON object")

    info = _add_project_command(
        commands,
        "info",
        "what the project holds",
        "Print what the project of FOLDER holds: photos, classes, kinds of labels, runs.",
    )
    info.add_argument("--json", action="store_true", help="print one JSON object")


def _add_encoders(commands: _Commands) -> None:
    encoders = commands.add_parser(
        "encoders",
        help="list encoders, or fetch one",
        description="List a choice of encoders and which are on this computer, or fetch one.",
    )
    actions = encoders.add_subparsers(
        dest="action", metavar="ACTION", title="actions", prog="cdul-app encoders"
    )
    actions.add_parser("list", help="list encoders (so without an action, too)")
    fetch = actions.add_parser("fetch", help="download an encoder, or go on with a download")
    fetch.add_argument("identifier", metavar="ID", help="as ViT-B-32/openai or hf-hub:ORG/NAME")


def _add_project_command(
    commands: _Commands, name: str, text: str, description: str, *, optional_folder: bool = False
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=description)
    parser.add_argument(
        "folder",
        type=_path,
        metavar="FOLDER",
        nargs="?" if optional_folder else None,
        help="the folder of photos",
    )
    parser.add_argument(
        "--project",
        type=_path,
        metavar="FILE",
        help="the project database, default FOLDER/.cdul/project.sqlite, or in your user data "
        "directory where FOLDER cannot be written",
    )
    return parser


def _add_device(parser: argparse.ArgumentParser) -> None:
    _add_settings(parser, TrainingConfig, "device")
    parser.set_defaults(device=settings_of(TrainingConfig)["device"].default)


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


def _add_settings(
    parser: argparse.ArgumentParser,
    config: type[Any],
    *names: str,
) -> None:
    """Options of the table of settings; one that is not given leaves no attribute."""
    for name in names:
        setting = settings_of(config)[name]
        option = setting.option
        assert option is not None, f"{name} is no option"
        told = f"{setting.meaning} {option.help}".strip()
        if setting.end_to_end:
            told += " For classifiers that read photos."
        if setting.choices and not option.help:
            told += " " + "; ".join(f"{key}: {title}" for key, title in setting.choices.items())
            told += "."
        default = option.default or setting.word(setting.default)
        parser.add_argument(
            option_name(name, option),
            dest=name,
            default=argparse.SUPPRESS,
            type=_reader(setting, option),
            choices=tuple(setting.choices or setting.words) if option.metavar is None else None,
            metavar=option.metavar,
            help=f"{told} Default: {default}" if default else told,
        )


def _reader(setting: Setting, option: Option) -> Callable[[str], Any]:
    if option.is_path:
        return lambda text: str(_path(text))
    if setting.bounds is None or option.metavar is None:
        return _text
    number = int if setting.bounds.whole else float
    return partial(_number_or_word, option.words) if option.words else number


def option_name(name: str, option: Option) -> str:
    """What a setting is called on the command line."""
    return f"--{(option.name or name).replace('_', '-')}"


def changed_settings(arguments: argparse.Namespace, config: type[Any]) -> dict[str, Any]:
    """The fields of `config` that the command line names, with its values."""
    changes = {}
    for name, setting in settings_of(config).items():
        if name in arguments:
            value = getattr(arguments, name)
            changes[name] = setting.words.get(value, value)
    return changes


def _path(text: str) -> Path:
    if not text.strip():  # as of a variable that is not set; Path("") would be this folder
        raise argparse.ArgumentTypeError("a path is missing")
    return absolute_path(Path(text))


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is no whole number") from error
    if number < 1:
        raise argparse.ArgumentTypeError("it must be at least 1")
    return number


def _text(text: str) -> str:
    """What was typed, also where Python took its bytes for those of a locale without umlauts."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeError as error:
        raise argparse.ArgumentTypeError("it is no valid text in UTF-8") from error


def _number_or_word(words: Mapping[str, Any], text: str) -> float | str:
    word = text.strip().lower()
    if word in words:
        return word
    try:
        return float(text)
    except ValueError as error:
        known = " nor ".join(words)
        raise argparse.ArgumentTypeError(f"“{text}” is neither a number nor {known}") from error
