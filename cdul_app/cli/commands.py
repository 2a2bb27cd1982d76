"""What each command does: the same pipeline as the window."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from cdul_app.cli.progress import CancelledByUserError, run_events
from cdul_app.core.class_list import (
    CLASS_PRESETS,
    ClassDefinition,
    parse_class_lines,
    preset_classes,
)
from cdul_app.core.configs import ScoringConfig, TrainingConfig, training_preset
from cdul_app.core.encoder_catalogue import ENCODER_CATALOGUE, recommended_encoder
from cdul_app.core.errors import ClassListError, EncoderError, UserError
from cdul_app.core.label_kinds import LabelKind
from cdul_app.core.snippets import SnippetGrid
from cdul_app.paths import ProjectLocation, encoders_dir, locate_project

DONE, USER_ERROR, CANCELLED = 0, 1, 130


def run_command(arguments: argparse.Namespace) -> int:
    """Returns the exit status."""
    try:
        _COMMANDS[arguments.command](arguments)
        return DONE
    except UserError as error:
        print(error, file=sys.stderr)
        return USER_ERROR
    except (CancelledByUserError, KeyboardInterrupt):
        print("Cancelled. The same command goes on where this one stopped.", file=sys.stderr)
        return CANCELLED


def _location(arguments: argparse.Namespace) -> ProjectLocation:
    location = locate_project(arguments.folder, arguments.project)
    if location.moved_because_read_only:
        print(
            f"{location.folder} cannot be written; the project is kept in {location.database}.",
            file=sys.stderr,
        )
    return location


def _score(arguments: argparse.Namespace) -> None:
    from cdul_app.pipeline.scan import check_folder
    from cdul_app.pipeline.score import score_project
    from cdul_app.storage.project_store import ProjectStore

    check_folder(arguments.folder.expanduser())
    classes = None if arguments.classes is None else _read_classes(arguments.classes)
    location = _location(arguments)
    with ProjectStore(location.database, create=True) as store:
        config = _scoring_config(arguments, store.settings.get("scoring_config"))
        if classes is not None:
            store.classes.replace(classes)
        store.settings.set("scoring_config", config.to_dict())
    run_events(score_project(location, config))


def _scoring_config(arguments: argparse.Namespace, saved: dict[str, Any] | None) -> ScoringConfig:
    """The project's last settings, or the defaults, with what the command line says."""
    if saved is not None:
        config = ScoringConfig.from_dict(saved)
    elif arguments.encoder:
        config = ScoringConfig(encoder=arguments.encoder)
    else:
        from cdul_app.learning.devices import has_gpu

        config = ScoringConfig(encoder=recommended_encoder(has_gpu=has_gpu()))
    changes: dict[str, Any] = {
        name: value
        for name in ("encoder", "zeta", "temperature", "prompt")
        if (value := getattr(arguments, name)) is not None
    }
    if arguments.grid is not None:
        changes["grid"] = SnippetGrid.parse(arguments.grid)
    return replace(config, **changes, device=arguments.device)


