"""Backing up a project, putting a backup back, and checking that all can be read."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cdul_app.errors import DamagedProjectError, ProjectError, in_words
from cdul_app.events import Events, Noted, Started, TaskResult
from cdul_app.language import ntr, tr, translatable
from cdul_app.paths import ProjectLocation
from cdul_app.project.locks import writing_labels
from cdul_app.project.opening import how_to_start_anew
from cdul_app.project.project import Project
from cdul_app.storage.backups import (
    Backup as Backup,
)
from cdul_app.storage.backups import (
    back_up,
    list_backups,
    restore,
    set_database_aside,
)
from cdul_app.storage.journal.answer_journal import project_of_journal, read_journal
from cdul_app.storage.journal.journal_replay import replay
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.view_files import lost_sentence

ON_REQUEST, DAILY = translatable("on request"), translatable("daily")  # in a file's name, too
BEFORE_SCORING = translatable("before scoring")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class BackedUp(TaskResult):
    backup: Backup


@dataclass(frozen=True)
class Restored(TaskResult):
    kept: Path | None  # where the database that was replaced lies now


@dataclass(frozen=True)
class Checked(TaskResult):
    answers: int
    backups: int


def project_backups(location: ProjectLocation) -> list[Backup]:
    """Those that can be read, newest first."""
    return list_backups(location.database)


def back_up_project(location: ProjectLocation, reason: str = ON_REQUEST) -> Events[BackedUp]:
    """Raises ProjectError, DamagedProjectError where the database cannot be read."""
    _refuse_absent(location)
    yield Started(tr("Backing up the project"), unit="")
    backup = back_up(location.database, reason)
    return BackedUp(
        tr(
            "Backed up {answers} on {photos} to {file}.",
            answers=_answers(backup.answers),
            photos=_photos(backup.photos),
            file=backup.file,
        ),
        backup,
    )


def back_up_daily(location: ProjectLocation) -> Events[None]:
    """Where a person has decided something and the last backup is older than a day."""
    with ProjectStore(location.database) as store:
        if store.read_only or not store.decisions.has_any:
            return
    newest = next(iter(list_backups(location.database)), None)
    if newest is None or datetime.now(UTC) - newest.made > _DAY:
        yield from back_up_project(location, DAILY)


def restore_project(
    location: ProjectLocation, backup: Path | None = None, *, later_answers: bool = True
) -> Events[Restored]:
    """Put a backup in the place of the project's database, the newest where none is named; without
    any, make the database again from the record of answers.

    later_answers : bring in what was decided after the backup was made, from the record.
    The database that is replaced is kept.  Raises ProjectError.
    """
    with writing_labels(location):
        yield Started(tr("Restoring the project"), unit="")
        found = [each.file for each in list_backups(location.database)]
        chosen = backup or next(iter(found), None)
        if chosen is not None:
            kept = restore(location.database, chosen)
            if not later_answers:
                with ProjectStore(location.database) as store:
                    store.journal.start_anew()
            source = tr("the backup {name}", name=chosen.name)
        elif later_answers and location.answers_file.is_file():
            kept = _make_again(location)
            source = location.answers_file.name
        else:
            raise ProjectError(_nothing_to_restore(location))
        with Project(location) as project:
            later = bool(project.store.opening_note) and chosen is not None
            answers = project.store.answers.count()
        summary = tr("Restored {answers} from {source}.", answers=_answers(answers), source=source)
        if later:
            summary += " " + tr("What was decided after it was made was brought in.")
        if kept is not None:
            summary += " " + tr("The database before is kept as {name}.", name=kept.name)
        return Restored(summary, kept)


def check_project(location: ProjectLocation) -> Events[Checked]:
    """Read all that the database holds.  Raises DamagedProjectError where that fails."""
    _refuse_absent(location)
    yield Started(tr("Checking the project"), unit="")
    with Project(location) as project:
        if project.store.opening_note:
            yield Noted(project.store.opening_note)
        project.store.check_all()
        if lost := project.store.embeddings.lost_files():
            yield Noted(lost_sentence(lost))
        answers, photos = project.store.answers.count(), len(project.photos)
    backups = len(list_backups(location.database))
    return Checked(
        tr(
            "The project is sound: {answers}, {photos}, {backups}.",
            answers=_answers(answers),
            photos=_photos(photos),
            backups=ntr("{n} backup", "{n} backups", backups),
        ),
        answers,
        backups,
    )


def _make_again(location: ProjectLocation) -> Path | None:
    """A new database from the record of answers."""
    try:
        lines = read_journal(location.answers_file)
        identifier = project_of_journal(location.answers_file)
    except OSError as error:
        raise ProjectError(
            tr(
                "The record of answers {answers_file} cannot be read ({why}): check its "
                "permissions and its disk.",
                answers_file=location.answers_file,
                why=in_words(error),
            )
        ) from error
    if not lines:
        raise DamagedProjectError(
            tr(
                "The record of answers {answers_file} holds nothing that can be read, and there "
                "is no backup. Where the project cannot be opened, {remedy} and score "
                "the photos.",
                answers_file=location.answers_file,
                remedy=how_to_start_anew(location),
            )
        )
    kept = set_database_aside(location.database)
    with ProjectStore(location.database, create=True) as store:
        store.settings.set("project_id", identifier)
        replay(store, lines)
    return kept


def _nothing_to_restore(location: ProjectLocation) -> str:
    if location.answers_file.is_file():
        return tr(
            "There is no backup of this project in {folder}: bring in what was decided later, too "
            "(leave out --exactly), to make it again from the record of answers.",
            folder=location.backups_dir,
        )
    return tr(
        "There is no backup of this project in {folder}, and no record of answers. Where the "
        "project cannot be opened, {remedy} and score the photos.",
        folder=location.backups_dir,
        remedy=how_to_start_anew(location),
    )


def _refuse_absent(location: ProjectLocation) -> None:
    if not location.database.exists():
        raise ProjectError(
            tr(
                "There is no project at {database} yet: score the folder's photos first.",
                database=location.database,
            )
        )


def _answers(n: int) -> str:
    return ntr("{n} answer", "{n} answers", n)


def _photos(n: int) -> str:
    return ntr("{n} photo", "{n} photos", n)
