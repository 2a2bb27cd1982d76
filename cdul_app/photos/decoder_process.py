"""The process that decodes for decoder_pool: what a stranger's file does to it, the app survives.

It reads requests as lines of JSON and answers with lines of JSON, after which pixels follow.  It
ends with its input, and after a minute without a request.
"""

import json
import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

MOST_ADDRESSES = 3 * 2**30  # bytes, threads' stacks and code among them
ROWS_OF_PIXELS = 2**20  # are sent at once
_IDLE_SECONDS = 60


class _AskingGate:
    """The memory gate of the process that asks."""

    def __init__(self, requests: BinaryIO, answers: BinaryIO) -> None:
        self._requests, self._answers = requests, answers

    @contextmanager
    def hold(self, needed: int) -> Iterator[None]:
        _send(self._answers, {"needs": needed})
        if not self._requests.readline():
            raise SystemExit
        yield


def main() -> None:
    # What a library prints must not come between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests = sys.stdin.buffer
    _limit_memory()
    gate = _AskingGate(requests, answers)
    while _is_asked(requests) and (line := requests.readline()):
        _answer(json.loads(line), gate, answers)


def _answer(asked: dict[str, Any], gate: _AskingGate, answers: BinaryIO) -> None:
    from cdul_app.photos.decoding import decode_here, header_here
    from cdul_app.photos.photo_request import PhotoRequest
    from cdul_app.photos.unreadable import UnreadablePhoto

    path = Path(asked["path"])
    try:
        if asked["only_header"]:
            header = header_here(path)
            _send(answers, {"size": header.size, "taken": header.taken})
            return
        smallest, bound = (tuple(asked[name]) or None for name in ("smallest", "bound"))
        photo = decode_here(PhotoRequest(path, smallest, bound), gate)
    except UnreadablePhoto as reason:
        _send(answers, {"unreadable": str(reason)})
        return
    _send(answers, {"size": photo.size, "shape": photo.image.size, "note": photo.note})
    for _, rows in row_blocks(photo.image.size):
        answers.write(photo.image.crop(rows).tobytes())
    answers.flush()


def row_blocks(size: tuple[int, int]) -> Iterator[tuple[int, tuple[int, int, int, int]]]:
    """(bytes, box) of the parts in which an RGB image of that size is sent, from top to bottom."""
    width, height = size
    rows = max(1, ROWS_OF_PIXELS // width)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        yield (bottom - top) * width * 3, (0, top, width, bottom)


def _send(answers: BinaryIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer).encode() + b"\n")
    answers.flush()


def _is_asked(requests: BinaryIO) -> bool:
    if os.name == "nt":  # where a pipe cannot be waited for with a limit
        return True
    return bool(select.select([requests], [], [], _IDLE_SECONDS)[0])


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    with suppress(OSError, ValueError):  # macOS knows the limit and does not keep it
        resource.setrlimit(resource.RLIMIT_AS, (MOST_ADDRESSES, MOST_ADDRESSES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
