"""A sign of life that one process gives and those forked from it can see."""

import mmap
import struct
import time

_SECONDS = struct.Struct("d")


class Pulse:
    """Made before the fork. Its clock is the machine's own, the same for all processes of it."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, _SECONDS.size)
        self.beat()

    def beat(self) -> None:
        """Say: I live."""
        _SECONDS.pack_into(self._shared, 0, time.monotonic())

    def was_felt(self, within: float) -> bool:
        """It has beaten in the last so many seconds."""
        (last,) = _SECONDS.unpack_from(self._shared, 0)
        return bool(time.monotonic() - last <= within)
