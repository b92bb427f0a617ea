"""Files appear whole or not at all: written beside their place, flushed to disk, then renamed."""

import json
import os


def publish(path, write):
    """Call write(temporary path), then rename the result to path. A crash leaves at most `path.tmp`."""
    temporary = f"{path}.tmp"
    write(temporary)
    with open(temporary, "rb+") as file:
        os.fsync(file.fileno())
    os.replace(temporary, path)


def publish_json(path, value):
    """Publish value as JSON; NaN and infinity are refused with ValueError (they are not JSON)."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False) + "\n"

    def write(temporary):
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(text)

    publish(path, write)
