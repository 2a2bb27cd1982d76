"""What the photos of a manifest cost beside files of a folder, in processor time.

`python -m tests.benchmarks.bench_manifest [--members 100000] [--lines 1000000]`.

Told: going through a tar file for where its members lie; naming a million URLs in a list and
scanning them into a new project; reading photos and their digests from a tar file and from files,
turn by turn.  Exits with 1 where a member costs more than 1.5 times a file.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from cdul_app.photos.elsewhere.tar_members import members
from cdul_app.photos.files import photo_file
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.scan.fingerprints import fingerprint_file
from cdul_app.tasks.scan.manifest import manifest_photos
from cdul_app.tasks.scan.scan import scan_photos
from tests.events import run_task
from tests.tar_files import write_tar

MOST_TIMES = 1.5
ROUNDS = 5


def seconds(act: Callable[[], object]) -> float:
    """Of processor time."""
    began = time.process_time()
    act()
    return time.process_time() - began


def read_all(folder: Path, paths: Sequence[str]) -> None:
    for path in paths:
        fingerprint_file(photo_file(folder, path))


def main() -> int:
    shared = Path(os.environ.get("CDUL_SHARED", Path(__file__).parents[3] / "shared"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=shared / "data" / "photos-voc" / "images")
    parser.add_argument("--members", type=int, default=100_000)
    parser.add_argument("--lines", type=int, default=1_000_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        os.environ["CDUL_DATA"] = str(place / "data")
        write_tar(place / "many.tar", {f"{each:08}.jpg": b"" for each in range(arguments.members)})
        taken = seconds(lambda: members(str(place / "many.tar")))
        print(f"going through a tar file: {taken / arguments.members * 1e6:.0f} µs a member")

        urls = place / "list.txt"
        with urls.open("w") as file:
            file.writelines(f"memory://bucket/{each:08}.jpg\n" for each in range(arguments.lines))
        listed = seconds(lambda: run_task(manifest_photos(str(urls), place)))
        with ProjectStore(place / "project.sqlite", create=True, durable=False) as store:
            scanned = seconds(lambda: run_task(scan_photos(store, place, manifest=str(urls))))
            again = seconds(lambda: run_task(scan_photos(store, place)))
        print(
            f"{arguments.lines:,} URLs: {listed:.1f} s to read, {scanned:.1f} s with their "
            f"storing, {again:.1f} s to look again"
        )

        files = sorted(arguments.folder.glob("*.jpg"))
        write_tar(place / "photos.tar", {file.name: file for file in files})
        alone = [file.name for file in files]
        packed = [f"photos.tar/{path}" for path in alone]
        ratios = []
        for _ in range(ROUNDS):
            of_files = seconds(lambda: read_all(arguments.folder, alone))
            of_members = seconds(lambda: read_all(place, packed))
            ratios.append(of_members / of_files)
        ratio = statistics.median(ratios)
        print(
            f"reading {len(files)} photos: {of_members / len(files) * 1e6:.0f} µs a member, "
            f"{of_files / len(files) * 1e6:.0f} a file; ratio {ratio:.2f}, at most {MOST_TIMES}"
        )
    return 0 if ratio <= MOST_TIMES else 1


if __name__ == "__main__":
    sys.exit(main())
