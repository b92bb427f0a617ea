import json
import os
import shutil
import signal
import time

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from halyard_train.dataset import open_dataset


def start(trainer, dataset, run, config, *more):
    return trainer("train", "--dataset", dataset, "--run", run, "--config", config, *more)


@pytest.fixture(scope="module")
def finished(dataset_folder, config_file, tmp_path_factory):
    """A whole run: (folder, its events)."""
    from conftest import Trainer

    run = tmp_path_factory.mktemp("runs") / "whole"
    process = Trainer("train", "--dataset", dataset_folder, "--run", run, "--config", config_file)
    events = process.until("done")
    assert process.end()[0] == 0
    return run, events


def weights_of(run):
    return torch.load(run / "checkpoint.pt", weights_only=True)


def assert_same_weights(a, b):
    assert a["net"].keys() == b["net"].keys()
    assert all(torch.equal(a["net"][name], b["net"][name]) for name in a["net"])
    for slot, values in a["optimizer"]["state"].items():
        assert all(torch.equal(value, b["optimizer"]["state"][slot][name]) for name, value in values.items())


def test_a_run_tells_its_progress_and_ends_with_model_and_metrics(finished):
    run, events = finished
    kinds = [event["type"] for event in events]
    assert kinds[0] == "start"
    assert kinds.count("epoch") == 3
    assert kinds[-3:] == ["calibration", "export", "done"]
    assert events[0]["parameters"] == 312_614
    step = next(event for event in events if event["type"] == "step")
    assert set(step) == {"type", "epoch", "step", "steps", "loss", "images_per_s", "seconds_left"}
    epoch = next(event for event in events if event["type"] == "epoch")
    assert len(epoch["per_class_f1"]) == 5
    assert epoch["images_per_s"] > 0
    assert not [name for name in os.listdir(run) if name.endswith(".tmp")]


def test_metrics_hold_every_split_source_and_mix_without_nan(finished, dataset_folder):
    run, _ = finished
    text = (run / "metrics.json").read_text()
    metrics = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in metrics.json"))
    for key in (
        "version",
        "class_map",
        "dataset_hash",
        "feature_schema_ver",
        "quantisation",
        "config",
        "seed",
        "notes",
    ):
        assert key in metrics
    assert len(metrics["temp_scaling"]) == len(metrics["biases"]) == len(metrics["thresholds"]) == 5
    assert metrics["quantisation"] == {"schema": 1, "origin": "synthetic"}
    assert metrics["library_versions"]["torch"].startswith("2.13.0")
    assert sum(metrics["training_rows"]) == 72
    dataset = open_dataset(dataset_folder)
    for number, split in enumerate(["validation", "test", "unseen"], 1):
        for source in ("all", "record", "weak"):
            for mix in ("sampled", "natural"):
                block = metrics["metrics"][split][source][mix]
                assert len(block["confusion"]) == len(block["per_class"]) == len(block["classwise_ece"]) == 5
                assert sum(entry["support"] for entry in block["per_class"]) == block["rows"]
        whole = metrics["metrics"][split]["all"]
        assert whole["sampled"]["rows"] == min(60, np.count_nonzero(dataset.split == number))
        assert len(whole["sampled"]["macro_f1_interval"]) == 2
        assert len(whole["sampled"]["per_class"][4]["f1_interval"]) == 2
        assert whole["natural"]["threshold_macro_f1"] is not None
        slices = metrics["slices"]["metrics"][split]
        assert set(slices) == {"atr_low", "atr_mid", "atr_high", "listing"}
        regimes = [slices[name]["sampled"] for name in ("atr_low", "atr_mid", "atr_high")]
        assert sum(block["rows"] for block in regimes) == whole["sampled"]["rows"]
        assert set(regimes[0]["per_class"][2]) >= {"precision", "recall", "f1", "f1_interval", "support"}
        assert "pr_curve" not in regimes[0]["per_class"][2]


def test_the_model_files_own_probabilities_are_those_the_metrics_were_made_from(finished, dataset_folder):
    run, _ = finished
    metrics = json.loads((run / "metrics.json").read_text())
    dataset = open_dataset(dataset_folder)
    rows = np.flatnonzero(dataset.split == 2)
    session = onnxruntime.InferenceSession(str(run / "model.onnx"))
    probs = session.run(["probs"], {"image": dataset.images[rows]})[0]
    hit = (probs.argmax(1) == dataset.label[rows]) * dataset.weight[rows]
    confusion = np.array(metrics["metrics"]["test"]["all"]["natural"]["confusion"])
    assert len(rows) <= 60
    assert np.trace(confusion) == pytest.approx(hit.sum(), rel=1e-3)
    assert onnx.load(run / "model.onnx").opset_import[0].version == 13


def test_the_same_dataset_config_and_seed_give_the_same_weights(
    finished, trainer, dataset_folder, config_file, tmp_path
):
    run, _ = finished
    process = start(trainer, dataset_folder, tmp_path / "again", config_file)
    assert process.end()[0] == 0
    assert_same_weights(weights_of(run), weights_of(tmp_path / "again"))
    assert (run / "model.onnx").read_bytes() == (tmp_path / "again" / "model.onnx").read_bytes()


def test_a_killed_run_goes_on_to_bit_equal_weights(finished, trainer, dataset_folder, config_file, tmp_path):
    whole, _ = finished
    run = tmp_path / "killed"
    process = start(trainer, dataset_folder, run, config_file)
    process.until("step", epoch=2)
    process.process.send_signal(signal.SIGKILL)
    process.end()
    assert not (run / "metrics.json").exists()
    process = start(trainer, dataset_folder, run, config_file, "--resume")
    code, events = process.end()
    assert (code, events[0]["resumed_epoch"]) == (0, 1)
    assert_same_weights(weights_of(whole), weights_of(run))
    assert (whole / "model.onnx").read_bytes() == (run / "model.onnx").read_bytes()


