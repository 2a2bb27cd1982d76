"""The commands `export` and `import`: labels out of a project, and into it."""

import argparse
import textwrap

from cdul_app.cli.argument_types import read_path
from cdul_app.cli.command_parsers import Commands, add_overwrite, add_project_command
from cdul_app.cli.output import STDOUT, output_path
from cdul_app.errors import ExportError
from cdul_app.formats.export_options import ExportOptions, PhotoFiles, Several, Which
from cdul_app.formats.label_formats import LABEL_FORMATS
from cdul_app.paths import ProjectLocation

_WIDTH = 78
_CSV = (
    "In CSV a cell that a spreadsheet would run (=, +, -, @, tab) has an apostrophe before it, and "
    "a label that is not decided is empty."
)


def add_label_commands(commands: Commands) -> None:
    formats = "\n".join(
        textwrap.fill(
            each.purpose + ("" if each.reads else " Not read back."),
            _WIDTH,
            initial_indent=f"  {each.key:<13}",
            subsequent_indent=" " * 15,
        )
        for each in LABEL_FORMATS.values()
    )
    export = add_project_command(
        commands,
        "export",
        "write the labels to a file or a folder",
        "Write the labels as they are shown: pseudo labels that reach their class's threshold, "
        "your answers first. What is left out is told.",
    )
    export.formatter_class = argparse.RawDescriptionHelpFormatter
    export.description = textwrap.fill(export.description or "", _WIDTH)
    export.epilog = f"formats:\n{formats}\n\n{textwrap.fill(_CSV, _WIDTH)}"
    export.add_argument(
        "--format", choices=tuple(LABEL_FORMATS), metavar="FORMAT", required=True, help="see below"
    )
    export.add_argument(
        "--output",
        type=output_path,
        required=True,
        metavar="FILE|FOLDER|-",
        help="- writes to standard output; a folder of formats that stand beside photos (labelme, "
        "txt, xmp) may be that of the photos",
    )
    export.add_argument(
        "--which",
        type=Which,
        choices=tuple(Which),
        default=Which.ALL,
        metavar="|".join(Which),
        help="reviewed: only photos with an answer; answers: only what you answered, the rest is "
        "left open; default: all",
    )
    export.add_argument(
        "--filter", default="", metavar="QUERY", help="only photos that it finds, as label:dog"
    )
    export.add_argument("--scores", action="store_true", help="soft scores too (csv, jsonl, …)")
    export.add_argument(
        "--bom", action="store_true", help="a mark by which Excel knows UTF-8 (csv, csv-long)"
    )
    export.add_argument(
        "--photos",
        type=PhotoFiles,
        choices=tuple(PhotoFiles),
        default=PhotoFiles.LINK,
        metavar="|".join(PhotoFiles),
        help="how photos come into a folder: as hard links (copies where the disk has none), as "
        "copies, or not; default: link",
    )
    export.add_argument(
        "--split",
        type=_shares,
        default=(),
        metavar="SHARES",
        help="shares of train, val and test, as 0.8,0.1,0.1: each class in each part in its share",
    )
    export.add_argument("--seed", type=int, default=0, metavar="N", help="of the split; default: 0")
    export.add_argument(
        "--several",
        type=Several,
        choices=tuple(Several),
        metavar="|".join(Several),
        help="where a photo with several labels goes in folders of classes",
    )
    theirs = export.add_mutually_exclusive_group()
    add_overwrite(theirs)
    theirs.add_argument(
        "--keep-theirs",
        action="store_true",
        help="leave such a file in a folder as it is, and write the others",
    )

    imported = add_project_command(
        commands,
        "import",
        "take labels from a file, a folder or another project",
        "Take labels of any format that “cdul-app export --help” lists as read back, or the "
        "answers of another project, as your answers: one step, which undo takes back. What you "
        "answered here stays. Of a file that tells a person's answers from a machine's labels, "
        "only the answers are taken. What matches no photo or class is told.",
    )
    imported.add_argument("labels", type=read_path, metavar="FILE|FOLDER")
    imported.add_argument(
        "--as",
        dest="kind",
        choices=("answers", "truth"),
        default="answers",
        help="truth: what labels are measured against from now on; default: answers",
    )
    imported.add_argument(
        "--unlisted-is-no",
        action="store_true",
        help="of a format that only lists labels, take one that is not listed for a no",
    )


def run_export(arguments: argparse.Namespace, location: ProjectLocation) -> None:
    from cdul_app.cli.output import print_bytes
    from cdul_app.cli.progress import run_events
    from cdul_app.tasks.export import export_labels, exported_content

    options = ExportOptions(
        which=arguments.which,
        query=arguments.filter,
        scores=arguments.scores,
        bom=arguments.bom,
        photos=arguments.photos,
        split=arguments.split,
        seed=arguments.seed,
        several=arguments.several,
        keep_theirs=arguments.keep_theirs,
    )
    if arguments.output != STDOUT:
        run_events(
            export_labels(
                location,
                label_format=arguments.format,
                output=arguments.output,
                options=options,
                overwrite=arguments.overwrite,
            )
        )
        return
    if LABEL_FORMATS[arguments.format].is_folder:
        raise ExportError(
            f"The format {arguments.format} is a folder of files: name one with --output."
        )
    # When all is done: an error leaves stdout empty.
    content = exported_content(location, label_format=arguments.format, options=options)
    print_bytes(run_events(content).content)


def run_import(arguments: argparse.Namespace, location: ProjectLocation) -> None:
    from cdul_app.cli.output import print_result, say_note
    from cdul_app.cli.progress import run_events
    from cdul_app.project.exchange.imported_answers import import_answers
    from cdul_app.project.project import Project
    from cdul_app.tasks.import_labels import read_answers

    with Project(location) as project:
        if arguments.kind == "truth":
            project.truth.load(arguments.labels)
            if project.truth.note:
                say_note(project.truth.note)
            print_result(f"Labels are compared with {arguments.labels} from now on.")
            return
        read = run_events(
            read_answers(
                arguments.labels,
                project.photos.paths,
                project.classes.names,
                unlisted_is_no=arguments.unlisted_is_no,
            )
        )
        if read.note:
            say_note(read.note)
        print_result(import_answers(project, read.answers, read.place.name))


def _shares(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(share) for share in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is no list of numbers") from error
