"""The arguments of what asks a project: `search`, `ask`, `report`, `evaluate`, `info`, …"""

from cdul_app.cli.argument_types import read_count, read_path, read_text
from cdul_app.cli.class_argument import add_class_command
from cdul_app.cli.command_parsers import Commands, add_project_command


def add_question_commands(commands: Commands) -> None:
    _add_search(commands)
    _add_questions(commands)
    _add_reports(commands)
    add_class_command(commands)


def _add_search(commands: Commands) -> None:
    search = add_project_command(
        commands,
        "search",
        "find photos by words, or by a photo",
        "Print the photos of FOLDER that are most like a description, or like one of them, by the "
        "cosine of what the encoder saw. Photos that were scored are found; no photo is read.",
    )
    wanted = search.add_mutually_exclusive_group(required=True)
    wanted.add_argument(
        "words", nargs="?", type=read_text, metavar="WORDS", help="as “a dog on a beach”"
    )
    wanted.add_argument(
        "--like", type=read_text, metavar="PHOTO", help="a photo of FOLDER, instead of words"
    )
    search.add_argument(
        "--top", type=read_count, default=20, metavar="N", help="how many at most; default: 20"
    )
    search.add_argument("--json", action="store_true", help="print one JSON object")


def _add_questions(commands: Commands) -> None:
    ask = add_project_command(
        commands,
        "ask",
        "answer yes or no about photos",
        "Ask whether a class is in a photo, and keep your answers: y for yes, n for no, s to skip, "
        "q to end, one a line on stdin.",
    )
    ask.add_argument(
        "--class",
        dest="class_name",
        type=read_text,
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

    report = add_project_command(
        commands,
        "report",
        "how good the labels are, from your answers",
        "Precision, recall and F1 of each class's labels with 95 % intervals, from answers given "
        "with “cdul-app ask --for report” or in the window. No truth file is needed.",
    )
    report.add_argument("--json", action="store_true", help="print one JSON object")


def _add_reports(commands: Commands) -> None:
    evaluate = add_project_command(
        commands,
        "evaluate",
        "compare every kind of label with truth",
        "Compare every kind of label that the project holds with truth: AP of each class, mAP, "
        "macro-F1, CF1, OF1, labels a photo and calibration error, at the project's thresholds "
        "and, to compare, at the best possible ones.",
    )
    evaluate.add_argument(
        "--truth",
        type=read_path,
        required=True,
        metavar="FILE|FOLDER",
        help="a CSV whose first line is image,<class>,<class>… and every other line a photo with "
        "0 or 1 for each class; or any other format that “cdul-app import” reads, such as COCO's "
        "instances JSON or a folder of PASCAL VOC XML",
    )
    evaluate.add_argument("--json", action="store_true", help="print one JSON object")

    info = add_project_command(
        commands,
        "info",
        "what the project holds",
        "Print what the project of FOLDER holds: photos, classes, kinds of labels, runs.",
    )
    info.add_argument("--json", action="store_true", help="print one JSON object")
