import json
import shutil

import numpy as np
import pytest

from halyard_train.config import load_config, make_config
from halyard_train.dataset import choose_rows, open_dataset
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
        ("feature_schema_ver", 2, "feature_schema_ver is 2; this trainer reads 1"),
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
