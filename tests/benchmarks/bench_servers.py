"""What the photos of a manifest cost where each answer of their server takes its time.

`python -m tests.benchmarks.bench_servers [--photos 320] [--latency 0.02] [--kind http|s3]`.

The same photos are read, with their digests, one after another from files, each with that latency
before it; from a server of this machine that waits so long before each answer; and from tar files
on it, which are gone through first.  Told: photos a second of wall clock, which other programs
move, requests a photo, and connections.  `--kind s3` asks the server as s3fs does (with it
installed), which looks up no key.  Exits with 1 where a server gives fewer than 4 times the photos
of files with that latency, or asks more than 1.1 times a photo.
"""

import argparse
import io
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from cdul_app.photos.elsewhere.places import give_places
from cdul_app.photos.files import photo_file
from cdul_app.tasks.scan.fingerprints import fingerprint_file, fingerprint_files
from cdul_app.tasks.scan.manifest import manifest_photos
from tests.events import run_task
from tests.photos.elsewhere.stand_in_server import StandInServer
from tests.tar_files import write_tar

TIMES = 4.0
REQUESTS = 1.1
SHARDS = 8


def seconds_of_files(files: Sequence[Path], latency: float) -> float:
    began = time.monotonic()
    for file in files:
        time.sleep(latency)
        fingerprint_file(file)
    return time.monotonic() - began


def seconds_of_paths(paths: Sequence[str], folder: Path) -> float:
    began = time.monotonic()
    photos = ((place, photo_file(folder, path)) for place, path in enumerate(paths))
    for _, digest, _ in fingerprint_files(photos):
        if isinstance(digest, OSError):
            raise digest
    return time.monotonic() - began


def main() -> int:
    shared = Path(os.environ.get("CDUL_SHARED", Path(__file__).parents[3] / "shared"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=shared / "data" / "photos-voc" / "images")
    parser.add_argument("--photos", type=int, default=320)
    parser.add_argument("--latency", type=float, default=0.02)
    parser.add_argument("--kind", choices=("http", "s3"), default="http")
    arguments = parser.parse_args()
    files = sorted(arguments.folder.glob("*.jpg"))[: arguments.photos]
    contents = {f"/bucket/{file.name}": file.read_bytes() for file in files}
    for number in range(SHARDS):
        packed = io.BytesIO()
        write_tar(packed, {file.name: file for file in files[number::SHARDS]})
        contents[f"/bucket/{number}.tar"] = packed.getvalue()
    with (
        tempfile.TemporaryDirectory() as name,
        StandInServer(contents, latency=arguments.latency) as server,
    ):
        os.environ |= {"CDUL_DATA": f"{name}/data", "CDUL_CACHE": f"{name}/cache"}
        root = f"{server.address}/bucket"
        if arguments.kind == "s3":
            os.environ |= {"AWS_ENDPOINT_URL_S3": server.address, "FSSPEC_S3_ANON": "true"}
            root = "s3://bucket"
        give_places([root if arguments.kind == "s3" else server.address])
        from_files = seconds_of_files(files, arguments.latency)
        print(
            f"files with {arguments.latency * 1e3:.0f} ms: {len(files) / from_files:.0f} photos/s"
        )
        seconds_of_paths([f"{root}/{files[0].name}"], Path(name))  # what is imported
        is_good = True

        def told(what: str, taken: float, asked: int, opened: int) -> bool:
            requests = (len(server.requests) - asked) / len(files)
            print(
                f"{what}: {len(files) / taken:.0f} photos/s, {from_files / taken:.1f} times those "
                f"of files; {requests:.2f} requests a photo, "
                f"{server.connections - opened} new connections"
            )
            return from_files / taken >= TIMES and requests <= REQUESTS

        asked, opened = len(server.requests), server.connections
        taken = seconds_of_paths([f"{root}/{file.name}" for file in files], Path(name))
        is_good &= told("from the server", taken, asked, opened)
        asked, opened, began = len(server.requests), server.connections, time.monotonic()
        manifest = f"{root}/{{0..{SHARDS - 1}}}.tar"
        _, paths = run_task(manifest_photos(manifest, Path(name)))
        is_good &= told(f"{SHARDS} tar files gone through", time.monotonic() - began, asked, opened)
        asked, opened = len(server.requests), server.connections
        is_good &= told("their photos", seconds_of_paths(list(paths), Path(name)), asked, opened)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
