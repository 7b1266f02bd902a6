"""Quantises an fp32 export to weight-only 8 bits: every weight MatMul becomes MatMulNBits, the embedding a byte table.

No operator here looks at more than one token's activations at a time. Weights are symmetric bytes around 128 with one
scale per 32 inputs; a table that serves both as embedding and as output layer is stored once.

MatMulNBits at accuracy level 4 rounds activations to bytes, which makes a last-bit difference of the attention's sums
visible: logits of one token then differ by some hundredths with the number of tokens in the step. With --compute floats
the bytes become float weights when the session is opened (ONNX Runtime folds constants), and that noise is gone.
"""

import argparse
import shutil
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

BLOCK = 32
MIDDLE = 128
SMALLEST_TABLE = 524288
GRAPHS = ("encoder_model.onnx", "decoder_model_merged.onnx")


def blocks_of(rows):
    """Quantises a [rows, inputs] matrix; returns bytes [rows, blocks, 32] and scales [rows, blocks]."""
    parts = rows.reshape(rows.shape[0], -1, BLOCK).astype(np.float32)
    scales = np.maximum(np.abs(parts).max(axis=2), 1e-10) / 127
    steps = np.rint(parts / scales[:, :, None])
    return (steps + MIDDLE).astype(np.uint8), scales.astype(np.float32)


