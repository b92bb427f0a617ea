"""A run from its dataset to its metrics, top to bottom."""

import dataclasses
import math
import os
import time

import numpy as np
import torch

from . import VERSION
from .batches import DROPOUT, epoch_seed, load_inputs, plain_batches, steps_of, training_batches
from .calibrate import calibrate
from .checkpoint import load_checkpoint, save_checkpoint
from .dataset import AUX, CLASSES, FLAG, VALIDATION, choose_rows, training_rows
from .device import choose_device
from .errors import UserError
from .evaluate import evaluate, evaluated_splits
from .export import export_onnx
from .files import publish, publish_json
from .loss import class_loss, class_weights, pole_loss
from .metrics import macro_f1
from .model import Net
from .report import metrics_file
from .slices import atr_bounds, evaluate_slices
from .team import join_team

EVAL_BATCH = 256
PARITY_ROWS = 64
SECONDS_BETWEEN_STEPS = 0.5


def train(dataset, run, config, events):
    """Train on dataset in the (locked) run folder, going on from its checkpoint if it has one; reports to events."""
    device = choose_device(config)
    team = join_team()
    identity = {
        "trainer": VERSION,
        "dataset_hash": dataset.manifest["hash"],
        "config": dataclasses.asdict(config),
        **({"processes": team.size} if team.size > 1 else {}),
    }
    saved = load_checkpoint(os.path.join(run, "checkpoint.pt"), identity)

    rows, length = training_rows(dataset, config)
    held_out = {split: choose_rows(dataset, split, config.eval_rows, config.seed) for split in evaluated_splits()}
    validation = held_out[VALIDATION]
    label = dataset.label[rows]
    weights = class_weights(np.bincount(label, minlength=len(CLASSES))).to(device.name)
    steps = steps_of(length, config.batch)

    torch.manual_seed(config.seed)
    net = Net(len(CLASSES), AUX[config.feature_schema])
    start_pole_head(net, dataset.pole_katr[rows][label == FLAG])
    net = net.to(device.name, memory_format=torch.channels_last)
    optimizer = make_optimizer(net, config)
    progress = {"epoch": 0, "best_epoch": 0, "best_macro_f1": None, "best": None, "stale": 0, "history": []}
    if saved:
        net.load_state_dict(saved["net"])
        optimizer.load_state_dict(saved["optimizer"])
        progress = saved["progress"]
    member = team.join(net)
    events.emit(
        "start",
        device=device.words,
        images=len(rows),
        validation_images=len(validation),
        parameters=sum(p.numel() for p in net.parameters()),
        epochs=config.epochs,
        steps=steps,
        batch=config.batch,
        resumed_epoch=progress["epoch"],
        dataset_hash=identity["dataset_hash"],
        trainer=VERSION,
    )

    while progress["epoch"] < config.epochs and progress["stale"] < config.early_stop:
        epoch = progress["epoch"] + 1
        began = time.monotonic()
        net.train()
        torch.manual_seed(epoch_seed(config.seed, epoch, DROPOUT) + team.rank)
        total, seen, told = torch.zeros((), device=device.name), 0, 0.0
        for step, batch in enumerate(training_batches(dataset, rows, length, config, epoch, device.name), 1):
            rate = learning_rate((epoch - 1) * steps + step, config.epochs * steps, config)
            loss = train_step(member, optimizer, team.share_of(batch), weights, config, device, rate)
            total += loss * len(batch.mix)
            seen += len(batch.mix)
            elapsed = time.monotonic() - began
            if elapsed - told >= SECONDS_BETWEEN_STEPS or step == steps:
                told = elapsed
                events.emit(
                    "step",
                    epoch=epoch,
                    step=step,
                    steps=steps,
                    loss=finite(loss.item(), epoch),
                    images_per_s=seen / elapsed,
                    seconds_left=elapsed / seen * (length * (config.epochs - epoch + 1) - seen),
                )
        train_loss = finite(team.sum(total.item() / seen)[0] / team.size, epoch)
        trained = time.monotonic() - began

        if team.leads:
            logits, log_pole = predict(net, dataset, validation, config, device, autocast=True)
            validation_loss, score, each = validate(dataset, validation, logits, log_pole, weights.cpu(), config)
            if score is None or progress["best_macro_f1"] is None or score > progress["best_macro_f1"]:
                progress |= {"best_epoch": epoch, "best_macro_f1": score, "stale": 0, "best": copy_of(net)}
            else:
                progress["stale"] += 1
            seconds = time.monotonic() - began
            line = {
                "epoch": epoch,
                "train_loss": train_loss,
                "val_loss": validation_loss,
                "macro_f1": score,
                "per_class_f1": each,
                "lr": rate,
                "images_per_s": seen / trained,
                "seconds": seconds,
                "seconds_left": seconds * (config.epochs - epoch),
            }
            progress["epoch"] = epoch
            progress["history"].append(line)
            state = {
                "net": net.state_dict(),
                "optimizer": optimizer.state_dict(),
                "progress": progress,
                **identity,
            }
            save_checkpoint(os.path.join(run, "checkpoint.pt"), state)
            events.emit("epoch", **line)
        progress["epoch"], progress["stale"] = team.hear((progress["epoch"], progress["stale"]))

    if not team.leads:
        return
    net.load_state_dict(progress["best"])
    outputs = {split: (part, *final_outputs(net, dataset, part, config, device)) for split, part in held_out.items()}
    _, logits, _ = outputs[VALIDATION]
    manifest = dataset.manifest
    calibration = calibrate(
        logits,
        dataset.label[validation].astype(np.int64),
        dataset.weight[validation].astype(np.float64),
        manifest["train_prior"],
        manifest["natural_prior"],
    )
    events.emit(
        "calibration",
        temp_scaling=calibration.temperatures.tolist(),
        biases=calibration.biases.tolist(),
        thresholds=calibration.thresholds,
        method=calibration.method,
        notes=calibration.notes,
    )
    figures, notes = evaluate(dataset, outputs, calibration, config.bootstrap, config.seed)
    evaluation = {
        "metrics": figures,
        "slices": {
            "atr_z": atr_bounds(dataset),
            "metrics": evaluate_slices(dataset, outputs, calibration, config.bootstrap, config.seed),
        },
    }

    net = net.cpu()
    some = (validation if len(validation) else rows)[:PARITY_ROWS]
    sample = load_inputs(dataset, some, config.feature_schema, "cpu")
    exported = {}
    publish(
        os.path.join(run, "model.onnx"),
        lambda temporary: exported.update(export_onnx(net, calibration, sample, temporary)),
    )
    events.emit("export", path=os.path.join(run, "model.onnx"), **exported)
    path = os.path.join(run, "metrics.json")
    notes = calibration.notes + notes
    publish_json(path, metrics_file(dataset, rows, config, device, calibration, evaluation, progress, exported, notes))
    events.emit("done", metrics=path, best_epoch=progress["best_epoch"], macro_f1=progress["best_macro_f1"])


