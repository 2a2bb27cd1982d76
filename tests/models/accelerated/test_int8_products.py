"""Products in whole numbers of 8 bits, computed by ONNX Runtime."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cdul_app.models.accelerated.int8_products import whole_numbers, with_int8_products

onnx = pytest.importorskip("onnx", reason="the extra cdul-app[onnx] is not installed")
onnxruntime = pytest.importorskip("onnxruntime")
FLOAT = onnx.TensorProto.FLOAT
ROWS, INNER, COLUMNS = 5, 32, 16


@given(arrays(np.float32, (4, 3), elements=st.floats(-1e3, 1e3, width=32)))
def test_whole_numbers_are_the_weights_up_to_half_a_step(weights):
    whole, steps = whole_numbers(weights)
    assert np.abs(whole.astype(int)).max() <= 127
    assert (np.abs(whole * steps.astype(float) - weights) <= 0.501 * steps + 1e-30).all()


def computed(model: object, values: np.ndarray) -> np.ndarray:
    content = model.SerializeToString()
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"values": values})[0])


def graph_of(nodes: list[object], **constants: np.ndarray) -> object:
    graph = onnx.helper.make_graph(
        nodes,
        "products",
        [onnx.helper.make_tensor_value_info("values", FLOAT, [None, INNER])],
        [onnx.helper.make_tensor_value_info("result", FLOAT, None)],
        [onnx.numpy_helper.from_array(each, name) for name, each in constants.items()],
    )
    opsets = [onnx.helper.make_opsetid("", 20)]
    return onnx.helper.make_model(graph, opset_imports=opsets, ir_version=9)


def product(kind: str, *inputs: str, result: str = "result", **flags: float) -> object:
    return onnx.helper.make_node(kind, list(inputs), [result], **flags)


def numbers(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


WEIGHTS, BIAS = numbers(INNER, COLUMNS), numbers(COLUMNS)


@pytest.mark.parametrize(
    ("kind", "flags", "weights", "bias"),
    [
        ("MatMul", {}, WEIGHTS, None),
        ("Gemm", {}, WEIGHTS, None),
        ("Gemm", {}, WEIGHTS, BIAS),
        ("Gemm", {"transB": 1}, np.ascontiguousarray(WEIGHTS.T), BIAS),
    ],
)
def test_a_product_is_nearly_what_it_was(kind, flags, weights, bias):
    constants = {"weights": weights} | ({} if bias is None else {"bias": bias})
    exact = graph_of([product(kind, "values", *constants, **flags)], **constants)
    whole = with_int8_products(exact)
    assert "MatMulInteger" in {node.op_type for node in whole.graph.node}
    assert "weights" not in {each.name for each in whole.graph.initializer}
    values = numbers(ROWS, INNER, seed=1)
    found = computed(whole, values)
    wanted = computed(exact, values)
    assert np.abs(found - wanted).max() < 0.03 * np.abs(wanted).max()
    assert not np.array_equal(found, wanted)


@pytest.mark.parametrize("flags", [{"alpha": 0.5}, {"beta": 2.0}])
def test_other_products_stay_as_they_are(flags):
    exact = graph_of(
        [product("Gemm", "values", "weights", "bias", **flags)], weights=WEIGHTS, bias=BIAS
    )
    values = numbers(ROWS, INNER, seed=1)
    assert np.array_equal(computed(with_int8_products(exact), values), computed(exact, values))


def test_weights_may_serve_twice_and_as_numbers_too():
    """One matrix in a product as it is and turned, and added to what comes out."""
    square = numbers(INNER, INNER)
    exact = graph_of(
        [
            product("MatMul", "values", "weights", result="first"),
            product("Gemm", "first", "weights", result="second", transB=1),
            product("MatMul", "second", "weights", result="third"),
            product("MatMul", "third", "weights", result="fourth"),
            product("Transpose", "weights", result="turned"),
            product("MatMul", "fourth", "turned"),
        ],
        weights=square,
    )
    whole = with_int8_products(exact)
    assert {"weights"} < {each.name for each in whole.graph.initializer}
    values = numbers(ROWS, INNER, seed=1)
    found, wanted = computed(whole, values), computed(exact, values)
    assert (found * wanted).sum() / np.linalg.norm(found) / np.linalg.norm(wanted) > 0.99


def test_an_input_of_several_products_is_scaled_once():
    exact = graph_of(
        [
            product("MatMul", "values", "weights", result="first"),
            product("MatMul", "values", "others", result="second"),
            product("Add", "first", "second"),
        ],
        weights=WEIGHTS,
        others=numbers(INNER, COLUMNS, seed=2),
    )
    kinds = [node.op_type for node in with_int8_products(exact).graph.node]
    assert kinds.count("DynamicQuantizeLinear") == 1
    assert kinds.count("MatMulInteger") == 2
