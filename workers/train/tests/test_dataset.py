import dataclasses
import json
import shutil

import numpy as np
import pytest

from halyard_train.config import describe, load_config, make_config
from halyard_train.dataset import choose_rows, open_dataset, schemas_of, training_rows
from halyard_train.errors import UserError


@pytest.fixture
def folder(dataset_folder, tmp_path):
    return shutil.copytree(dataset_folder, tmp_path / "dataset")


def change(folder, name, row, value):
    array = np.load(folder / f"{name}.npy")
    array[row] = value
    np.save(folder / f"{name}.npy", array)


def test_a_sound_folder_opens_with_images_left_on_disk(folder):
    dataset = open_dataset(folder)
    assert isinstance(dataset.images, np.memmap)
    assert dataset.images.shape == (300, 64, 64, 3)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("class_map", ["none", "flag"], r"class_map is \['none', 'flag'\]; this trainer reads \['flag'"),
        ("feature_schemas", {"3": "x"}, r"feature_schemas is {'3': 'x'}; schema 1, which this trainer reads"),
        ("format", None, "format is None; this trainer reads 1"),
        ("image_shape", [64, 64, 4], "image_shape is"),
        ("rows", 299, r"images.npy: holds uint8 \[300, 64, 64, 3\]; the manifest's 299 rows need"),
        ("rows", 0, "rows is 0; a positive whole number"),
        ("hash", "", "content hash is expected"),
        ("natural_prior", [0.5, 0.5], "natural_prior is"),
        ("train_prior", [float("nan")] * 5, "train_prior is"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused_by_key_and_value(folder, key, value, sentence):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, key: value}))
    with pytest.raises(UserError, match=sentence):
        open_dataset(folder)


@pytest.mark.parametrize(
    ("name", "row", "value", "sentence"),
    [
        ("label", 17, 5, r"label.npy\[17\]: 5; 0 to 4 is expected"),
        ("label", 0, -1, r"label.npy\[0\]: -1"),
        ("split", 3, 4, r"split.npy\[3\]: 4; 0 to 3"),
        ("source", 8, 3, r"source.npy\[8\]: 3; 0 to 2"),
        ("weight", 9, np.nan, r"weight.npy\[9\]: nan; a finite number of at least 0"),
    ],
)
def test_a_row_out_of_range_is_refused_by_its_index(folder, name, row, value, sentence):
    change(folder, name, row, value)
    with pytest.raises(UserError, match=sentence):
        open_dataset(folder)


def test_a_flags_pole_of_0_and_a_pseudo_label_in_validation_are_refused(folder):
    dataset = open_dataset(folder)
    flag = int(np.flatnonzero(dataset.label == 0)[0])
    held_out = int(np.flatnonzero(dataset.split == 1)[0])
    change(folder, "pole_katr", flag, 0)
    with pytest.raises(UserError, match=rf"pole_katr.npy\[{flag}\]: 0.0; for a flag"):
        open_dataset(folder)
    change(folder, "pole_katr", flag, np.nan)
    change(folder, "source", held_out, 2)
    with pytest.raises(UserError, match=rf"source.npy\[{held_out}\]: 2; outside the training split"):
        open_dataset(folder)


def test_missing_truncated_and_mistyped_files_are_refused(folder):
    np.save(folder / "label.npy", np.zeros(300, np.int64))
    with pytest.raises(UserError, match=r"label.npy: holds int64 \[300\]"):
        open_dataset(folder)
    (folder / "label.npy").write_bytes(b"\x93NUMPY")
    with pytest.raises(UserError, match=r"label.npy: cannot be read"):
        open_dataset(folder)
    (folder / "label.npy").unlink()
    with pytest.raises(UserError, match=r"label.npy: no such file"):
        open_dataset(folder)
    (folder / "manifest.json").write_text("{")
    with pytest.raises(UserError, match="cannot be read as JSON"):
        open_dataset(folder)


def test_a_folder_made_before_auxiliary_values_trains_feature_schema_1_only(folder):
    assert open_dataset(folder, 2).auxiliary.shape == (300, 18)
    (folder / "auxiliary.npy").unlink()
    with pytest.raises(UserError, match=r"auxiliary.npy: no such file"):
        open_dataset(folder, 1)
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["feature_schemas"]
    older = {**manifest, "feature_schema_ver": 1, "feature_schema_hash": "abc"}
    (folder / "manifest.json").write_text(json.dumps(older))
    assert open_dataset(folder, 1).auxiliary is None
    assert schemas_of(older) == {"1": "abc"}
    with pytest.raises(UserError, match="holds the inputs of feature schema 1, not of 2; a dataset built now"):
        open_dataset(folder, 2)


def test_auxiliary_values_that_are_not_finite_or_not_18_are_refused(folder):
    change(folder, "auxiliary", (7, 3), np.inf)
    with pytest.raises(UserError, match=r"auxiliary.npy\[7, 3\]: inf; a finite number is expected"):
        open_dataset(folder)
    np.save(folder / "auxiliary.npy", np.zeros((300, 17), np.float32))
    with pytest.raises(UserError, match=r"auxiliary.npy: holds float32 \[300, 17\]; .* need float32 \[300, 18\]"):
        open_dataset(folder)