class Quantizer:
    """Rewrites one model; initializers are looked up through the enclosing graphs, as ONNX scopes them."""

    def __init__(self, model, floats):
        self.model, self.floats, self.tables, self.opened, self.count = model, floats, {}, [], 0

    def run(self):
        """Rewrites the graph and its branches and drops the float weights that nothing reads any more."""
        self._graph(self.model.graph, {})
        if self.floats:
            nodes = [*self.opened, *self.model.graph.node]
            del self.model.graph.node[:]
            self.model.graph.node.extend(nodes)
        else:
            self.model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
        read = set(inputs_of(self.model.graph))
        drop_unread(self.model.graph, read)
        return self.model

    def _graph(self, graph, scope):
        scope = {**scope, **{tensor.name: tensor for tensor in graph.initializer}}
        nodes = []
        for node in graph.node:
            for attribute in node.attribute:
                if attribute.type == onnx.AttributeProto.GRAPH:
                    self._graph(attribute.g, scope)
            nodes += self._node(node, scope)
        del graph.node[:]
        graph.node.extend(nodes)

    def _node(self, node, scope):
        weight = scope.get(node.input[1 if node.op_type == "MatMul" else 0]) if node.input else None
        if weight is None or len(weight.dims) != 2 or weight.data_type != TensorProto.FLOAT:
            return [node]
        if node.op_type == "MatMul" and weight.dims[0] % BLOCK == 0:
            return [self._product(node, numpy_helper.to_array(weight).T)]
        if node.op_type == "Gather" and np.prod(weight.dims) >= SMALLEST_TABLE:
            return self._lookup(node, numpy_helper.to_array(weight))
        return [node]

    def _table(self, rows):
        """Stores a quantised matrix at the outermost graph, once for equal matrices; returns the two names."""
        identity = (rows.shape, rows.tobytes())
        key = hash(identity)
        if key not in self.tables:
            values, scales = blocks_of(np.ascontiguousarray(rows))
            name = f"table_{len(self.tables)}"
            self.model.graph.initializer.append(numpy_helper.from_array(values, name))
            self.model.graph.initializer.append(numpy_helper.from_array(scales, name + "_scales"))
            self.tables[key] = (name, name + "_scales")
            if self.floats:
                self._open(name, rows.shape)
        return self.tables[key]

    def _open(self, name, shape):
        """Adds the nodes that make a table float rows, and their transpose, for all branches to read."""
        constants = {"middle": np.float32(MIDDLE), "last": np.array([-1], np.int64), "shape": np.array(shape, np.int64)}
        for key, value in constants.items():
            self.model.graph.initializer.append(numpy_helper.from_array(np.asarray(value), f"{name}_{key}"))
        steps = [("Cast", [name], "floats"), ("Sub", [f"{name}_floats", f"{name}_middle"], "steps"),
                 ("Unsqueeze", [f"{name}_scales", f"{name}_last"], "column"),
                 ("Mul", [f"{name}_steps", f"{name}_column"], "values"),
                 ("Reshape", [f"{name}_values", f"{name}_shape"], "rows"), ("Transpose", [f"{name}_rows"], "weight")]
        for kind, inputs, suffix in steps:
            extra = {"Cast": {"to": TensorProto.FLOAT}, "Transpose": {"perm": [1, 0]}}.get(kind, {})
            self.opened.append(helper.make_node(kind, inputs, [f"{name}_{suffix}"], f"{name}_{suffix}_node", **extra))

    def _product(self, node, rows):
        self.count += 1
        if self.floats:
            name, _ = self._table(rows)
            return helper.make_node("MatMul", [node.input[0], name + "_weight"], list(node.output), node.name)
        return helper.make_node(
            "MatMulNBits", [node.input[0], *self._table(rows)], list(node.output), node.name, domain="com.microsoft",
            K=rows.shape[1], N=rows.shape[0], bits=8, block_size=BLOCK, accuracy_level=4)

    def _lookup(self, node, rows):
        self.count += 1
        name, scales = self._table(rows)
        if self.floats:
            return [helper.make_node("Gather", [name + "_rows", node.input[1]], list(node.output), node.name)]
        at = f"{node.output[0]}_lookup_{self.count}"
        constants = {"middle": np.float32(MIDDLE), "last": np.array([-1], np.int64),
                     "shape": np.array([0, 0, rows.shape[1]], np.int64)}
        made = [helper.make_node("Constant", [], [f"{at}_{k}"], value=numpy_helper.from_array(np.asarray(v)))
                for k, v in constants.items()]
        steps = [("Gather", [name, node.input[1]], "bytes"), ("Cast", [f"{at}_bytes"], "floats"),
                 ("Sub", [f"{at}_floats", f"{at}_middle"], "steps"), ("Gather", [scales, node.input[1]], "scales"),
                 ("Unsqueeze", [f"{at}_scales", f"{at}_last"], "column"), ("Mul", [f"{at}_steps", f"{at}_column"], "values"),
                 ("Reshape", [f"{at}_values", f"{at}_shape"], None)]
        for kind, inputs, suffix in steps:
            extra = {"to": TensorProto.FLOAT} if kind == "Cast" else {}
            made.append(helper.make_node(kind, inputs, [f"{at}_{suffix}" if suffix else node.output[0]],
                                         f"{at}_{suffix or 'rows'}_node", **extra))
        return made


def inputs_of(graph):
    """Yields every name that a node or an output of the graph or of its branches reads."""
    for node in graph.node:
        yield from node.input
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                yield from inputs_of(attribute.g)
    yield from (output.name for output in graph.output)


def drop_unread(graph, read):
    """Removes the initializers that no one reads, here and in the branches."""
    kept = [tensor for tensor in graph.initializer if tensor.name in read]
    del graph.initializer[:]
    graph.initializer.extend(kept)
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                drop_unread(attribute.g, read)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--export", required=True, help="folder that export.py wrote")
    parser.add_argument("--out", required=True, help="folder for the quantised set of files")
    parser.add_argument("--compute", choices=("bytes", "floats"), default="bytes", help="what products are computed in")
    args = parser.parse_args()
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    for file in sorted(Path(args.export).iterdir()):
        if file.name in GRAPHS:
            quantizer = Quantizer(onnx.load(file), args.compute == "floats")
            model = quantizer.run()
            onnx.checker.check_model(model)
            onnx.save(model, out / file.name)
            print(file.name, "rewritten nodes", quantizer.count, "bytes", (out / file.name).stat().st_size)
        else:
            shutil.copyfile(file, out / file.name)


if __name__ == "__main__":
    main()
