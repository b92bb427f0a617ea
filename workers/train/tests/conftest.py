import json
import os
import subprocess
import sys

import pytest

from halyard_train.synthetic import write_dataset

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TINY = {
    "preset": "quick",
    "seed": 3,
    "epochs": 3,
    "batch": 24,
    "rows": 72,
    "eval_rows": 60,
    "bootstrap": 50,
    "threads": 1,
}


class Trainer:
    """A trainer process whose standard input this test holds open."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "halyard_train", *map(str, arguments)],
            cwd=PACKAGE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def until(self, kind, **fields):
        """Read events until one of this kind with these fields; all that were read."""
        seen = []
        for line in self.process.stdout:
            event = json.loads(line)
            seen.append(event)
            if event["type"] == kind and all(event[key] == value for key, value in fields.items()):
                return seen
        raise AssertionError(f"the trainer ended without {kind} {fields}: {seen}")

    def end(self):
        """(exit code, all remaining events)."""
        events = [json.loads(line) for line in self.process.stdout]
        return self.process.wait(60), events


@pytest.fixture
def trainer():
    started = []

    def start(*arguments):
        started.append(Trainer(*arguments))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()
        one.process.stdin.close()
        one.process.stdout.close()


@pytest.fixture(scope="session")
def dataset_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dataset")
    write_dataset(folder, 300, seed=5)
    return folder


@pytest.fixture(scope="session")
def config_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("config") / "config.json"
    path.write_text(json.dumps(TINY))
    return path
