import numpy as np

from halyard_train.calibrate import calibrate, fit_biases, fit_temperatures, softmax
from halyard_train.metrics import ece, macro_f1

NATURAL = np.array([0.01, 0.05, 0.01, 0.02, 0.91])
SAMPLED = np.array([0.15, 0.2, 0.15, 0.15, 0.35])


def sample(rows, seed, temperatures=1.0):
    """Labels of the sampled mix and the logits of a model that knows it, then scaled by temperatures."""
    rng = np.random.default_rng(seed)
    label = rng.choice(5, rows, p=SAMPLED)
    centres = 2.0 * np.eye(5)
    x = rng.normal(size=(rows, 5)) + centres[label]
    logits = x @ centres.T - (centres**2).sum(1) / 2 + np.log(SAMPLED)
    return logits * temperatures, label, (NATURAL / SAMPLED)[label]


def test_a_shared_over_confidence_is_recovered_as_one_temperature():
    logits, label, _ = sample(20000, 1, temperatures=2.5)
    temperatures, method = fit_temperatures(logits, label, np.ones(5, bool))
    assert method in ("per class", "shared")
    assert np.allclose(temperatures, 2.5, rtol=0.08)


def test_calibration_lowers_the_error_of_unseen_rows_and_matches_natural_prevalence():
    logits, label, weight = sample(5000, 2, temperatures=3.0)
    calibration = calibrate(logits, label, weight, SAMPLED, NATURAL)
    logits, label, weight = sample(5000, 3, temperatures=3.0)

    def error(probs, w):
        return ece(probs.max(1), probs.argmax(1) == label, w)

    after = softmax(logits / calibration.temperatures)
    assert error(after, np.ones(5000)) < 0.03 < error(softmax(logits), np.ones(5000))
    natural = softmax(logits / calibration.temperatures + calibration.biases)
    assert error(natural, weight) < 0.02
    assert np.allclose(np.average(natural, axis=0, weights=weight), NATURAL, atol=0.01)


def test_biases_are_the_ratio_of_priors_for_a_model_that_knows_the_sampled_mix():
    logits, label, weight = sample(30000, 4)
    biases = fit_biases(logits, label, weight, SAMPLED, NATURAL)
    expected = np.log(NATURAL / SAMPLED)
    assert np.allclose(biases, expected - expected.mean(), atol=0.15)


def test_biases_undo_what_class_weights_did_to_the_models_prior():
    bend = np.array([0.4, 0.0, 0.8, -0.5, -0.7])
    logits, label, weight = sample(30000, 5)
    biases = fit_biases(logits + bend, label, weight, SAMPLED, NATURAL)
    expected = np.log(NATURAL / SAMPLED) - bend
    assert np.allclose(biases, expected - expected.mean(), atol=0.15)


def test_without_rows_biases_are_the_ratio_of_priors_and_finite_for_an_empty_class():
    biases = fit_biases(np.zeros((0, 5)), np.zeros(0, int), np.zeros(0), SAMPLED, NATURAL)
    expected = np.log(NATURAL / SAMPLED)
    assert np.allclose(biases, expected - expected.mean())
    holes = np.array([0, 0.25, 0.25, 0.25, 0.25])
    assert np.isfinite(fit_biases(np.zeros((0, 5)), np.zeros(0, int), np.zeros(0), holes, holes)).all()


def test_a_shared_temperature_is_used_where_those_per_class_lower_macro_f1():
    shared = 0
    for seed in range(12):
        logits, label, _ = sample(300, seed, temperatures=2.0)
        raw = macro_f1(label, logits.argmax(1), np.ones(300), 5)[0]
        temperatures, method = fit_temperatures(logits, label, np.ones(5, bool))
        assert macro_f1(label, (logits / temperatures).argmax(1), np.ones(300), 5)[0] >= raw
        if method == "shared":
            shared += 1
            assert np.ptp(temperatures) < 1e-12
    assert 0 < shared < 12


def test_a_class_with_too_few_rows_keeps_temperature_1_and_says_so():
    logits, label, weight = sample(400, 6, temperatures=3.0)
    keep = label != 2
    calibration = calibrate(logits[keep], label[keep], weight[keep], SAMPLED, NATURAL)
    assert calibration.temperatures[2] == 1
    assert calibration.thresholds[2] is None
    assert any(note.startswith("blowoff: 0 validation rows") for note in calibration.notes)


def test_an_empty_validation_split_gives_temperatures_1_and_no_thresholds():
    calibration = calibrate(np.zeros((0, 5)), np.zeros(0, int), np.zeros(0), SAMPLED, NATURAL)
    assert calibration.temperatures.tolist() == [1] * 5
    assert calibration.thresholds == [None] * 5
    assert calibration.method == "none"
    assert len(calibration.notes) == 5


def test_flat_logits_of_an_untrained_network_cannot_drive_a_temperature_off():
    rng = np.random.default_rng(1)
    temperatures, _ = fit_temperatures(rng.normal(size=(80, 5)) * 1e-3, rng.integers(0, 5, 80), np.ones(5, bool))
    assert temperatures.min() > 0.049
    assert temperatures.max() < 20.1
