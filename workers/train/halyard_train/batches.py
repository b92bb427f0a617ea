"""Epochs of augmented batches, made one step ahead in a thread of their own."""

import queue
import threading
from dataclasses import dataclass

import numpy as np
import torch

from .augment import apply_columns, apply_cutmix, draw_columns, draw_cutmix, mix_values
from .dataset import CLASSES, FLAG

AHEAD = 2  # batches made before they are asked for
BATCHES, DROPOUT = 0, 1  # purposes of random numbers


@dataclass
class Batch:
    inputs: tuple  # what the network takes: images uint8 [B,64,64,3], and for feature schema 2 aux float32 [B,18]
    mix: torch.Tensor  # float32 [B,classes], one-hot or by area
    pole_katr: torch.Tensor  # float32 [B]
    pole_known: torch.Tensor  # bool [B]: an unmixed flag with a known pole


def steps_of(rows, batch):
    """Steps of an epoch: near-equal batches of at most `batch` rows, so that none is left too small to normalise."""
    return -(-rows // batch)


def epoch_seed(seed, epoch, purpose):
    """A 63-bit seed for (seed, epoch, purpose): an epoch's random numbers do not depend on how it was reached."""
    return int(np.random.SeedSequence([seed, epoch, purpose]).generate_state(1, np.uint64)[0] >> np.uint64(1))


def training_batches(dataset, rows, length, config, epoch, device):
    """Yield the Batches of one epoch in its own shuffled order, on device.

    length: rows that it shows; more than there are begin anew, each time in another order, once all have been shown.
    """
    generator = torch.Generator().manual_seed(epoch_seed(config.seed, epoch, BATCHES))
    times = -(-length // len(rows))
    orders = [rows[torch.randperm(len(rows), generator=generator).numpy()] for _ in range(times)]
    parts = np.array_split(np.concatenate(orders)[:length], steps_of(length, config.batch))
    yield from ahead(training_batch(dataset, part, config, generator, device) for part in parts)


def training_batch(dataset, part, config, generator, device):
    part = np.sort(part)  # neighbours on disk are read together; order within a batch means nothing
    images, *aux = load_inputs(dataset, part, config.feature_schema, device)
    count, height, width, _ = images.shape
    columns = draw_columns(count, width, config.stretch, generator)
    partner, box, kept = draw_cutmix(count, height, width, config.cutmix, generator)
    images = apply_columns(images, columns.to(device))
    images = apply_cutmix(images, partner.to(device), box.to(device))
    aux = [mix_values(values, partner.to(device), kept.to(device)) for values in aux]
    label = torch.from_numpy(dataset.label[part].astype(np.int64))
    own = torch.nn.functional.one_hot(label, len(CLASSES)).float()
    mix = kept[:, None] * own + (1 - kept)[:, None] * own[partner]
    pole = torch.from_numpy(dataset.pole_katr[part])
    known = (label == FLAG) & (kept == 1) & ~pole.isnan()
    return Batch((images, *aux), mix.to(device), pole.to(device), known.to(device))


def load_inputs(dataset, part, feature_schema, device):
    """What a network of a feature schema sees of some rows, as tensors on device. part: sorted row numbers."""
    arrays = (dataset.images,) if feature_schema == 1 else (dataset.images, dataset.auxiliary)
    tensors = [torch.from_numpy(np.take(array, part, axis=0)) for array in arrays]
    if device == "cuda":
        tensors = [tensor.pin_memory().to(device, non_blocking=True) for tensor in tensors]
    return tuple(tensors)


def plain_batches(dataset, rows, size, feature_schema, device):
    """Yield (row numbers, inputs) in order, without augmentation."""
    parts = [rows[start : start + size] for start in range(0, len(rows), size)]
    yield from ahead((part, load_inputs(dataset, part, feature_schema, device)) for part in parts)


def ahead(items):
    """Iterate over items, made in a thread up to AHEAD early; an error there is raised here."""
    ready = queue.Queue(AHEAD)
    stop = threading.Event()

    def put(message):
        while not stop.is_set():
            try:
                return ready.put(message, timeout=0.1)
            except queue.Full:
                continue
        return None

    def make():
        try:
            for item in items:
                put(("item", item))
                if stop.is_set():
                    return
            put(("end", None))
        except Exception as error:  # handed over: the reading thread raises it
            put(("error", error))

    threading.Thread(target=make, name="batches", daemon=True).start()
    try:
        while True:
            kind, value = ready.get()
            if kind == "end":
                return
            if kind == "error":
                raise value
            yield value
    finally:
        stop.set()
