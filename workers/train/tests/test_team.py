import json
import os
import subprocess
import sys

import pytest
import torch
from conftest import PACKAGE, TINY

from halyard_train.batches import Batch
from halyard_train.errors import UserError
from halyard_train.team import Team

LONG = pytest.mark.skipif(not os.environ.get("HALYARD_LONG"), reason="several trainings: npm run test:long")
# Stated in docs/train.md.
LOSS_TOLERANCE = 0.15
F1_TOLERANCE = 0.15


def batch_of(rows):
    count = torch.arange(rows)
    return Batch((count.reshape(-1, 1), count.float()), count.float(), count.float(), count > 2)


def test_the_rows_of_a_batch_are_each_taken_by_one_process():
    parts = [Team(rank, 3).share_of(batch_of(8)) for rank in range(3)]
    assert sorted(torch.cat([part.mix for part in parts]).tolist()) == list(range(8))
    assert all(torch.equal(part.inputs[0].squeeze(1).float(), part.pole_katr) for part in parts)
    assert Team().share_of(whole := batch_of(8)) is whole
    with pytest.raises(UserError, match="a batch of 2 rows cannot be shared by 3 processes"):
        Team(0, 3).share_of(batch_of(2))


def train_with(processes, dataset, run, config):
    """The events of a run of so many processes."""
    trainer = ["halyard_train", "train", "--dataset", dataset, "--run", run, "--config", config]
    # the dashes keep torchrun from taking --run for an option of its own
    together = ["torch.distributed.run", "--standalone", f"--nproc-per-node={processes}", "-m", "--"]
    with subprocess.Popen(
        [sys.executable, "-m", *(together if processes > 1 else []), *map(str, trainer)],
        cwd=PACKAGE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        events = [json.loads(line) for line in process.stdout]
    assert process.returncode == 0
    return events


@LONG
def test_two_processes_come_near_one_and_are_the_same_each_time(dataset_folder, tmp_path):
    config = tmp_path / "config.json"
    config.write_text(json.dumps({**TINY, "epochs": 8, "rows": 144}))
    processes = {"one": 1, "two": 2, "again": 2}
    runs = {name: train_with(count, dataset_folder, tmp_path / name, config) for name, count in processes.items()}
    epochs = {name: [event for event in events if event["type"] == "epoch"] for name, events in runs.items()}
    one, two = epochs["one"][-1], epochs["two"][-1]
    assert [event["type"] for event in runs["two"]].count("start") == 1
    assert two["train_loss"] == pytest.approx(one["train_loss"], rel=LOSS_TOLERANCE)
    best = {name: runs[name][-1]["macro_f1"] for name in runs}
    assert best["two"] == pytest.approx(best["one"], abs=F1_TOLERANCE)
    nets = [torch.load(tmp_path / name / "checkpoint.pt", weights_only=True)["net"] for name in ("two", "again")]
    first, second = nets
    assert all(torch.equal(first[name], second[name]) for name in first)
    print({name: (each[-1]["train_loss"], best[name]) for name, each in epochs.items()})
