"""What each command does: the same pipeline as the window."""

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdul_app.classes.prompts import SINGLE
from cdul_app.cli.class_argument import read_classes, run_classes
from cdul_app.cli.output import STDOUT, print_bytes, print_result, say_note
from cdul_app.cli.progress import run_events
from cdul_app.cli.setting_options import changed_settings, option_name
from cdul_app.cli.tables import (
    encoder_table,
    evaluation_table,
    info_table,
    report_table,
    short_evaluation_table,
)
from cdul_app.cli.verbosity import telling, timed
from cdul_app.errors import ClassifierError, ClassListError, ProjectError
from cdul_app.events import follow
from cdul_app.method.view_plans import ViewPlan, parse_grids
from cdul_app.paths import ProjectLocation, encoders_dir, locate_project
from cdul_app.settings.configs import (
    ScoringConfig,
    TrainingConfig,
    scoring_preset,
    training_preset,
)
from cdul_app.settings.encoder_catalogue import ENCODER_CATALOGUE, recommended_encoder
from cdul_app.settings.fields import settings_of

if TYPE_CHECKING:
    from cdul_app.project.project import Project

_WRITING = ("score", "train", "predict", "ask", "import")  # what changes a project


def run_command(arguments: argparse.Namespace) -> None:
    """Raises UserError, CancelledByUserError, ReaderGoneError."""
    with telling(arguments.verbosity), timed(arguments.command):
        _COMMANDS[arguments.command](arguments)


def _location(arguments: argparse.Namespace) -> ProjectLocation:
    """Where the project is.  A folder that is not there is told as such, not as its project, and
    one that cannot be written before anything is done."""
    from cdul_app.project.photo_folder import check_folder, check_writable, read_only_sentence

    if arguments.project is None:
        check_folder(arguments.folder)
    elif arguments.project.is_dir():
        raise ProjectError(
            f"{arguments.project} is a folder: --project needs the name of a file, such as "
            f"{arguments.project / 'project.sqlite'}."
        )
    location = locate_project(arguments.folder, arguments.project)
    if location.moved_because_read_only:
        say_note(
            f"{location.folder} cannot be written, or could not when its project was begun; it is "
            f"kept in {location.database}."
        )
    if location.read_only and arguments.command in _WRITING:
        check_writable(location)
    if location.read_only:
        say_note(read_only_sentence(location))
    return location


def _project(arguments: argparse.Namespace) -> "Project":
    """The project that is there.  Raises ProjectError where there is none."""
    return _opened(_location(arguments))


def _opened(location: ProjectLocation, *, create: bool = False) -> "Project":
    """A project, with what should be known of how it was opened told."""
    from cdul_app.project.project import Project

    project = Project(location, create=create)
    if project.store.opening_note:
        say_note(project.store.opening_note)
    return project


def _score(arguments: argparse.Namespace) -> None:
    from cdul_app.models.encoder.encoder_references import absolute_identifier
    from cdul_app.project.opening import refuse_lost
    from cdul_app.project.photo_folder import check_folder
    from cdul_app.tasks.score.score import score_project

    check_folder(arguments.folder)
    # All that can be wrong with the settings is told before anything is kept of them.
    classes = None if arguments.classes is None else read_classes(arguments.classes)
    if "encoder" in arguments:
        arguments.encoder = absolute_identifier(arguments.encoder)
    location = _location(arguments)
    refuse_lost(location)
    if arguments.estimate:
        _estimate(arguments, location)
        return
    if classes is None and not location.database.is_file():
        raise _no_classes()
    with _opened(location, create=True) as project:
        saved = None if project.settings.is_new else project.settings.scoring
        config = scoring_config(arguments, saved)
        if classes is not None:
            project.decisions.set_classes(classes)
        elif not project.classes:
            raise _no_classes()
        project.settings.scoring = config
    run_events(score_project(location, config, ray=arguments.ray, manifest=arguments.manifest))


def _estimate(arguments: argparse.Namespace, location: ProjectLocation) -> None:
    from cdul_app.cli.estimate import print_estimate

    saved = None
    if location.database.is_file():
        with _opened(location) as project:
            saved = None if project.settings.is_new else project.settings.scoring
    print_estimate(location, scoring_config(arguments, saved), manifest=arguments.manifest)


