import numpy as np
import pytest

from halyard_train.calibrate import Calibration
from halyard_train.dataset import Dataset
from halyard_train.slices import atr_bounds, evaluate_slices, slices_of

PLAIN = Calibration(np.ones(5), np.zeros(5), [None] * 5, "", [])


def make_dataset(**arrays):
    """90 training and 90 test rows whose ATR z grows from -3 to 3, in turns blowoff and none."""
    atr_z = np.tile(np.linspace(-3, 3, 90), 2)
    auxiliary = np.zeros((180, 18), np.float32)
    auxiliary[:, 8] = atr_z / 2
    arrays = {
        "auxiliary": auxiliary,
        "listing": (np.arange(180) % 90 < 12).astype(np.int8),
        "label": np.tile([2, 4], 90).astype(np.int8),
        "split": np.repeat([0, 2], 90).astype(np.int8),
        "weight": np.ones(180, np.float32),
        "event": np.arange(180, dtype=np.int32),
        "pole_katr": np.full(180, np.nan, np.float32),
    } | arrays
    rest = dict.fromkeys(("manifest", "images", "source", "series"))
    return Dataset(**rest, **arrays)


def test_regimes_are_terciles_of_the_training_rows_and_a_split_may_lie_in_one_of_them():
    dataset = make_dataset()
    assert atr_bounds(dataset) == pytest.approx(np.quantile(np.linspace(-3, 3, 90), [1 / 3, 2 / 3]), abs=1e-6)
    rows = np.arange(90, 180)
    slices = slices_of(dataset, rows)
    assert {name: int(mask.sum()) for name, mask in slices.items()} == {
        "atr_low": 30,
        "atr_mid": 30,
        "atr_high": 30,
        "listing": 12,
    }
    assert slices["atr_high"][-30:].all()
    dataset.auxiliary[90:, 8] = 1.5
    assert slices_of(dataset, rows)["atr_high"].all()


def test_a_slice_has_its_own_figures():
    dataset = make_dataset()
    rows = np.arange(90, 180)
    logits = np.zeros((90, 5))
    logits[np.arange(90), dataset.label[rows]] = 5
    logits[60:, 2] = 9  # in the high regime everything is called a blowoff
    blocks = evaluate_slices(dataset, {2: (rows, logits, np.ones(90))}, PLAIN, 50, 1)["test"]
    precision = {name: block["sampled"]["per_class"][2]["precision"] for name, block in blocks.items()}
    assert precision == {"atr_low": 1, "atr_mid": 1, "atr_high": 0.5, "listing": 1}
    assert blocks["atr_high"]["natural"]["rows"] == 30
    assert len(blocks["atr_high"]["sampled"]["per_class"][2]["f1_interval"]) == 2


def test_what_a_dataset_cannot_tell_has_no_slice():
    rows = np.arange(90, 180)
    assert set(slices_of(make_dataset(listing=None), rows)) == {"atr_low", "atr_mid", "atr_high"}
    older = make_dataset(listing=None, auxiliary=None)
    assert atr_bounds(older) is None
    assert evaluate_slices(older, {2: (rows, np.zeros((90, 5)), np.ones(90))}, PLAIN, 0, 1) == {"test": {}}
