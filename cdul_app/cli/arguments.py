"""The command line, as argparse reads it; imports neither Qt nor torch."""

import argparse
from pathlib import Path

from cdul_app.core.configs import DEVICES
from cdul_app.version import app_version

COMMANDS = ("demo", "score", "train", "predict", "evaluate", "export", "info", "encoders")

_DESCRIPTION = """\
Label photos without annotations: CLIP scores, pseudo labels with evidence, one-click training.

Without a command the window opens (on FOLDER where it is given).
"""


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """Returns a namespace with `command`, None for the window.  Exits with 2 for wrong usage."""
    if arguments and arguments[0] in COMMANDS:
        return _command_parser().parse_args(arguments)
    if arguments and arguments[0] in ("-h", "--help"):
        return _command_parser().parse_args(arguments)
    return _window_parser().parse_args(arguments)


def _window_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cdul-app", usage="cdul-app [FOLDER] | COMMAND …")
    parser.add_argument("folder", nargs="?", type=Path, metavar="FOLDER")
    parser.add_argument("--project", type=Path, metavar="FILE")
    _add_version(parser)
    parser.set_defaults(command=None)
    return parser


def _add_version(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--version", action="version", version=f"cdul-app {app_version()}")


def _command_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cdul-app",
        usage="cdul-app [FOLDER] | COMMAND …",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Exit status: 0 done, 1 an error you can mend, 2 wrong usage, 130 cancelled.",
    )
    _add_version(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    demo = commands.add_parser("demo", help="all three stages on the bundled demo")
    demo.add_argument("--headless", action="store_true", help="no window; print the mAP")
    demo.add_argument("--into", type=Path, metavar="DIR", help="where the demo is copied to")

    score = _project_command(commands, "score", "pseudo labels for the photos of a folder")
    score.add_argument(
        "--classes", metavar='voc20|coco80|FILE|"cat, dog"', help="the class names, a comma list, "
        "or a file with one a line (name, or name: prompt one | prompt two)",
    )  # fmt: skip
    score.add_argument("--encoder", metavar="ID", help="see “cdul-app encoders”")
    score.add_argument("--grid", metavar="RxC", help="rows x columns of snippets, default 3x3")
    score.add_argument("--zeta", type=float, metavar="Z", help="see CDUL eq. 6, default 0")
    score.add_argument("--temperature", type=float, metavar="T", help="default: the encoder's own")
    score.add_argument("--prompt", metavar="TEXT", help='default "a photo of a {}."')
    _add_device(score)

    train = _project_command(commands, "train", "train a classifier on the pseudo labels")
    train.add_argument(
        "--classifier",
        metavar="features|resnet101|TIMM_NAME",
        help="default: features, a head on the stored embeddings (seconds on a CPU)",
    )
    train.add_argument("--weights", type=Path, metavar="FILE", help="a local timm checkpoint")
    train.add_argument("--epochs", type=int, metavar="N")
    train.add_argument("--preset", choices=("default", "paper"), default="default")
    train.add_argument("--seed", type=int, metavar="S")
    _add_device(train)

    predict = _project_command(commands, "predict", "label photos with the classifier alone")
    predict.add_argument("--on", type=Path, metavar="OTHER_FOLDER", help="photos of another folder")
    predict.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="CSV, or JSON by its suffix; default with --on: CSV to the terminal",
    )
    _add_device(predict)

    evaluate = _project_command(commands, "evaluate", "compare every kind of label with truth")
    evaluate.add_argument("--truth", type=Path, required=True, metavar="FILE")
    evaluate.add_argument("--json", action="store_true", help="print one JSON object")

    export = _project_command(commands, "export", "write the labels to a file")
    export.add_argument("--format", choices=("csv", "json"), required=True)
    export.add_argument("--output", type=Path, required=True, metavar="FILE")

    info = _project_command(commands, "info", "what the project holds")
    info.add_argument("--json", action="store_true", help="print one JSON object")

    encoders = commands.add_parser("encoders", help="list encoders, or fetch one")
    encoders.add_argument("action", nargs="?", choices=("list", "fetch"), default="list")
    encoders.add_argument("identifier", nargs="?", metavar="ID")
    return parser


def _project_command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the folder of photos")
    parser.add_argument(
        "--project", type=Path, metavar="FILE", help="the project database, default FOLDER/.cdul/"
    )
    return parser


def _add_device(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", choices=DEVICES, default="auto")
