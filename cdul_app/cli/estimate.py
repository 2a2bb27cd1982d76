"""`score --estimate`: what labeling would take here, by each quality; nothing is labelled."""

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from cdul_app.cli.output import print_result
from cdul_app.cli.progress import run_events
from cdul_app.paths import DATABASE_NAME, ProjectLocation
from cdul_app.project.labeling.cost import labeling_cost, megabytes_in_words, project_views
from cdul_app.project.labeling.durations import duration_in_words
from cdul_app.project.labeling.paces import seconds_a_photo
from cdul_app.project.labeling.runtimes import runtime_words
from cdul_app.project.project import Project
from cdul_app.settings.configs import ScoringConfig
from cdul_app.settings.encoder_catalogue import QUALITIES
from cdul_app.tasks.scan.scan import scan_project
from cdul_app.tasks.score.trial import try_machine


def print_estimate(
    location: ProjectLocation, config: ScoringConfig, *, manifest: str | None = None
) -> None:
    """A project that is there is not changed but for what is new in its folder; where there is
    none, or for the photos of a manifest, none is made.  Raises UserError."""
    with ExitStack() as stack:
        if not location.database.is_file() or manifest is not None:
            elsewhere = Path(stack.enter_context(tempfile.TemporaryDirectory())) / DATABASE_NAME
            location = ProjectLocation(location.folder, elsewhere)
        if not location.read_only:
            run_events(scan_project(location, manifest=manifest))
        names = {entry.identifier: entry.quality for entry in QUALITIES}
        ways = [replace(config, encoder=encoder) for encoder in names]
        if config.encoder not in names:
            ways.append(config)
        for way in ways:
            if seconds_a_photo(way) is None:
                run_events(try_machine(way))
        project = stack.enter_context(Project(location))
        lines = [f"{'quality':<14}{'photos':>9}{'download':>10}  {'views':<10}{'time':<15}encoder"]
        for way in ways:
            way = project_views(project, way).config
            cost = labeling_cost(project, way)
            size = cost.download_megabytes
            download = "?" if size is None else megabytes_in_words(size) if size else "-"
            time = "not known" if cost.seconds is None else duration_in_words(cost.seconds)
            lines.append(
                f"{names.get(way.encoder, ''):<14}{cost.photos_left:>9,}{download:>10}  "
                f"{way.views:<10}{time:<15}{way.encoder}"
            )
    lines.append(
        "Tried on this computer, or measured when photos were labelled; without the download. "
        "Photos that another project has labelled take no time."
    )
    for way in ways:
        if words := runtime_words(way):
            lines.append(f"{way.encoder}: {words}")
    print_result("\n".join(lines))
