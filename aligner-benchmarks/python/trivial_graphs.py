"""Graphs with exactly the inputs and outputs of real ones, and hardly any work between them.

A step over them costs what the runtime and the loop around it cost: what is left when the arithmetic is taken away.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

FAVOURITE = 1000


def write_trivial(real: Path, target: Path, vocabulary: int, hidden: int) -> None:
    """Writes the trivial twin of an encoder or decoder of T5."""
    source = onnx.load(real, load_external_data=False)
    graph = _Graph(source.graph, vocabulary, hidden)
    for output in source.graph.output:
        graph.give(output)
    twin = helper.make_graph(graph.nodes, "trivial", source.graph.input, source.graph.output, graph.initializers)
    model = helper.make_model(twin, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, target)


class _Graph:
    """Collects the nodes that make each output of what inputs there are."""

    def __init__(self, source, vocabulary: int, hidden: int):
        self.inputs = {value.name: value for value in source.input}
        self.nodes, self.initializers = [], []
        self._node("Shape", ["input_ids"], "ids_shape")
        self.hidden, self.vocabulary = hidden, vocabulary

    def give(self, output) -> None:
        name = output.name
        if name == "last_hidden_state":
            self._constant_row(name, self.hidden)
        elif name == "logits":
            self._constant_row(name, self.vocabulary)
        else:
            self._present(output)

    def _constant_row(self, name: str, size: int) -> None:
        """The same row for every token, with one number above the others."""
        row = np.zeros((1, 1, size), np.float32)
        row[0, 0, min(FAVOURITE, size - 1)] = 1.0
        self._constant(f"{name}.row", row)
        self._constant(f"{name}.size", np.array([size], np.int64))
        self._node("Concat", ["ids_shape", f"{name}.size"], f"{name}.shape", axis=0)
        self._node("Expand", [f"{name}.row", f"{name}.shape"], name)

    def _present(self, output) -> None:
        """Keys or values: those of the past, if any, with zeros for the new positions."""
        self._read_sizes()
        name = output.name
        past = name.replace("present", "past_key_values")
        heads, head_size = (output.type.tensor_type.shape.dim[i].dim_value for i in (1, 3))
        new = f"{name}.new" if past in self.inputs else name
        self._constant(f"{name}.heads", np.array([heads], np.int64))
        self._constant(f"{name}.head_size", np.array([head_size], np.int64))
        self._node("Concat", ["batch", f"{name}.heads", self._length(name), f"{name}.head_size"], f"{name}.shape",
                   axis=0)
        self._constant(f"{name}.zero", np.zeros((), np.float32))
        self._node("Expand", [f"{name}.zero", f"{name}.shape"], new)
        if past in self.inputs:
            self._node("Concat", [past, new], name, axis=2)

    def _read_sizes(self) -> None:
        if "width" not in {node.output[0] for node in self.nodes}:
            for name, index in (("batch", 0), ("width", 1)):
                self._constant(f"{name}_at", np.array([index], np.int64))
                self._node("Gather", ["ids_shape", f"{name}_at"], name)

    def _length(self, name: str) -> str:
        if ".encoder." not in name:
            return "width"
        if "encoder_length" not in {node.output[0] for node in self.nodes}:
            self._node("Shape", ["encoder_attention_mask"], "mask_shape")
            self._node("Gather", ["mask_shape", "width_at"], "encoder_length")
        return "encoder_length"

    def _constant(self, name: str, value: np.ndarray) -> None:
        self.initializers.append(numpy_helper.from_array(value, name))

    def _node(self, operator: str, inputs: list, output: str, **attributes) -> None:
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
