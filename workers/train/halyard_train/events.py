"""JSON lines on standard output, and the watch on standard input that ties a trainer's life to its parent's.

Termination signals keep their default action: every artefact is written by rename, so dying at once is safe.
"""

import json
import os
import sys
import threading

ABANDONED = 3  # exit code when whoever started the trainer went away


class Events:
    """Writes one JSON object a line to the real standard output; stray prints of libraries go to standard error."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        self.lock = threading.Lock()

    @classmethod
    def take_standard_output(cls):
        """Claim descriptor 1 for events and point it, for everybody else, at standard error."""
        sys.stdout.flush()
        descriptor = os.dup(1)
        os.dup2(2, 1)
        return cls(descriptor)

    @classmethod
    def to_nobody(cls):
        """Of a process whose leader tells what is to be told."""
        os.dup2(2, 1)
        return cls(os.open(os.devnull, os.O_WRONLY))

    def emit(self, kind, **fields):
        """Write {"type": kind, ...fields}; NaN or infinity in a field is a programming error and raises ValueError."""
        line = json.dumps({"type": kind, **fields}, allow_nan=False) + "\n"
        data = line.encode()
        with self.lock:
            try:
                while data:
                    data = data[os.write(self.descriptor, data) :]
            except BrokenPipeError:
                os._exit(ABANDONED)


def exit_when_input_closes(descriptor=0):
    """Start the thread that ends the process, whatever it is doing, at the end of standard input."""

    def watch():
        while os.read(descriptor, 4096):
            pass
        os._exit(ABANDONED)

    threading.Thread(target=watch, name="standard-input", daemon=True).start()
