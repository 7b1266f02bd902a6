"""Quantises an fp32 export: every weight MatMul gets smaller weights, the embedding becomes a byte table.

Formats, of which only dynamic8 lets one token's activations change another's (it is here to be measured, never to ship):

weights8         symmetric bytes around 128 with one scale per 32 inputs: MatMulNBits, accuracy level 4.
weights8-floats  the default: the same bytes, which become float weights when the session is opened (ONNX Runtime folds
                 constants).
weights4         4 bits per weight in the same blocks; the embedding stays at 8.
static8          QDQ: one byte scale per weight column, and one constant scale per activation tensor, from calibrate.py.
static7          the same with signed weights of 7 bits, for which processors have a faster kernel.
mixed8           static7 with the output layer and every product that calibration found noisy as in weights8.
dynamic8         weights as in static8; activations scaled by the extremes of the whole tensor at run time.

MatMulNBits at accuracy level 4 rounds activations to bytes, and so does static8, which makes a last-bit difference of the
attention's sums visible: logits of one token then differ slightly with the number of tokens in the step. Signed weights of
8 bits are not on the list: on x86 without VNNI their products with bytes saturate, so results depend on the processor. A
table that serves both as embedding and as output layer is stored once.
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

BLOCK = 32
MIDDLE = 128
SMALLEST_TABLE = 524288
NOISY = 1e-4
GRAPHS = ("encoder_model.onnx", "decoder_model_merged.onnx", "model.onnx")
FORMATS = {
    "weights8": "weights symmetric 8 bits, blocks of 32: MatMulNBits (accuracy level 4) and a byte embedding table",
    "weights8-floats": "weights symmetric 8 bits, blocks of 32, computed in fp32",
    "weights4": "weights symmetric 4 bits, blocks of 32: MatMulNBits (accuracy level 4) and a byte embedding table",
    "static8": "static int8: weights symmetric 8 bits per column, activations 8 bits with calibrated constant scales (QDQ)",
    "static7": "static int8: weights symmetric 7 bits per column, activations 8 bits with calibrated constant scales (QDQ)",
    "mixed8": "static int8 (weights 7 bits per column, QDQ) with the output layer and noisy products weight-only 8 bits",
    "dynamic8": "dynamic int8: weights symmetric 8 bits per column, activations scaled at run time",
}


def blocks_of(rows):
    """Quantises a [rows, inputs] matrix; returns bytes [rows, blocks, 32] and scales [rows, blocks]."""
    parts = rows.reshape(rows.shape[0], -1, BLOCK).astype(np.float32)
    scales = np.maximum(np.abs(parts).max(axis=2), 1e-10) / 127
    steps = np.rint(parts / scales[:, :, None])
    return (steps + MIDDLE).astype(np.uint8), scales.astype(np.float32)


def halves_of(rows):
    """Quantises a matrix to 4 bits around 8; returns packed bytes [rows, blocks, 16] and scales [rows, blocks]."""
    parts = rows.reshape(rows.shape[0], -1, BLOCK).astype(np.float32)
    extreme = np.take_along_axis(parts, np.abs(parts).argmax(axis=2)[:, :, None], 2)[:, :, 0]
    scales = np.where(np.abs(extreme) < 1e-10, 1e-10, extreme) / -8
    steps = np.clip(np.rint(parts / scales[:, :, None]) + 8, 0, 15).astype(np.uint8)
    return steps[:, :, ::2] | steps[:, :, 1::2] << 4, scales.astype(np.float32)


def columns_of(rows, bits):
    """Quantises a matrix with one scale a row; returns it as [inputs, rows], around 128 at 8 bits, else signed."""
    most = 2 ** (bits - 1) - 1
    scales = (np.maximum(np.abs(rows).max(axis=1), 1e-10) / most).astype(np.float32)
    steps = np.rint(rows / scales[:, None]).T
    middle = columns_middle(bits)
    return np.ascontiguousarray(steps + middle).astype(middle.dtype), scales


def columns_middle(bits):
    """Returns the zero point of a column table."""
    return np.uint8(MIDDLE) if bits == 8 else np.int8(0)


def activation_of(entry):
    """Returns scale and zero point that spread one byte over a calibrated range; the range always holds 0."""
    low, high = min(entry["low"], 0.0), max(entry["high"], 0.0)
    scale = max(high - low, 1e-10) / 255
    return np.float32(scale), np.uint8(np.clip(np.rint(-low / scale), 0, 255))


class Quantizer:
    """Rewrites one model; initializers are looked up through the enclosing graphs, as ONNX scopes them."""

    def __init__(self, model, kind, ranges=None):
        self.model, self.kind, self.ranges = model, kind, ranges or {}
        self.tables, self.opened, self.count = {}, [], 0
        self.bits = 7 if kind in ("static7", "mixed8") else 8

    def run(self):
        """Rewrites the graph and its branches and drops the float weights that nothing reads any more."""
        self._graph(self.model.graph, {})
        nodes = [*self.opened, *self.model.graph.node]
        del self.model.graph.node[:]
        self.model.graph.node.extend(nodes)
        if self.kind in ("weights8", "weights4", "mixed8"):
            self.model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
        read = set(inputs_of(self.model.graph))
        drop_unread(self.model.graph, read)
        return self.model

    def _graph(self, graph, scope):
        scope = {**scope, **{tensor.name: tensor for tensor in graph.initializer}}
        nodes, rounded = [], {}
        for node in graph.node:
            for attribute in node.attribute:
                if attribute.type == onnx.AttributeProto.GRAPH:
                    self._graph(attribute.g, scope)
            nodes += self._node(node, scope, rounded)
        del graph.node[:]
        graph.node.extend(nodes)

    def _node(self, node, scope, rounded):
        if is_product(node, scope):
            self.count += 1
            return self._product(node, numpy_helper.to_array(scope[node.input[1]]).T, rounded)
        weight = scope.get(node.input[0]) if node.op_type == "Gather" else None
        if is_matrix(weight) and np.prod(weight.dims) >= SMALLEST_TABLE:
            self.count += 1
            return self._lookup(node, numpy_helper.to_array(weight))
        return [node]

    def _product(self, node, rows, rounded):
        kind = self.kind
        if kind == "mixed8":
            kind = "weights8" if self._stays_wide(node) else "static7"
        if kind == "weights8-floats":
            name, _ = self._blocks(rows)
            return [helper.make_node("MatMul", [node.input[0], name + "_weight"], list(node.output), node.name)]
        if kind in ("weights8", "weights4"):
            bits = int(kind[-1])
            table = self._blocks(rows) if bits == 8 else self._table(rows, "halves", halves_of)
            return [helper.make_node(
                "MatMulNBits", [node.input[0], *table], list(node.output), node.name, domain="com.microsoft",
                K=rows.shape[1], N=rows.shape[0], bits=bits, block_size=BLOCK, accuracy_level=4)]
        return self._dynamic(node, rows) if kind == "dynamic8" else self._static(node, rows, rounded)

    def _stays_wide(self, node):
        """Says whether a product of a mixed model keeps float activations."""
        return "lm_head" in node.name or self.ranges[node.name]["noise"] > NOISY

    def _static(self, node, rows, rounded):
        """Rounds the input once for all its readers, and writes the product as ONNX Runtime's QDQ fusion expects it."""
        source, made = node.input[0], []
        if source not in rounded:
            at = f"{source}_at_{self.count}"
            scale, zero = activation_of(self.ranges[node.name])
            names = [self._constant(f"{at}_scale", scale), self._constant(f"{at}_zero", zero)]
            made += [helper.make_node("QuantizeLinear", [source, *names], [f"{at}_bytes"], f"{at}_quantize"),
                     helper.make_node("DequantizeLinear", [f"{at}_bytes", *names], [f"{at}_rounded"], f"{at}_dequantize")]
            rounded[source] = f"{at}_rounded"
        table, scales, zeros = self._columns(rows)
        weight = f"{node.output[0]}_weight_{self.count}"
        return [*made,
                helper.make_node("DequantizeLinear", [table, scales, zeros], [weight], f"{weight}_dequantize", axis=1),
                helper.make_node("MatMul", [rounded[source], weight], list(node.output), node.name)]

    def _dynamic(self, node, rows):
        table, scales, zeros = self._columns(rows)
        at = f"{node.output[0]}_at_{self.count}"
        names = [f"{at}_bytes", f"{at}_scale", f"{at}_zero"]
        steps = [("DynamicQuantizeLinear", [node.input[0]], names),
                 ("MatMulInteger", [names[0], table, names[2], zeros], [f"{at}_sums"]),
                 ("Cast", [f"{at}_sums"], [f"{at}_floats"]), ("Mul", [names[1], scales], [f"{at}_scales"]),
                 ("Mul", [f"{at}_floats", f"{at}_scales"], list(node.output))]
        return [helper.make_node(kind, inputs, outputs, f"{at}_{number}", **cast_of(kind))
                for number, (kind, inputs, outputs) in enumerate(steps)]

    def _constant(self, name, value):
        """Adds a constant that every branch can read; returns its name."""
        self.model.graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def _table(self, rows, kind, quantise):
        """Stores a quantised matrix at the outermost graph, once for equal matrices; returns the names of its parts."""
        rows = np.ascontiguousarray(rows)
        key = hash((kind, rows.shape, rows.tobytes()))
        if key not in self.tables:
            name = f"table_{len(self.tables)}"
            values, scales = quantise(rows)
            self.tables[key] = (self._constant(name, values), self._constant(name + "_scales", scales))
            if self.kind == "weights8-floats":
                self._open(name, rows.shape)
        return self.tables[key]

    def _blocks(self, rows):
        return self._table(rows, "blocks", blocks_of)

    def _columns(self, rows):
        table, scales = self._table(rows, "columns", lambda rows: columns_of(rows, self.bits))
        name = table + "_zeros"
        if all(tensor.name != name for tensor in self.model.graph.initializer):
            self._constant(name, np.full(rows.shape[0], columns_middle(self.bits)))
        return table, scales, name

    def _open(self, name, shape):
        """Adds the nodes that make a table float rows, and their transpose, for all branches to read."""
        self._constant(f"{name}_middle", np.float32(MIDDLE))
        self._constant(f"{name}_last", np.array([-1], np.int64))
        self._constant(f"{name}_shape", np.array(shape, np.int64))
        steps = [("Cast", [name], "floats"), ("Sub", [f"{name}_floats", f"{name}_middle"], "steps"),
                 ("Unsqueeze", [f"{name}_scales", f"{name}_last"], "column"),
                 ("Mul", [f"{name}_steps", f"{name}_column"], "values"),
                 ("Reshape", [f"{name}_values", f"{name}_shape"], "rows"), ("Transpose", [f"{name}_rows"], "weight")]
        for kind, inputs, suffix in steps:
            extra = {"perm": [1, 0]} if kind == "Transpose" else cast_of(kind)
            self.opened.append(helper.make_node(kind, inputs, [f"{name}_{suffix}"], f"{name}_{suffix}_node", **extra))

    def _lookup(self, node, rows):
        """Gathers rows of the embedding from the table that the output layer uses too."""
        if self.kind == "weights8-floats":
            return [helper.make_node("Gather", [self._blocks(rows)[0] + "_rows", node.input[1]], list(node.output), node.name)]
        if self.kind in ("weights8", "weights4", "mixed8"):
            return self._lookup_blocks(node, rows)
        return self._lookup_columns(node, rows)

    def _lookup_blocks(self, node, rows):
        name, scales = self._blocks(rows)
        constants = {"middle": np.float32(MIDDLE), "last": np.array([-1], np.int64),
                     "shape": np.array([0, 0, rows.shape[1]], np.int64)}
        steps = [("Gather", [name, node.input[1]], "bytes"), ("Cast", ["@bytes"], "floats"),
                 ("Sub", ["@floats", "@middle"], "steps"), ("Gather", [scales, node.input[1]], "scales"),
                 ("Unsqueeze", ["@scales", "@last"], "column"), ("Mul", ["@steps", "@column"], "values"),
                 ("Reshape", ["@values", "@shape"], None)]
        return self._chain(node, constants, steps)

    def _lookup_columns(self, node, rows):
        name, scales, _ = self._columns(rows)
        constants = {"middle": np.float32(columns_middle(self.bits)), "last": np.array([-1], np.int64)}
        steps = [("Gather", [name, node.input[1]], "bytes", {"axis": 1}), ("Transpose", ["@bytes"], "rows", {"perm": [1, 2, 0]}),
                 ("Cast", ["@rows"], "floats"), ("Sub", ["@floats", "@middle"], "steps"),
                 ("Gather", [scales, node.input[1]], "scales"), ("Unsqueeze", ["@scales", "@last"], "column"),
                 ("Mul", ["@steps", "@column"], None)]
        return self._chain(node, constants, steps)

    def _chain(self, node, constants, steps):
        """Makes the nodes of a lookup; "@" stands for the lookup's own prefix, the last step makes the node's output."""
        at = f"{node.output[0]}_lookup_{self.count}_"
        made = [helper.make_node("Constant", [], [at + key], value=numpy_helper.from_array(np.asarray(content)))
                for key, content in constants.items()]
        for kind, inputs, suffix, *extra in steps:
            made.append(helper.make_node(
                kind, [name.replace("@", at) for name in inputs], [at + suffix if suffix else node.output[0]],
                f"{at}{suffix or 'output'}_node", **(extra[0] if extra else cast_of(kind))))
        return made