def test_a_cap_keeps_the_class_mix_and_depends_on_the_seed_only(folder):
    dataset = open_dataset(folder)
    every = choose_rows(dataset, 0, 0, 1)
    capped = choose_rows(dataset, 0, 90, 1)
    assert len(capped) == 90
    assert set(capped) <= set(every)
    share = np.bincount(dataset.label[every], minlength=5) * 90 / len(every)
    assert (np.abs(np.bincount(dataset.label[capped], minlength=5) - share) < 1).all()
    assert np.array_equal(capped, choose_rows(dataset, 0, 90, 1))
    assert not np.array_equal(capped, choose_rows(dataset, 0, 90, 2))


def test_a_label_share_takes_whole_events_of_each_class_and_smaller_shares_lie_in_larger(folder):
    dataset = open_dataset(folder)
    config = make_config({"preset": "full", "seed": 7})
    every, half, quarter = (
        training_rows(dataset, dataclasses.replace(config, label_share=share))[0] for share in (1, 0.5, 0.25)
    )
    assert np.array_equal(every, choose_rows(dataset, 0, 0, 7))
    assert set(quarter) < set(half) < set(every)
    taken = set(dataset.event[half])
    assert not taken & set(dataset.event[np.setdiff1d(every, half)])

    def events_by_class(rows):
        first = np.unique(dataset.event[rows], return_index=True)[1]
        return np.bincount(dataset.label[rows][first], minlength=5)

    assert np.array_equal(events_by_class(half), np.ceil(events_by_class(every) / 2))
    other, _ = training_rows(dataset, dataclasses.replace(config, seed=8, label_share=0.5))
    assert not np.array_equal(half, other)
    capped = dataclasses.replace(config, rows=90, label_share=0.5)
    assert set(training_rows(dataset, capped)[0]) < set(choose_rows(dataset, 0, 90, 7))


def test_a_label_share_that_leaves_nothing_to_train_on_is_refused(folder):
    split = np.full(300, 1, np.int8)
    split[:2] = 0
    np.save(folder / "split.npy", split)
    np.save(folder / "label.npy", np.zeros(300, np.int8))
    np.save(folder / "event.npy", np.arange(300, dtype=np.int32))
    with pytest.raises(UserError, match=r"label_share 0\.5 leaves 1 of 2 rows; at least 2 are needed"):
        training_rows(open_dataset(folder), make_config({"label_share": 0.5}))


def test_labels_come_before_pseudo_labels_and_the_control_sees_as_many_rows_an_epoch(folder):
    train = np.flatnonzero(np.load(folder / "split.npy") == 0)
    source = np.load(folder / "source.npy")
    source[train] = 0
    source[train[::3]] = 2
    np.save(folder / "source.npy", source)
    dataset = open_dataset(folder)
    labels, pseudo = np.setdiff1d(train, train[::3]), train[::3]
    student, control = make_config({"preset": "full"}), make_config({"preset": "full", "pseudo_labels": 0})
    rows, length = training_rows(dataset, student)
    assert np.array_equal(rows, train)
    assert length == len(train)
    rows, length = training_rows(dataset, control)
    assert np.array_equal(rows, labels)
    assert length == len(train)

    capped = {"rows": len(labels) + 10}
    rows, length = training_rows(dataset, dataclasses.replace(student, **capped))
    assert length == len(rows) == len(labels) + 10
    assert set(labels) < set(rows)
    assert len(set(rows) & set(pseudo)) == 10
    rows, length = training_rows(dataset, dataclasses.replace(control, **capped))
    assert np.array_equal(rows, labels)
    assert length == len(labels) + 10
    few = {"rows": 50}
    rows, length = training_rows(dataset, dataclasses.replace(student, **few))
    assert length == len(rows) == 50
    assert set(rows) < set(labels)


def test_what_may_be_set_is_told_with_its_default_its_range_and_its_choices():
    told = describe()
    assert told["settings"]["epochs"] == {"default": 50, "whole": True, "low": 1, "high": 1000}
    assert told["settings"]["precision"] == {"default": "auto", "choices": ["auto", "fp32", "bf16"]}
    assert told["presets"]["quick"]["batch"] == 64
    json.dumps(told, allow_nan=False)


def test_a_config_takes_its_presets_values_where_it_gives_none():
    config = make_config({"preset": "quick", "epochs": 2})
    assert (config.epochs, config.rows, config.pole_weight) == (2, 1600, 0.3)
    assert (make_config({}).rows, make_config({}).epochs) == (12000, 15)
    assert make_config({"preset": "full"}).epochs == 50


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"epoch": 3}, "unknown setting 'epoch'; known are preset, seed"),
        ({"epochs": 0}, "epochs is 0; a whole number from 1 to 1000"),
        ({"epochs": 2.5}, "epochs is 2.5; a whole number"),
        ({"epochs": True}, "epochs is True"),
        ({"feature_schema": 3}, "feature_schema is 3; a whole number from 1 to 2"),
        ({"pole_weight": float("nan")}, "pole_weight is nan; a number from 0"),
        ({"preset": "fast"}, "preset is 'fast'; one of quick, standard, full"),
        ({"preset": []}, r"preset is \[\]; one of"),
        ({"version": 3}, "version is 3; a string or null"),
    ],
)
def test_a_wrong_setting_is_refused_by_name_and_value(given, sentence):
    with pytest.raises(UserError, match=sentence):
        make_config(given)


def test_a_config_file_that_is_no_object_is_refused(tmp_path):
    (tmp_path / "c.json").write_text("[1]")
    with pytest.raises(UserError, match="a JSON object is expected"):
        load_config(tmp_path / "c.json")