def _read_classes(text: str) -> list[ClassDefinition]:
    """A preset, a file, or a comma list."""
    if text.strip().lower() in CLASS_PRESETS:
        return preset_classes(text.strip().lower())
    file = Path(text).expanduser()
    try:
        is_file = file.is_file()
    except (OSError, ValueError):  # too long for a file name: a list
        is_file = False
    if is_file:
        try:
            return parse_class_lines(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise ClassListError(
                f"The class list {file} cannot be read ({error}): it must be a text file in UTF-8, "
                "one class a line."
            ) from error
    if file.suffix.lower() in (".txt", ".csv", ".names"):
        raise ClassListError(f"There is no class list {file}: check the name of the file.")
    return parse_class_lines(text)


def _train(arguments: argparse.Namespace) -> None:
    from cdul_app.pipeline.train import train_project
    from cdul_app.storage.project_store import ProjectStore

    changes: dict[str, Any] = {"device": arguments.device}
    for name in ("epochs", "seed"):
        if getattr(arguments, name) is not None:
            changes[name] = getattr(arguments, name)
    if arguments.weights is not None:
        changes["weights"] = str(arguments.weights.expanduser().absolute())
    preset = training_preset(arguments.preset, classifier=arguments.classifier)
    if "epochs" in changes:
        changes["warm_up_epochs"] = min(preset.warm_up_epochs, max(0, changes["epochs"] - 1))
    config: TrainingConfig = replace(preset, **changes)
    location = _location(arguments)
    with ProjectStore(location.database) as store:
        store.settings.set("training_config", config.to_dict())
    run_events(train_project(location, config))


def _predict(arguments: argparse.Namespace) -> None:
    from cdul_app.pipeline.predict import predict_folder

    run_events(
        predict_folder(
            _location(arguments),
            on=arguments.on,
            output=arguments.output,
            device=arguments.device,
            stream=sys.stdout if arguments.on and not arguments.output else None,
        )
    )


def _evaluate(arguments: argparse.Namespace) -> None:
    from cdul_app.pipeline.evaluate import evaluate_project

    result = evaluate_project(_location(arguments), arguments.truth.expanduser())
    if arguments.json:
        print(json.dumps(result))
    else:
        _print_evaluation(result)


def _print_evaluation(result: dict[str, Any]) -> None:
    print(f"{result['images']:,} photos, {len(result['classes'])} classes; percentages")
    print(f"{'labels':<22}{'mAP':>8}{'macro-F1':>10}")
    for kind, measures in result["labels"].items():
        print(
            f"{LabelKind(kind).heading:<22}{_figure(measures['mAP']):>8}"
            f"{_figure(measures['macro_F1']):>10}"
        )


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _export(arguments: argparse.Namespace) -> None:
    from cdul_app.pipeline.export import export_labels

    run_events(
        export_labels(_location(arguments), label_format=arguments.format, output=arguments.output)
    )


def _info(arguments: argparse.Namespace) -> None:
    from cdul_app.pipeline.project_info import project_info

    info = project_info(_location(arguments))
    if arguments.json:
        print(json.dumps(info))
        return
    print(f"Folder      {info['folder']}")
    print(f"Project     {info['database']}")
    print(f"Photos      {info['photos']:,}, {len(info['skipped']):,} skipped")
    print(f"Classes     {len(info['classes'])}: {', '.join(info['classes'][:20])}")
    print(f"Labels      {', '.join(info['labels']) or 'none yet'}")
    print(f"Answers     {info['answers']:,}")
    print(f"Classifier  {info['classifier'] or 'none yet'}")
    for run in info["runs"][:10]:
        outcome = run["outcome"] or "not finished"
        print(
            f"Run {run['id']:<4}    {run['kind']:<8}{run['started']}  {outcome}  {run['summary']}"
        )


def _encoders(arguments: argparse.Namespace) -> None:
    if arguments.action == "fetch":
        from cdul_app.pipeline.fetch import fetch_encoder

        if not arguments.identifier:
            raise EncoderError("Which encoder? Write, for example: cdul-app encoders fetch "
                               "ViT-B-32/openai")  # fmt: skip
        run_events(fetch_encoder(arguments.identifier))
        return
    from cdul_app.learning.encoder_store import encoder_on_disk

    print(f"{'encoder':<26}{'size':>8}  {'speed':<10}{'here':<6}{'licence':<23}for")
    for entry in ENCODER_CATALOGUE:
        size = f"{entry.download_megabytes:,} MB" if entry.download_megabytes else "bundled"
        here = "yes" if encoder_on_disk(entry.identifier) else "no"
        print(
            f"{entry.identifier:<26}{size:>8}  {entry.speed:<10}{here:<6}{entry.licence:<23}"
            f"{entry.purpose}"
        )
    print(
        "Any other open_clip model works as well: NAME/PRETRAINED, hf-hub:ORG/NAME, "
        "local-dir:FOLDER, NAME@FILE."
    )
    print(f"Checkpoints brought by hand belong in {encoders_dir()}.")


def _demo(arguments: argparse.Namespace) -> None:
    from cdul_app.pipeline.demo import TRUTH_NAME, label_project, prepare_demo
    from cdul_app.pipeline.evaluate import evaluate_project
    from cdul_app.storage.project_store import ProjectStore

    location = prepare_demo(arguments.into)
    with ProjectStore(location.database) as store:
        scoring = ScoringConfig.from_dict(store.settings.get("scoring_config"))
    run_events(label_project(location, scoring, TrainingConfig()))
    print(f"Demo project: {location.folder}")
    _print_evaluation(evaluate_project(location, location.folder / TRUTH_NAME))


_COMMANDS: dict[str, Callable[[argparse.Namespace], None]] = {
    "demo": _demo,
    "score": _score,
    "train": _train,
    "predict": _predict,
    "evaluate": _evaluate,
    "export": _export,
    "info": _info,
    "encoders": _encoders,
}
