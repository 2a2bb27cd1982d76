"""Products with fixed weights, in whole numbers of 8 bits.

As ONNX Runtime's own `quantize_dynamic` writes them, weights in one step a column: that goes
through the columns in Python and writes and reads the graph again for its shapes, 6 s for
ViT-B/32, of which this takes 1.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

_MOST = 127  # a weight: as far below 0 as above
_LEAST_SCALE = np.finfo(np.float32).tiny  # of a column of zeros


def with_int8_products(model: Any) -> Any:
    """An onnx.ModelProto; each product of an input with a matrix of weights gets its input scaled
    to 0..255 and its weights to -127..127 by columns, and is scaled back."""
    from onnx import helper

    graph = model.graph
    rewriting = _Rewriting(graph)
    nodes = [new for node in graph.node for new in rewriting.nodes_for(node)]
    used = {name for node in nodes for name in node.input}
    kept = [each for each in graph.initializer if each.name in used]
    constants = [*kept, *rewriting.constants]
    rewritten = helper.make_graph(nodes, graph.name, graph.input, graph.output, constants)
    return helper.make_model(
        rewritten, opset_imports=model.opset_import, ir_version=model.ir_version
    )


def whole_numbers(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """weights : (n, m) float32.  Returns (n, m) int8, and (m,) float32 which times those are the
    weights, up to half of that.

    >>> whole_numbers(np.array([[1.27, 0.0], [-0.5, 0.0]], dtype=np.float32))[0].tolist()
    [[127, 0], [-50, 0]]
    """
    scale = np.maximum(np.abs(weights).max(axis=0) / _MOST, _LEAST_SCALE).astype(np.float32)
    return np.rint(weights / scale).astype(np.int8), scale


class _Rewriting:
    """What the nodes of a graph become, and the constants that these need."""

    def __init__(self, graph: Any) -> None:
        from onnx import TensorProto

        self._matrices = {
            each.name: each
            for each in graph.initializer
            if len(each.dims) == 2 and each.data_type == TensorProto.FLOAT
        }
        self._inputs: dict[str, list[str]] = {}  # in whole numbers, with scale and zero point
        self._made: set[str] = set()
        self.constants: list[Any] = []

    def nodes_for(self, node: Any) -> Iterator[Any]:
        from onnx import TensorProto, helper

        if not self._is_product(node):
            yield node
            return
        (values, weights, *added), (result,) = node.input, node.output
        if values not in self._inputs:
            self._inputs[values] = [f"{values}/{part}" for part in ("int8", "scale", "zero")]
            yield helper.make_node("DynamicQuantizeLinear", [values], self._inputs[values])
        whole, scale, zero = self._inputs[values]
        is_turned = bool(_flag(node, "transB"))
        whole_weights, weight_scales = self._whole_weights(weights, is_turned)
        total, floats, scales, product = (
            f"{result}/{part}" for part in ("int32", "float", "scales", "product")
        )
        yield helper.make_node("MatMulInteger", [whole, whole_weights, zero], [total])
        yield helper.make_node("Cast", [total], [floats], to=TensorProto.FLOAT)
        yield helper.make_node("Mul", [scale, weight_scales], [scales])
        yield helper.make_node("Mul", [floats, scales], [product if added else result])
        if added:
            yield helper.make_node("Add", [product, *added], [result])

    def _is_product(self, node: Any) -> bool:
        if node.op_type not in ("MatMul", "Gemm") or node.input[1] not in self._matrices:
            return False
        return not _flag(node, "transA") and _flag(node, "alpha", 1) == _flag(node, "beta", 1) == 1

    def _whole_weights(self, name: str, is_turned: bool) -> tuple[str, ...]:
        from onnx import numpy_helper

        found = tuple(f"{name}/{'turned' * is_turned}{part}" for part in ("int8", "scales"))
        if found[0] not in self._made:
            self._made.add(found[0])
            weights = numpy_helper.to_array(self._matrices[name])
            parts = whole_numbers(weights.T if is_turned else weights)
            self.constants += [
                numpy_helper.from_array(np.ascontiguousarray(part), part_name)
                for part, part_name in zip(parts, found, strict=True)
            ]
        return found


def _flag(node: Any, name: str, default: float = 0) -> float:
    from onnx import helper

    found = (each for each in node.attribute if each.name == name)
    return next((helper.get_attribute_value(each) for each in found), default)
