"""Decoding in other processes: for files whose decoders may hang, crash or hold Python up.

Pillow's JPEG 2000 reader keeps Python's lock for seconds; libheif, LibRaw and their kin parse in C
what a stranger wrote.  A process that does not answer in time is ended, one that dies is replaced.
"""

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from cdul_app.photos.decoder_process import row_blocks
from cdul_app.photos.memory_gate import DECODING
from cdul_app.photos.photo_request import DecodedPhoto, PhotoHeader, PhotoRequest, Size
from cdul_app.photos.unreadable import DAMAGED, NO_MEMORY, TOO_SLOW, UnreadablePhoto

MOST_SECONDS = 30.0  # for one photo
_CODE = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from cdul_app.photos.decoder_process import main; main()"
)
_PACKAGE_HOME = str(Path(__file__).resolve().parents[2])
# One thread and one arena: a process that only decodes needs no more, and each takes addresses.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}


class _ProcessDiedError(Exception):
    """Before it had answered."""


class _Decoder:
    """One process, used by one thread at a time."""

    def __init__(self) -> None:
        """Raises OSError where no process can be started."""
        self._process = subprocess.Popen(
            [sys.executable, "-c", _CODE, _PACKAGE_HOME],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | _ENVIRONMENT,
            start_new_session=True,  # Ctrl-C in the terminal is for the app alone
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    def ask(
        self, question: dict[str, Any], seconds: float
    ) -> tuple[dict[str, Any], Image.Image | None]:
        """The answer and its pixels.  Raises UnreadablePhoto, _ProcessDiedError."""
        with self._limit(seconds):
            self._send(question)
            answer = self._receive()
        if "needs" in answer:
            with DECODING.hold(answer["needs"]), self._limit(seconds):
                self._send({})
                answer = self._receive()
                return answer, self._pixels(answer)
        return answer, self._pixels(answer)

    def close(self) -> None:
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self._process.wait()

    @contextmanager
    def _limit(self, seconds: float) -> Iterator[None]:
        timer = threading.Timer(seconds, self._process.kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (_ProcessDiedError, OSError) as error:
            if timer.finished.is_set():
                raise UnreadablePhoto(TOO_SLOW) from error
            raise _ProcessDiedError from error
        finally:
            timer.cancel()

    def _send(self, question: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise _ProcessDiedError
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _pixels(self, answer: dict[str, Any]) -> Image.Image | None:
        assert self._process.stdout is not None
        if "shape" not in answer:
            return None
        image = Image.new("RGB", tuple(answer["shape"]))
        for length, box in row_blocks(image.size):
            data = self._process.stdout.read(length)
            if len(data) < length:
                raise _ProcessDiedError
            image.paste(Image.frombytes("RGB", (box[2], box[3] - box[1]), data), box)
        return image


class DecoderPool:
    """Processes for as many threads as decode at once, started when they are needed."""

    def __init__(self, most: int, *, seconds: float = MOST_SECONDS) -> None:
        self._free = threading.Semaphore(most)
        self._idle: list[_Decoder] = []
        self._seconds = seconds

    def decode(self, request: PhotoRequest) -> DecodedPhoto:
        """As decoding.read_photo.  Raises UnreadablePhoto."""
        answer, image = self._ask(
            {
                "path": os.fspath(request.path.absolute()),
                "only_header": False,
                "smallest": request.smallest or (),
                "bound": request.bound or (),
            }
        )
        if image is None:
            raise UnreadablePhoto(DAMAGED)
        return DecodedPhoto(image, _size(answer), answer["note"])

    def header(self, path: Path) -> PhotoHeader:
        """As decoding.header_here.  Raises UnreadablePhoto."""
        answer, _ = self._ask({"path": os.fspath(path.absolute()), "only_header": True})
        return PhotoHeader(_size(answer), int(answer["taken"]))

    def close(self) -> None:
        """End the processes that nobody uses; the next photo starts one anew."""
        while self._idle:
            self._idle.pop().close()

    def _ask(self, question: dict[str, Any]) -> tuple[dict[str, Any], Image.Image | None]:
        with self._free:
            is_new = False
            while not is_new:
                try:
                    decoder = self._idle.pop()
                except IndexError:
                    decoder, is_new = _started(), True
                try:
                    answer, image = decoder.ask(question, self._seconds)
                except _ProcessDiedError:  # which an idle one may have done before it was asked
                    decoder.close()
                    continue
                except BaseException:
                    decoder.close()
                    raise
                self._idle.append(decoder)
                if "unreadable" in answer:
                    raise UnreadablePhoto(answer["unreadable"])
                return answer, image
        raise UnreadablePhoto(DAMAGED)


def _started() -> _Decoder:
    try:
        return _Decoder()
    except OSError as error:
        raise UnreadablePhoto(NO_MEMORY) from error


def _size(answer: dict[str, Any]) -> Size:
    width, height = answer["size"]
    return int(width), int(height)


POOL = DecoderPool(max(2, min(8, (os.cpu_count() or 2) // 2)))
atexit.register(POOL.close)
