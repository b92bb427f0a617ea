import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    f1_score,
    precision_recall_curve,
    precision_recall_fscore_support,
)
from sklearn.metrics import (
    confusion_matrix as reference_confusion,
)

from halyard_train.bootstrap import event_intervals
from halyard_train.calibrate import softmax
from halyard_train.dataset import group_of
from halyard_train.metrics import (
    average_precision,
    best_threshold,
    class_figures,
    confusion_matrix,
    ece,
    macro_f1,
    precision_recall,
    thin,
    threshold_f1,
    weighted_median,
)


@pytest.fixture(params=["sampled", "natural"])
def case(request):
    rng = np.random.default_rng(7)
    label = rng.integers(0, 5, 600)
    logits = rng.normal(size=(600, 5)) + 1.5 * np.eye(5)[label]
    probs = np.round(softmax(logits), 2)  # ties in the scores
    weight = np.ones(600) if request.param == "sampled" else rng.uniform(0.01, 30, 600)
    return label, probs / probs.sum(1, keepdims=True), weight


def test_precision_recall_f1_and_confusion_agree_with_scikit_learn(case):
    label, probs, weight = case
    predicted = probs.argmax(1)
    confusion = confusion_matrix(label, predicted, weight, 5)
    assert np.allclose(confusion, reference_confusion(label, predicted, sample_weight=weight))
    expected = precision_recall_fscore_support(label, predicted, sample_weight=weight)
    assert np.allclose(class_figures(confusion), expected[:3])
    assert macro_f1(label, predicted, weight, 5)[0] == pytest.approx(
        f1_score(label, predicted, average="macro", sample_weight=weight)
    )


def test_average_precision_and_curve_agree_with_scikit_learn(case):
    label, probs, weight = case
    for c in range(5):
        precision, recall, _ = precision_recall(label == c, probs[:, c], weight)
        expected = average_precision_score(label == c, probs[:, c], sample_weight=weight)
        assert average_precision(precision, recall) == pytest.approx(expected)
        reference = precision_recall_curve(label == c, probs[:, c], sample_weight=weight)
        assert np.allclose(precision, reference[0][:-1][::-1])
        assert np.allclose(recall, reference[1][:-1][::-1])


def test_the_best_threshold_is_the_best_of_all_that_could_be_set(case):
    label, probs, weight = case
    for c in range(5):
        chosen = best_threshold(label == c, probs[:, c], weight)
        tried = [f1_score(label == c, probs[:, c] >= score, sample_weight=weight) for score in np.unique(probs[:, c])]
        assert threshold_f1(label == c, probs[:, c], weight, chosen) == pytest.approx(max(tried))


def test_ece_is_the_weighted_gap_bin_by_bin(case):
    label, probs, weight = case
    confidence, correct = probs.max(1), probs.argmax(1) == label
    expected = 0
    for b in range(15):
        inside = (confidence > b / 15) & (confidence <= (b + 1) / 15)
        if inside.any():
            gap = np.average(confidence[inside], weights=weight[inside]) - np.average(
                correct[inside], weights=weight[inside]
            )
            expected += weight[inside].sum() / weight.sum() * abs(gap)
    assert ece(confidence, correct, weight) == pytest.approx(expected)


def test_what_cannot_be_told_is_none_and_never_nan():
    nothing = np.zeros(0)
    assert ece(nothing, nothing, nothing) is None
    assert weighted_median(nothing, nothing) is None
    assert macro_f1(np.zeros(0, int), np.zeros(0, int), nothing, 5) == (None, [None] * 5)
    label = np.array([0] * 4 + [1] * 6)
    score, each = macro_f1(label, label, np.ones(10), 5)
    assert (score, each) == (1.0, [None, 1.0, None, None, None])
    assert best_threshold(label == 0, np.ones(10), np.ones(10)) is None


def test_weighted_median_of_equal_weights_is_the_lower_median():
    assert weighted_median(np.array([3.0, 1.0, 2.0]), np.ones(3)) == 2
    assert weighted_median(np.array([3.0, 1.0, 2.0]), np.array([5.0, 1.0, 1.0])) == 3


def test_a_thinned_curve_keeps_both_ends():
    recall = np.linspace(0.001, 1, 3000)
    points = thin(1 - recall / 2, recall)
    assert len(points) <= 40
    assert (points[0][0], points[-1][0]) == (0.001, 1)


def test_bootstrap_figures_of_one_draw_equal_the_metrics_of_the_drawn_rows():
    rng = np.random.default_rng(3)
    label = rng.integers(0, 5, 200)
    probs = softmax(rng.normal(size=(200, 5)) + np.eye(5)[label])
    weight = rng.uniform(0.5, 2, 200)
    event = np.repeat(np.arange(50), 4)
    error = np.where(label == 0, rng.uniform(0, 2, 200), np.nan)
    ours = event_intervals(label, probs, weight, event, error, 1, seed=9)
    drawn = np.random.default_rng(9).integers(0, 50, 50)
    rows = np.concatenate([np.flatnonzero(event == e) for e in drawn])
    predicted = probs[rows].argmax(1)
    expected = {
        "macro_f1": f1_score(label[rows], predicted, average="macro", sample_weight=weight[rows]),
        "ece": ece(probs[rows].max(1), predicted == label[rows], weight[rows]),
        "pole_mae": np.average(error[rows][label[rows] == 0], weights=weight[rows][label[rows] == 0]),
    }
    for name, value in expected.items():
        assert ours[name] == pytest.approx([value, value])
    each = f1_score(label[rows], predicted, average=None, sample_weight=weight[rows])
    assert np.allclose(ours["f1"], np.stack([each, each], axis=1))


def test_copies_of_a_row_in_one_event_do_not_narrow_the_interval():
    rng = np.random.default_rng(4)
    label = rng.integers(0, 5, 60)
    probs = softmax(rng.normal(size=(60, 5)) + np.eye(5)[label])
    nothing = np.full(600, np.nan)

    def width(event):
        ten = [np.repeat(x, 10, axis=0) for x in (label, probs)]
        low, high = event_intervals(*ten, np.ones(600), event, nothing, 400, seed=1)["macro_f1"]
        return high - low

    assert width(np.repeat(np.arange(60), 10)) > 2 * width(np.arange(600))


def test_rows_without_an_event_are_groups_of_their_own_and_too_few_give_none():
    assert len(np.unique(group_of(np.array([-1, 4, -1, 4, 9], np.int32)))) == 4
    few = event_intervals(np.zeros(9, int), np.eye(5)[np.zeros(9, int)], np.ones(9), np.arange(9), np.ones(9), 10, 1)
    assert few == {"macro_f1": None, "ece": None, "pole_mae": None, "f1": [None] * 5}