def make_optimizer(net, config):
    return torch.optim.AdamW(net.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)


def learning_rate(step, steps, config):
    """Rate of step 1..steps: a straight climb over the first config.warmup of them, then half a cosine down to 0."""
    climb = max(1, round(config.warmup * steps))
    if step <= climb:
        return config.learning_rate * step / climb
    return config.learning_rate * 0.5 * (1 + math.cos(math.pi * (step - climb) / (steps - climb)))


def train_step(net, optimizer, batch, weights, config, device, rate):
    """One forward and backward pass and one step of the optimiser; the detached loss."""
    for group in optimizer.param_groups:
        group["lr"] = rate
    with device.autocast():
        logits, log_pole, _ = net(*batch.inputs)
    loss = class_loss(logits, batch.mix, weights, config.smoothing)
    if config.pole_weight > 0:
        loss = loss + config.pole_weight * pole_loss(log_pole, batch.pole_katr, batch.pole_known)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    return loss.detach()


def start_pole_head(net, poles):
    """Let the pole head begin at the training flags' mean log pole instead of at a pole of one ATR."""
    known = poles[~np.isnan(poles)]
    if len(known):
        torch.nn.init.constant_(net.pole.bias, float(np.log(known).mean()))


@torch.no_grad()
def predict(net, dataset, rows, config, device, autocast):
    """(logits float64 [n,C], log_pole float64 [n]) of rows, in eval mode."""
    net.eval()
    logits, poles = [np.zeros((0, len(CLASSES)))], [np.zeros(0)]
    for _, inputs in plain_batches(dataset, rows, EVAL_BATCH, config.feature_schema, device.name):
        if autocast:
            with device.autocast():
                out = net(*inputs)
        else:
            out = net(*inputs)
        logits.append(out[0].double().cpu().numpy())
        poles.append(out[1].double().cpu().numpy())
    return np.concatenate(logits), np.concatenate(poles)


def final_outputs(net, dataset, rows, config, device):
    """(logits, pole_katr) in full precision, as the exported graph computes them."""
    logits, log_pole = predict(net, dataset, rows, config, device, autocast=False)
    return logits, np.exp(log_pole)


def validate(dataset, rows, logits, log_pole, weights, config):
    """(loss, macro-F1, F1 of each class) over validation rows; None for what they cannot tell."""
    if len(rows) == 0:
        return None, None, [None] * len(CLASSES)
    label = torch.from_numpy(dataset.label[rows].astype(np.int64))
    pole = torch.from_numpy(dataset.pole_katr[rows])
    one_hot = torch.nn.functional.one_hot(label, len(CLASSES)).float()
    loss = class_loss(torch.from_numpy(logits), one_hot, weights, config.smoothing)
    known = (label == FLAG) & ~pole.isnan()
    loss = loss + config.pole_weight * pole_loss(torch.from_numpy(log_pole), pole, known)
    score, each = macro_f1(label.numpy(), logits.argmax(1), np.ones(len(rows)), len(CLASSES))
    return loss.item(), score, each


def finite(loss, epoch):
    if not math.isfinite(loss):
        raise UserError(f"the loss became {loss} in epoch {epoch}; a lower learning_rate is the usual remedy")
    return loss


def copy_of(net):
    return {name: value.detach().cpu().clone() for name, value in net.state_dict().items()}
