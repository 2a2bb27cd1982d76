"""The commands `backup`, `restore` and `check`."""

import argparse
from pathlib import Path

from cdul_app.cli.command_parsers import Commands, add_project_command
from cdul_app.paths import ProjectLocation, absolute_path


def add_backup_commands(commands: Commands) -> None:
    add_project_command(
        commands,
        "backup",
        "copy the project's database",
        "Copy the project's database to the folder “backups” beside it, while it is in use or not. "
        "The newest five are kept; the app makes one a day, before an update of the project and "
        "before a scoring with other classes.",
    )
    restore = add_project_command(
        commands,
        "restore",
        "put a backup of the project back",
        "Put the newest backup of the project in its place, with what you decided after it was "
        "made; without a backup, make the project again from the record of your answers. The "
        "database that is replaced is kept beside it.",
    )
    restore.add_argument("--list", action="store_true", help="list the backups, restore nothing")
    restore.add_argument("--from", dest="backup", metavar="FILE", help="this one, not the newest")
    restore.add_argument(
        "--exactly",
        action="store_true",
        help="as it was then, without what you decided after it was made",
    )
    add_project_command(
        commands,
        "check",
        "check that all of the project can be read",
        "Read all that the project's database holds, and tell whether it is sound.",
    )


def run_backup(location: ProjectLocation) -> None:
    from cdul_app.cli.progress import run_events
    from cdul_app.tasks.backups import back_up_project

    run_events(back_up_project(location))


def run_restore(arguments: argparse.Namespace, location: ProjectLocation) -> None:
    from cdul_app.cli.output import print_result
    from cdul_app.cli.progress import run_events
    from cdul_app.tasks.backups import restore_project

    if arguments.list:
        print_result(_table(location))
        return
    chosen = None
    if arguments.backup is not None:
        inside = location.backups_dir / arguments.backup
        chosen = inside if inside.is_file() else absolute_path(Path(arguments.backup))
    run_events(restore_project(location, chosen, later_answers=not arguments.exactly))


def run_check(location: ProjectLocation) -> None:
    from cdul_app.cli.progress import run_events
    from cdul_app.tasks.backups import check_project

    run_events(check_project(location))


def _table(location: ProjectLocation) -> str:
    from cdul_app.storage.backups import list_backups

    rows = [
        f"{each.file.name}  {each.made.astimezone():%Y-%m-%d %H:%M}  {each.reason}: "
        f"{each.answers:,} answers, {each.photos:,} photos, {each.size / 1e6:,.1f} MB"
        for each in list_backups(location.database)
    ]
    return "\n".join(rows) or f"There are no backups in {location.backups_dir}."
