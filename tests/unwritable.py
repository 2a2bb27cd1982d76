"""Folders that cannot be written, also where the tests are run by root."""

import ctypes
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_CAPGET, _CAPSET = {"x86_64": (125, 126), "aarch64": (90, 91)}.get(platform.machine(), (0, 0))
_VERSION = 0x20080522
_OVERRIDES = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """Nothing in `folder` can be written by this thread, or one that it starts, meanwhile."""
    if os.name != "posix":
        pytest.skip("permissions of folders work otherwise here")
    everything = [folder, *folder.rglob("*")]
    before = {path: path.stat().st_mode for path in everything}
    rights = _Rights()
    for path, mode in before.items():
        path.chmod(mode & ~0o222)
    rights.set(rights.effective & ~_OVERRIDES)
    try:
        yield
    finally:
        rights.set(rights.effective)
        for path, mode in before.items():
            path.chmod(mode)


class _Rights:
    """The capabilities of this thread; those of a person without any where there are none."""

    def __init__(self) -> None:
        self._is_root = os.geteuid() == 0
        self._header = (ctypes.c_uint32 * 2)(_VERSION, 0)
        self._sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable, and their upper
        if self._is_root:
            if not _CAPGET:
                pytest.skip("root may write anywhere here")
            self._call(_CAPGET)
        self.effective = self._sets[0]

    def set(self, effective: int) -> None:
        if self._is_root:
            self._sets[0] = effective
            self._call(_CAPSET)

    def _call(self, number: int) -> None:
        if ctypes.CDLL(None).syscall(number, self._header, self._sets) != 0:
            pytest.skip("root may write anywhere here")