def _no_classes() -> ClassListError:
    return ClassListError(
        "There are no classes yet: name what you are looking for with --classes voc20, "
        "--classes FILE or --classes “cat, dog”."
    )


def scoring_config(arguments: argparse.Namespace, saved: ScoringConfig | None) -> ScoringConfig:
    """The project's last settings, or the defaults, with what the command line says."""
    changes = changed_settings(arguments, ScoringConfig)
    if "prompt" in changes:
        changes.setdefault("templates", SINGLE)
    if "views" in changes:
        changes["more_grids"] = None  # those of the preset
    if "grid" in changes:
        changes |= _grid_changes(changes["grid"])
    if saved is not None:
        config = saved
    elif "encoder" in changes:
        config = ScoringConfig()
    else:
        from cdul_app.models.devices import has_gpu

        config = ScoringConfig(encoder=recommended_encoder(has_gpu=has_gpu()))
    if arguments.preset is not None:
        config = scoring_preset(arguments.preset, of=config)
    return replace(config, **changes)


def _grid_changes(text: str) -> dict[str, Any]:
    """One grid is `grid` alone; of several, the finest plain one is, and the rest beside it."""
    plan = ViewPlan(parse_grids(text))
    others = tuple(grid for grid in plan.grids if grid != plan.finest_grid)
    return {"grid": plan.finest_grid, "more_grids": others}


def _train(arguments: argparse.Namespace) -> None:
    from cdul_app.tasks.train.train import train_project

    config = training_config(arguments)
    location = _location(arguments)
    with _opened(location) as project:
        project.settings.training = config
    run_events(train_project(location, config))


def training_config(arguments: argparse.Namespace) -> TrainingConfig:
    """A preset with what the command line says; the project's last settings play no part."""
    changes = changed_settings(arguments, TrainingConfig)
    preset = training_preset(arguments.preset, classifier=changes.get("classifier"))
    if "epochs" in changes:  # a preset's warm-up leaves an epoch for refinement
        changes["warm_up_epochs"] = min(preset.warm_up_epochs, max(0, changes["epochs"] - 1))
    config = replace(preset, **changes)
    if config.weights and not config.end_to_end:
        raise ClassifierError(
            "The classifier “features” starts without weights: name with --classifier the timm "
            "model that the file of --weights belongs to."
        )
    if config.end_to_end:
        from cdul_app.models.classifier.backbones import check_backbone_name

        check_backbone_name(config.classifier)
    else:
        _tell_options_without_effect(changes)
    if config.weights and not Path(config.weights).is_file():
        raise ClassifierError(f"There is no weights file {config.weights}: check the path.")
    return config


def _tell_options_without_effect(changes: Mapping[str, Any]) -> None:
    """Photos that refine each other's labels are not trained in epochs."""
    idle = [
        option_name(name, item.option)
        for name, item in settings_of(TrainingConfig).items()
        if name in changes and item.end_to_end and item.option is not None
    ]
    if idle:
        say_note(
            f"Without effect here: {', '.join(idle)}. Only classifiers that learn from the photos "
            "themselves have such settings (--classifier)."
        )


def _predict(arguments: argparse.Namespace) -> None:
    from cdul_app.formats.label_files import label_file_content
    from cdul_app.tasks.predict import predict_folder, predict_with

    on, output, place = arguments.on, arguments.output, arguments.classifier
    written = None if output == STDOUT else output
    how = {
        "output": written,
        "device": arguments.device,
        "overwrite": arguments.overwrite,
        "ray": arguments.ray,
        "manifest": arguments.manifest,
    }
    if place is None:
        task = predict_folder(_location(arguments), on=on, **how)
    else:
        task = predict_with(place, on, **how)
    result = run_events(task)
    is_other = on is not None or arguments.manifest is not None
    if output == STDOUT or (is_other and output is None):
        # When all is done: an error leaves stdout empty, a reader that goes away no failed run.
        print_bytes(b"".join(label_file_content(result.labels, "csv")))


def _evaluate(arguments: argparse.Namespace) -> None:
    with _project(arguments) as project:
        result = _evaluated(project, arguments.truth)
    print_result(_json(result) if arguments.json else evaluation_table(result))