def cast_of(kind):
    """Returns the attributes of a Cast to float, and none for another operator."""
    return {"to": TensorProto.FLOAT} if kind == "Cast" else {}


def is_matrix(tensor):
    """Says whether an initializer is a float matrix."""
    return tensor is not None and len(tensor.dims) == 2 and tensor.data_type == TensorProto.FLOAT


def is_product(node, scope):
    """Says whether a node multiplies activations by a weight that every format can hold."""
    weight = scope.get(node.input[1]) if node.op_type == "MatMul" else None
    return is_matrix(weight) and weight.dims[0] % BLOCK == 0


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


def quantise(export, out, kind, ranges=None):
    """Writes the set of files of one format; ranges is what calibrate.py found, by file."""
    out.mkdir(parents=True, exist_ok=True)
    for file in sorted(export.iterdir()):
        if file.name in GRAPHS:
            quantizer = Quantizer(onnx.load(file), kind, (ranges or {}).get(file.name))
            model = quantizer.run()
            onnx.checker.check_model(model)
            onnx.save(model, out / file.name)
            print(kind, file.name, "rewritten nodes", quantizer.count, "bytes", (out / file.name).stat().st_size)
        elif file.is_file():
            shutil.copyfile(file, out / file.name)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--export", required=True, help="folder that export.py wrote")
    parser.add_argument("--out", required=True, help="folder for the quantised set of files")
    parser.add_argument("--format", choices=FORMATS, default="weights8-floats")
    parser.add_argument("--ranges", help="file that calibrate.py wrote; static7, static8 and mixed8 need it")
    args = parser.parse_args()
    ranges = json.loads(Path(args.ranges).read_text()) if args.ranges else None
    quantise(Path(args.export), Path(args.out), args.format, ranges)


if __name__ == "__main__":
    main()
