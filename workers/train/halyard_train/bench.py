"""How much of the bare forward-backward loop's speed the trainer keeps, measured in one run, in turns."""

import tempfile
import time

import numpy as np
import torch

from .batches import training_batches
from .config import make_config
from .dataset import CLASSES, TRAIN, choose_rows, open_dataset
from .device import choose_device
from .loss import class_weights
from .model import Net
from .synthetic import write_dataset
from .train import make_optimizer, train_step

STEPS = 4  # of 256 images, a turn


def bench(turns, events):
    """Time `turns` turns of each loop: the trainer's, reading and augmenting from disk, and the bare one."""
    config = make_config({"preset": "full", "seed": 1})
    device = choose_device(config)
    with tempfile.TemporaryDirectory(prefix="halyard-bench-") as folder:
        write_dataset(folder, STEPS * config.batch, seed=1, shares=(1, 0, 0, 0))
        dataset = open_dataset(folder)
        rows = choose_rows(dataset, TRAIN, 0, 1)
        net = Net(len(CLASSES)).to(device.name, memory_format=torch.channels_last).train()
        optimizer = make_optimizer(net, config)
        weights = class_weights(np.bincount(dataset.label, minlength=len(CLASSES))).to(device.name)
        resident = next(training_batches(dataset, rows, len(rows), config, 0, device.name))

        def time_of(batches):
            began = time.monotonic()
            for batch in batches:
                train_step(net, optimizer, batch, weights, config, device, config.learning_rate)
            if device.name == "cuda":
                torch.cuda.synchronize()
            return time.monotonic() - began

        time_of([resident])  # warm-up
        bare, whole = 0.0, 0.0
        for turn in range(turns):
            bare += time_of([resident] * STEPS)
            whole += time_of(training_batches(dataset, rows, len(rows), config, turn + 1, device.name))
    images = turns * STEPS * config.batch
    events.emit(
        "bench",
        trainer_images_per_s=images / whole,
        bare_images_per_s=images / bare,
        ratio=bare / whole,
        images=images,
        batch=config.batch,
        device=device.words,
    )