def _evaluated(project: "Project", truth_file: Path) -> Mapping[str, Any]:
    from cdul_app.project.checking.truth_comparison import EvaluatedLabels
    from cdul_app.tasks.evaluate import evaluate

    truth = project.truth.read(truth_file)
    if truth.note:
        say_note(truth.note)
    task = evaluate(EvaluatedLabels.of(project), truth.labels)
    return follow(task, lambda _: None).figures


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, allow_nan=False)


def _search(arguments: argparse.Namespace) -> None:
    from cdul_app.cli.search import run_search

    run_search(arguments, _location(arguments))


def _ask(arguments: argparse.Namespace) -> None:
    from cdul_app.cli.questions import ask_questions
    from cdul_app.project.checking.question_round import QuestionPurpose

    with _project(arguments) as project:
        purpose = QuestionPurpose(arguments.purpose)
        ask_questions(project, arguments.class_name, purpose=purpose, count=arguments.answers)


def _report(arguments: argparse.Namespace) -> None:
    with _project(arguments) as project:
        report = project.samples.report()
    if report is None:
        raise ProjectError("There are no labels to report on yet: label the photos first.")
    print_result(_json(report.to_dict()) if arguments.json else report_table(report))


def _classes(arguments: argparse.Namespace) -> None:
    with _project(arguments) as project:
        run_classes(arguments, project)


def _export(arguments: argparse.Namespace) -> None:
    from cdul_app.cli.labels import run_export

    run_export(arguments, _location(arguments))


def _export_classifier(arguments: argparse.Namespace) -> None:
    from cdul_app.tasks.export_classifier import export_classifier

    run_events(
        export_classifier(
            _location(arguments),
            arguments.output,
            onnx=arguments.onnx,
            overwrite=arguments.overwrite,
        )
    )


def _import(arguments: argparse.Namespace) -> None:
    from cdul_app.cli.labels import run_import

    run_import(arguments, _location(arguments))


def _info(arguments: argparse.Namespace) -> None:
    from cdul_app.project.project_info import project_info

    with _project(arguments) as project:
        info = project_info(project)
    print_result(_json(info) if arguments.json else info_table(info))


def _backup(arguments: argparse.Namespace) -> None:
    from cdul_app.cli.backups import run_backup

    run_backup(_location(arguments))


def _restore(arguments: argparse.Namespace) -> None:
    from cdul_app.cli.backups import run_restore

    run_restore(arguments, _location(arguments))


def _check(arguments: argparse.Namespace) -> None:
    from cdul_app.cli.backups import run_check

    run_check(_location(arguments))


def _encoders(arguments: argparse.Namespace) -> None:
    if arguments.action == "fetch":
        from cdul_app.tasks.fetch import fetch_encoder

        run_events(fetch_encoder(arguments.identifier))
        return
    from cdul_app.models.encoder.encoder_store import encoder_on_disk

    identifiers = [entry.identifier for entry in ENCODER_CATALOGUE]
    print_result(encoder_table({each for each in identifiers if encoder_on_disk(each)}))
    print_result(
        "\nAny other open_clip model works as well: NAME/PRETRAINED, hf-hub:ORG/NAME, "
        "local-dir:FOLDER, NAME@FILE, NAME/PRETRAINED@FILE.\n"
        f"Checkpoints brought by hand belong in {encoders_dir()}."
    )


def _demo(arguments: argparse.Namespace) -> None:
    from cdul_app.project.project import Project
    from cdul_app.tasks.demo import TRUTH_NAME, prepare_demo
    from cdul_app.tasks.score_and_train import score_and_train

    location = prepare_demo(arguments.into)
    with Project(location) as project:
        scoring = project.settings.scoring
    run_events(score_and_train(location, scoring, TrainingConfig()))
    print_result(f"Demo project: {location.folder}")
    with Project(location) as project:
        result = _evaluated(project, location.folder / TRUTH_NAME)
    print_result(short_evaluation_table(result))


_COMMANDS: dict[str, Callable[[argparse.Namespace], None]] = {
    "demo": _demo,
    "score": _score,
    "train": _train,
    "predict": _predict,
    "search": _search,
    "ask": _ask,
    "report": _report,
    "evaluate": _evaluate,
    "classes": _classes,
    "export": _export,
    "export-classifier": _export_classifier,
    "import": _import,
    "info": _info,
    "backup": _backup,
    "restore": _restore,
    "check": _check,
    "encoders": _encoders,
}
