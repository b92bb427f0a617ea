"""One run folder, one trainer: an exclusive lock that the kernel lets go of when its holder dies."""

import fcntl
import os

from .errors import UserError


def lock_run(folder):
    """Take `run.lock` in folder for the life of the process and write our pid in it.

    Returns the open descriptor. Raises UserError, naming the holder's pid, where another trainer holds it.
    """
    path = os.path.join(folder, "run.lock")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
        os.close(descriptor)
        raise UserError(
            f"{path}: another trainer (process {holder}) is writing this run; wait for it or choose another run folder"
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    return descriptor
