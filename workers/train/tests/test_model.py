import numpy as np
import pytest
import torch

from halyard_train.config import make_config
from halyard_train.loss import class_loss, class_weights, pole_loss
from halyard_train.model import PARAMETERS, Net
from halyard_train.train import learning_rate


def test_the_network_has_the_source_designs_312614_parameters_and_128_more_for_each_auxiliary_value():
    assert sum(p.numel() for p in Net(5).parameters()) == PARAMETERS[1] == 312_614
    assert sum(p.numel() for p in Net(5, 18).parameters()) == PARAMETERS[2] == 312_614 + 18 * 128


def test_auxiliary_values_join_the_pooled_features_behind_the_trunk():
    torch.manual_seed(1)
    net = Net(5, 18).eval()
    image = torch.randint(0, 256, (3, 64, 64, 3), dtype=torch.uint8)
    aux = torch.randn(3, 18)
    logits, _, embedding = net(image, aux)
    pooled = net.trunk((image.permute(0, 3, 1, 2).float() / 255 - 0.25) / 0.5).mean((2, 3))
    hidden = torch.relu(pooled @ net.hidden.weight[:, :128].T + aux @ net.hidden.weight[:, 128:].T + net.hidden.bias)
    assert torch.allclose(net.embedding(hidden), embedding, atol=1e-5)
    assert not torch.allclose(net(image, -aux)[0], logits, atol=1e-3)


def test_normalisation_is_inside_so_uint8_and_its_float_reading_agree():
    net = Net(5).eval()
    image = torch.randint(0, 256, (2, 64, 64, 3), dtype=torch.uint8)
    logits, log_pole, embedding = net(image)
    assert (logits.shape, log_pole.shape, embedding.shape) == ((2, 5), (2,), (2, 64))
    x = torch.from_numpy((image.numpy().astype(np.float32) / 255 - 0.25) / 0.5).permute(0, 3, 1, 2)
    hidden = torch.relu(net.hidden(net.trunk(x).mean((2, 3))))
    assert torch.allclose(net.classes(net.embedding(hidden)), logits, atol=1e-5)


def test_class_loss_is_the_pages_formula_row_by_row():
    rng = np.random.default_rng(1)
    logits = rng.normal(size=(4, 5))
    mix = np.array([[1, 0, 0, 0, 0], [0, 0, 0, 0, 1], [0.3, 0.7, 0, 0, 0], [0, 0, 1, 0, 0]])
    weights = np.array([2.0, 1.0, 3.0, 1.5, 0.5])
    expected = 0
    for row in range(4):
        p = np.exp(logits[row]) / np.exp(logits[row]).sum()
        w = sum(mix[row, c] * weights[c] for c in range(5))
        for c in range(5):
            q = 0.95 * mix[row, c] + 0.05 / 5
            expected -= w * q * (1 - p[c]) ** 2 * np.log(p[c]) / 4
    ours = class_loss(
        torch.tensor(logits, dtype=torch.float32),
        torch.tensor(mix, dtype=torch.float32),
        torch.tensor(weights, dtype=torch.float32),
        0.05,
    )
    assert ours.item() == pytest.approx(expected, rel=1e-5)


def test_class_weights_go_with_one_over_the_root_of_frequency():
    weights = class_weights([100, 400, 25, 0, 400]).numpy()
    assert weights[0] / weights[1] == pytest.approx(2)
    assert weights[2] / weights[0] == pytest.approx(2)
    assert weights[3] == 0
    assert (weights * [100, 400, 25, 0, 400]).sum() / 925 == pytest.approx(1)


def test_pole_loss_ignores_rows_whose_pole_is_not_known():
    log_pole = torch.tensor([1.0, 5.0, 2.0], requires_grad=True)
    pole = torch.tensor([np.e**1.5, float("nan"), np.e**4])
    loss = pole_loss(log_pole, pole, torch.tensor([True, False, True]))
    loss.backward()
    assert loss.item() == pytest.approx((0.5 * 0.5**2 + (2 - 0.5)) / 2, rel=1e-5)
    assert log_pole.grad[1] == 0
    assert torch.isfinite(log_pole.grad).all()
    assert pole_loss(log_pole, pole, torch.zeros(3, dtype=torch.bool)).item() == 0


def test_learning_rate_climbs_then_falls_to_nothing():
    config = make_config({"preset": "full"})
    rates = [learning_rate(step, 100, config) for step in range(1, 101)]
    assert rates[4] == config.learning_rate == max(rates)
    assert rates[:5] == sorted(rates[:5])
    assert rates[4:] == sorted(rates[4:], reverse=True)
    assert rates[-1] == pytest.approx(0, abs=1e-12)
