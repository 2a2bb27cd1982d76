"""Joining Ray: on this machine for the time of a run, or a cluster that is there."""

import atexit
import logging
import os
import secrets
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from cdul_app.errors import ClusterError, in_words
from cdul_app.language import tr
from cdul_app.tasks.distributed.cluster_watch import ClusterGoneError

LOCAL = "local"
_OBJECT_STORE_BYTES = 200 * 2**20  # names and scores pass through it, no photo and no embedding


@contextmanager
def joined(address: str) -> Iterator[None]:
    """Ray at `address` in the block, as Ray's own `init` takes it: LOCAL, "auto", HOST:PORT.

    One that this process has joined already is used, and left as it is.  Raises ClusterError.
    """
    # Ray tells its makers of each cluster; this app tells nobody anything.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if address == LOCAL:
        _guard_local()
    try:
        import ray
    except ImportError as error:
        raise ClusterError(
            tr("Ray is not installed: run “pip install cdul-app[ray]”, then run the command again.")
        ) from error
    if ray.is_initialized():
        yield
        return
    on_terminate = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(
            address,
            log_to_driver=False,
            logging_level=logging.ERROR,
            **({"object_store_memory": _OBJECT_STORE_BYTES} if address == LOCAL else {}),
        )
    except (OSError, RuntimeError, ValueError) as error:
        raise ClusterError(
            tr(
                "There is no Ray cluster at {address} that can be joined ({why}): check the "
                "address, and that “ray status” lists its machines; or give --ray alone, to use "
                "the processors of this computer.",
                address=address,
                why=in_words(error),
            )
        ) from error
    is_gone = False
    try:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, on_terminate)  # Ray has taken it: a cancel here
        yield
    except ClusterGoneError:
        # To leave it would wait for an answer, until Ray ends the process.
        atexit.unregister(ray.shutdown)
        atexit.register(_end_at_once)
        is_gone = True
        raise
    finally:
        if not is_gone:
            ray.shutdown()


def _end_at_once() -> None:
    """Threads of Ray that wait for an answer would crash in what Python takes away at its end."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)


def _guard_local() -> None:
    """A Ray of this machine's own listens on all its networks: only who knows a secret may ask.

    For as long as this process lives, since Ray reads it once, when it is imported.
    """
    names = ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH")
    if "ray" in sys.modules or any(name in os.environ for name in names):
        return
    os.environ["RAY_AUTH_MODE"] = "token"
    os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)
