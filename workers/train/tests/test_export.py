import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from halyard_train import export
from halyard_train.calibrate import Calibration
from halyard_train.dataset import AUX
from halyard_train.export import INPUTS, OUTPUTS, ParityError, export_onnx
from halyard_train.model import Net

CALIBRATION = Calibration(np.array([0.8, 1.1, 1.3, 0.9, 1.0]), np.array([-3.2, -2.1, -3.1, -0.9, 0.08]), [], "", [])


def make_net(schema):
    torch.manual_seed(1)
    net = Net(5, AUX[schema])
    with torch.no_grad():  # statistics that are not the identity, so that folding batch norm is tried
        net(*inputs(schema, 8))
    return net


def inputs(schema, count, seed=2):
    rng = np.random.default_rng(seed)
    images = torch.from_numpy(rng.integers(0, 256, (count, 64, 64, 3), dtype=np.uint8))
    aux = torch.from_numpy(rng.normal(size=(count, 18)).astype(np.float32))
    return (images,) if schema == 1 else (images, aux)


@pytest.mark.parametrize("schema", [1, 2])
def test_the_file_is_opset_13_with_the_named_inputs_and_outputs(schema, tmp_path):
    told = export_onnx(make_net(schema), CALIBRATION, inputs(schema, 4), str(tmp_path / "m.onnx"))
    model = onnx.load(tmp_path / "m.onnx")
    onnx.checker.check_model(model)
    assert [(entry.domain, entry.version) for entry in model.opset_import] == [("", 13)]
    assert [entry.name for entry in model.graph.input] == ["image", "aux"][:schema]
    types = [entry.type.tensor_type.elem_type for entry in model.graph.input]
    assert types == [onnx.TensorProto.UINT8, onnx.TensorProto.FLOAT][:schema]
    assert [entry.name for entry in model.graph.output] == OUTPUTS
    assert "BatchNormalization" not in {node.op_type for node in model.graph.node}
    assert told["opset"] == 13
    assert told["parity"] <= 1e-4
    assert told["bytes"] == (tmp_path / "m.onnx").stat().st_size


@pytest.mark.parametrize("schema", [1, 2])
@pytest.mark.parametrize("count", [1, 3, 17])
def test_onnxruntime_gives_pytorchs_logits_and_the_calibrated_rest_for_any_batch(schema, count, tmp_path):
    net = make_net(schema)
    path = str(tmp_path / "m.onnx")
    export_onnx(net, CALIBRATION, inputs(schema, 4), path)
    batch = inputs(schema, count, seed=5)
    feeds = {name: tensor.numpy() for name, tensor in zip(INPUTS, batch, strict=False)}
    out = dict(zip(OUTPUTS, onnxruntime.InferenceSession(path).run(OUTPUTS, feeds), strict=True))
    logits, log_pole, _ = net.eval()(*batch)
    assert np.allclose(out["logits"], logits.detach(), atol=1e-4)
    z = out["logits"] / CALIBRATION.temperatures + CALIBRATION.biases
    expected = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    assert np.allclose(out["probs"], expected, atol=1e-5)
    assert np.allclose(out["quality"], expected.max(1), atol=1e-5)
    assert np.allclose(out["pole_katr"], np.exp(log_pole.detach()), atol=1e-4)
    assert np.allclose(np.linalg.norm(out["embed"], axis=1), 1, atol=1e-5)
    assert out["embed"].shape == (count, 64)


def test_a_graph_that_computes_something_else_is_refused(tmp_path, monkeypatch):
    real = export.Graph.forward

    def drifted(self, *inputs):
        logits, *rest = real(self, *inputs)
        return (logits if torch.onnx.is_in_onnx_export() else logits + 1e-3, *rest)

    monkeypatch.setattr(export.Graph, "forward", drifted)
    with pytest.raises(ParityError, match=r"largest difference from PyTorch 1\.0"):
        export_onnx(make_net(1), CALIBRATION, inputs(1, 4), str(tmp_path / "m.onnx"))