def test_feature_schema_2_trains_on_both_inputs_and_resumes_to_bit_equal_weights(
    trainer, dataset_folder, config_file, tmp_path
):
    config = tmp_path / "config.json"
    config.write_text(json.dumps({**json.loads(config_file.read_text()), "feature_schema": 2}))
    process = start(trainer, dataset_folder, tmp_path / "whole", config)
    code, events = process.end()
    assert (code, events[0]["parameters"]) == (0, 314_918)
    killed = start(trainer, dataset_folder, tmp_path / "killed", config)
    killed.until("step", epoch=2)
    killed.process.send_signal(signal.SIGKILL)
    killed.end()
    assert start(trainer, dataset_folder, tmp_path / "killed", config, "--resume").end()[0] == 0
    assert_same_weights(weights_of(tmp_path / "whole"), weights_of(tmp_path / "killed"))
    model = (tmp_path / "whole" / "model.onnx").read_bytes()
    assert model == (tmp_path / "killed" / "model.onnx").read_bytes()

    metrics = json.loads((tmp_path / "whole" / "metrics.json").read_text())
    assert (metrics["feature_schema_ver"], metrics["feature_schema_hash"]) == (2, "synthetic")
    assert metrics["model"]["parity"] <= 1e-4
    dataset = open_dataset(dataset_folder, 2)
    rows = np.flatnonzero(dataset.split == 2)
    feeds = {"image": dataset.images[rows], "aux": dataset.auxiliary[rows]}
    probs = onnxruntime.InferenceSession(model).run(["probs"], feeds)[0]
    hit = (probs.argmax(1) == dataset.label[rows]) * dataset.weight[rows]
    confusion = np.array(metrics["metrics"]["test"]["all"]["natural"]["confusion"])
    assert np.trace(confusion) == pytest.approx(hit.sum(), rel=1e-3)


def test_a_second_trainer_on_the_same_run_is_refused_and_the_first_goes_on(
    trainer, dataset_folder, config_file, tmp_path
):
    first = start(trainer, dataset_folder, tmp_path / "run", config_file)
    first.until("start")
    code, events = start(trainer, dataset_folder, tmp_path / "run", config_file, "--resume").end()
    assert code == 2
    assert len(events) == 1
    assert f"another trainer (process {first.process.pid}) is writing this run" in events[0]["message"]
    first.until("epoch", epoch=1)


@pytest.mark.parametrize("way", ["input", "terminate"])
def test_a_trainer_is_gone_within_5_s_of_being_left_or_terminated(trainer, dataset_folder, config_file, tmp_path, way):
    process = start(trainer, dataset_folder, tmp_path / "run", config_file)
    process.until("step", epoch=1)
    began = time.monotonic()
    if way == "input":
        process.process.stdin.close()
    else:
        process.process.terminate()
    code, _ = process.end()
    assert time.monotonic() - began < 5
    assert code == (3 if way == "input" else -signal.SIGTERM)


def test_a_bad_dataset_is_one_sentence_exit_code_2_and_no_run_folder(trainer, dataset_folder, config_file, tmp_path):
    bad = shutil.copytree(dataset_folder, tmp_path / "bad")
    label = np.load(bad / "label.npy")
    label[41] = 9
    np.save(bad / "label.npy", label)
    code, events = start(trainer, bad, tmp_path / "run", config_file).end()
    assert code == 2
    assert [event["type"] for event in events] == ["error"]
    assert "label.npy[41]: 9; 0 to 4 is expected" in events[0]["message"]
    assert not (tmp_path / "run").exists()


def test_a_finished_folder_is_not_overwritten_and_resume_wants_the_same_config(
    finished, trainer, dataset_folder, config_file, tmp_path
):
    run = shutil.copytree(finished[0], tmp_path / "copy")
    before = (run / "model.onnx").read_bytes()
    code, events = start(trainer, dataset_folder, run, config_file).end()
    assert (code, "holds a checkpoint.pt already; give --resume" in events[0]["message"]) == (2, True)
    other = tmp_path / "other.json"
    other.write_text(json.dumps({**json.loads(config_file.read_text()), "seed": 4}))
    code, events = start(trainer, dataset_folder, run, other, "--resume").end()
    assert (code, "was saved with config" in events[0]["message"]) == (2, True)
    assert (run / "model.onnx").read_bytes() == before


def test_wrong_arguments_are_an_error_event_too(trainer):
    code, events = trainer("train", "--dataset", "x").end()
    assert code == 2
    assert "--run" in events[0]["message"]


def test_too_few_rows_give_null_and_a_sentence(trainer, dataset_folder, config_file, tmp_path):
    small = shutil.copytree(dataset_folder, tmp_path / "small")
    label, split = np.load(small / "label.npy"), np.load(small / "split.npy")
    split[(split == 3) | ((split > 0) & (label == 2))] = 0
    np.save(small / "split.npy", split)
    process = start(trainer, small, tmp_path / "run", config_file)
    assert process.end()[0] == 0
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert metrics["temp_scaling"][2] == 1
    assert metrics["thresholds"][2] is None
    unseen = metrics["metrics"]["unseen"]["all"]["sampled"]
    assert (unseen["rows"], unseen["macro_f1"], unseen["ece"], unseen["pole_mae"]) == (0, None, None, None)
    assert metrics["metrics"]["test"]["all"]["sampled"]["per_class"][2]["f1"] is None
    assert "unseen split: no rows, so no figure is given." in metrics["notes"]
    assert any("blowoff (0 rows)" in note for note in metrics["notes"])
