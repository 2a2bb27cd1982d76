"""Label Studio: tasks.json with the machine's labels as predictions and a person's answers as
annotations, and the labeling interface as config.xml."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import numpy as np

from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.read_labels import ReadLabels, labels_of_cells
from cdul_app.formats.written_items import Item
from cdul_app.formats.xml_input import read_xml, xml_text
from cdul_app.measures.reviews import NO, UNOBSERVED, YES

_CHOICES, _IMAGE = "classes", "image"
_PATH = "cdul_path"  # comes back in every export of Label Studio
TASKS = "tasks.json"
_LOCAL = "/data/local-files/?d="


def write_label_studio(table: LabelTable, options: ExportOptions) -> Iterator[Item]:
    """Photos are served as local files: LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT is the folder that
    holds the folder of photos.

    An annotation stands where every class of a photo is answered; of a photo answered in part it
    would say more than the person did, and its answers are in the task's data.
    """
    yield Item("config.xml", _config(table.class_names))
    yield Item("README.md", table.card)
    run = table.provenance.get("run")
    version = f"cdul run {run['id']}" if isinstance(run, Mapping) else "cdul"
    tasks = [_task(table, row, version) for row in range(len(table.paths))]
    lines = ",\n".join(json.dumps(task, ensure_ascii=False) for task in tasks)
    yield Item(TASKS, f"[\n{lines}\n]\n")


def _config(class_names: tuple[str, ...]) -> str:
    choices = "".join(f'    <Choice value="{xml_text(name)}"/>\n' for name in class_names)
    return (
        f'<View>\n  <Image name="{_IMAGE}" value="${_IMAGE}" zoom="true"/>\n'
        f'  <Choices name="{_CHOICES}" toName="{_IMAGE}" choice="multiple" showInline="true">\n'
        f"{choices}  </Choices>\n</View>\n"
    )


def _task(table: LabelTable, row: int, version: str) -> dict[str, object]:
    path, answers = table.paths[row], table.answers[row]
    words = {YES: "yes", NO: "no"}
    data = {
        _IMAGE: f"{_LOCAL}{quote(f'{table.folder.name}/{path}')}",
        _PATH: path,
        "cdul_answers": json.dumps(
            {
                table.class_names[column]: words[int(answers[column])]
                for column in np.flatnonzero(answers != UNOBSERVED)
            },
            ensure_ascii=False,
        ),
    }
    task: dict[str, object] = {"data": data}
    scores = table.scores[row]
    if not np.isnan(scores).all():
        chosen = np.flatnonzero((scores >= table.thresholds) & ~np.isnan(scores))
        best = scores[chosen].min() if len(chosen) else 0.0  # as sure as the least sure of them
        task["predictions"] = [
            {
                "model_version": version,
                "score": round(float(min(max(best, 0.0), 1.0)), 4),
                "result": _result([table.class_names[column] for column in chosen]),
            }
        ]
    if (answers != UNOBSERVED).all():
        task["annotations"] = [{"result": _result(table.names(row))}]
    return task


def _result(names: list[str]) -> list[dict[str, object]]:
    if not names:
        return []  # looked at, nothing there
    return [
        {
            "id": "c1",
            "from_name": _CHOICES,
            "to_name": _IMAGE,
            "type": "choices",
            "value": {"choices": names},
        }
    ]


def read_label_studio(tasks: list[Mapping[str, Any]], file: Path) -> ReadLabels:
    """Tasks as written here or exported by Label Studio as JSON or JSON_MIN: annotations are a
    person's answers to every class, predictions are the machine's.

    Raises KeyError, TypeError for another form, LabelFileError where there is nothing.
    """
    cells: list[tuple[str, str, int, int]] = []
    complete: dict[str, set[str]] = {}  # classes of photos that are annotated
    for task in tasks:
        data = task.get("data", task)
        image = str(data.get(_PATH) or _plain_path(str(data[_IMAGE])))
        cells.append((image, "", NO, UNOBSERVED))
        annotated = _annotated(task)
        given = json.loads(data.get("cdul_answers") or "{}")
        if annotated is not None:
            complete[image] = annotated
        else:
            answers = {str(name): YES if word == "yes" else NO for name, word in given.items()}
            cells += [(image, name, value, value) for name, value in answers.items()]
            cells += [
                (image, name, YES, UNOBSERVED)
                for prediction in task.get("predictions") or []
                if isinstance(prediction, Mapping)
                for name in _choices(prediction["result"])
                if name not in answers
            ]
    # The classes that are known: of the interface beside the tasks, and of all that is chosen.
    names = dict.fromkeys(
        [
            *_interface(file),
            *(name for _, name, *_ in cells if name),
            *sorted(set().union(*complete.values())),
        ]
    )
    for image, chosen in complete.items():
        for name in names:
            word = YES if name in chosen else NO
            cells.append((image, name, word, word))
    return labels_of_cells(cells, file, unwritten=NO, classes=names)


def _annotated(task: Mapping[str, Any]) -> set[str] | None:
    """What was annotated last; None where nothing was."""
    if "data" not in task:  # JSON_MIN
        if task.get("annotation_id") is None:
            return None
        chosen = task.get(_CHOICES) or []
        chosen = chosen["choices"] if isinstance(chosen, Mapping) else chosen
        return {chosen} if isinstance(chosen, str) else set(chosen)
    kept = [each for each in task.get("annotations") or [] if not each.get("was_cancelled")]
    return set(_choices(kept[-1]["result"])) if kept else None


def _choices(result: list[Mapping[str, Any]]) -> list[str]:
    return [
        str(name)
        for each in result
        if each["type"] == "choices" and each["from_name"] == _CHOICES
        for name in each["value"]["choices"]
    ]


def _plain_path(url: str) -> str:
    return unquote(url.rpartition("?d=")[2])


def _interface(file: Path) -> list[str]:
    """The classes of config.xml beside the tasks; none where it is not there."""
    config = file.with_name("config.xml")
    if not config.is_file():
        return []
    return [str(choice.get("value")) for choice in read_xml(config).iter("Choice")]
