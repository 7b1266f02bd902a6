"""Writes a Llama-shaped checkpoint as a small ONNX graph in the Hugging Face layout, in floats or in few bits a weight.

The graph has a tenth of the nodes that the usual exporters write, and a token's scores do not depend on how many tokens
stand in one step, so that drafts can be verified. ONNX Runtime has other kernels where a product has a single row:
here none has one. The queries that share a key head are rows of one product, and with 4 bits every step carries one
token more than it was given, which nothing sees.
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

BLOCK = 32
MICROSOFT = "com.microsoft"
OPSET = 17
LOWEST = np.finfo(np.float32).min
KEPT = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "LICENSE", "NOTICE")
BODY_BITS = {"fp32": 32, "int4": 4, "int8": 8}


def four_bits(rows):
    """Quantises a [rows, inputs] matrix to codes 0..15 with a step and a least value for 32 of them, which is exact for Q4_1.

    Returns the codes as [rows, blocks, 16] with the even ones in the low halves of the bytes, and steps and least values.
    """
    parts = rows.reshape(rows.shape[0], -1, BLOCK).astype(np.float32)
    low, high = parts.min(axis=2), parts.max(axis=2)
    least, step = np.float16(low), np.float16((high - low) / 15)
    shown = np.where(step == 0, np.float16(1), step).astype(np.float32)
    codes = np.clip(np.rint((parts - least.astype(np.float32)[:, :, None]) / shown[:, :, None]), 0, 15).astype(np.uint8)
    return codes[:, :, ::2] | codes[:, :, 1::2] << 4, step, least


def eight_bits(rows):
    """Quantises a [rows, inputs] matrix to bytes around 128, a scale for 32 of them."""
    parts = rows.reshape(rows.shape[0], -1, BLOCK).astype(np.float32)
    scales = np.float16(np.maximum(np.abs(parts).max(axis=2), 1e-5) / 127).astype(np.float32)
    return np.clip(np.rint(parts / scales[:, :, None]) + 128, 0, 255).astype(np.uint8), scales


class Writer:
    """Collects the nodes and constants of a graph."""

    def __init__(self):
        self.nodes, self.constants, self.count = [], {}, 0

    def constant(self, name, value):
        """Adds a constant once; returns its name."""
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def integers(self, *values):
        """Adds a list of integers, or a single one, as a constant."""
        return self.constant("i_" + "_".join(map(str, values)).replace("-", "m"), np.array(values, np.int64))

    def op(self, kind, *inputs, name=None, outputs=1, domain="", **attributes):
        """Adds a node; returns the name of its output, or the names of several."""
        self.count += 1
        made = [name or f"{kind}_{self.count}"] if outputs == 1 else [f"{kind}_{self.count}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), made, f"{made[0]}/{kind}", domain=domain, **attributes))
        return made[0] if outputs == 1 else made

    def scales(self, name, values):
        """Stores scales as halves; they become floats when a session is opened."""
        return self.cast(self.constant(name + "_scales", values.astype(np.float16)))

    def linear(self, x, name, rows, bits, adapters=(), out=None):
        """Multiplies by a [rows, inputs] weight, and adds what adapters make of the same input."""
        downs, ups = [], []
        for number, (down, up) in enumerate(adapters):
            downs.append(self.matrix(f"{name}_down_{number}", down))
            ups.append(self.matrix(f"{name}_up_{number}", up))
        if ups:
            ups = [self.apart(ups, [up.shape[1] for _, up in adapters])]
        if bits == 32:
            y = self.op("MatMul", x, self.constant(name, rows.T.astype(np.float32)), name=None if downs else out)
        else:
            y = self.blocks(x, name, rows, bits, None if bits == 4 else out, downs, ups)
        return self.op("Add", y, self.low_rank(x, downs, ups)) if downs else y

    def low_rank(self, x, downs, ups):
        """Multiplies by matrices of few rows, and by those that make the outputs of what comes out."""
        down, up = (self.op("Concat", *parts, axis=axis) if len(parts) > 1 else parts[0]
                    for parts, axis in ((downs, 0), (ups, 1)))
        return self.op("MatMul", self.op("MatMul", x, self.turned(down)), self.turned(up))

    def blocks(self, x, name, rows, bits, out, downs, ups):
        """Multiplies by codes in blocks; what a block's least value adds is a product with the sum of its inputs."""
        if bits == 8:
            table, scales = eight_bits(rows)
            scales = self.scales(name, scales)
        else:
            table, step, least = four_bits(rows)
            scales = self.scales(name, step)
            middle = self.op("Mul", scales, self.constant("eight", np.float32(8)))
            downs.insert(0, self.sums(rows.shape[1]))
            ups.insert(0, self.op("Add", self.cast(self.constant(name + "_least", least)), middle))
        return self.op("MatMulNBits", x, self.constant(name, table), scales, name=out, domain=MICROSOFT,
                       K=rows.shape[1], N=rows.shape[0], bits=bits, block_size=BLOCK, accuracy_level=4)

    def sums(self, inputs):
        """Returns the matrix that sums the inputs of each block."""
        return self.constant(f"sums_{inputs}", np.kron(np.eye(inputs // BLOCK), np.ones((1, BLOCK))).astype(np.float32))

    def matrix(self, name, values):
        """Stores a small matrix in bytes, with a scale for each row."""
        scales = np.maximum(np.abs(values).max(axis=1, keepdims=True), 1e-10).astype(np.float32) / 127
        steps = self.constant(name, np.rint(values / scales).astype(np.int8))
        return self.op("Mul", self.cast(steps), self.constant(name + "_scales", scales))

    def apart(self, parts, widths):
        """Puts matrices on the diagonal of one."""
        at, rows = 0, []
        for part, width in zip(parts, widths):
            rows.append(self.op("Pad", part, self.integers(0, at, 0, sum(widths) - at - width)))
            at += width
        return self.op("Concat", *rows, axis=0) if len(rows) > 1 else rows[0]

    def turned(self, matrix):
        return self.op("Transpose", matrix, perm=[1, 0])

    def cast(self, x):
        return self.op("Cast", x, to=TensorProto.FLOAT)

    def lookup(self, ids, name, rows, bits):
        """Takes rows of the embedding; the output layer shares its bytes."""
        if bits == 32:
            return self.op("Gather", self.constant(name + "_rows", rows.astype(np.float32)), ids)
        table, scales = eight_bits(rows)
        floats = self.cast(self.op("Gather", self.constant(name, table), ids))
        halves = self.op("Gather", self.constant(name + "_scales", scales.astype(np.float16)), ids)
        column = self.op("Unsqueeze", self.cast(halves), self.integers(-1))
        values = self.op("Mul", self.op("Sub", floats, self.constant("middle", np.float32(128))), column)
        return self.op("Reshape", values, self.integers(0, 0, rows.shape[1]))


class Llama:
    """One checkpoint, written layer by layer."""

    def __init__(self, model, body, head, positions, adapters=None):
        self.config, self.body, self.head, self.positions, self.adapters = model.config, body, head, positions, adapters or {}
        self.weights = {name: tensor.detach().float().numpy() for name, tensor in model.state_dict().items()}
        self.heads, self.shared = self.config.num_attention_heads, self.config.num_key_value_heads
        self.dim = getattr(self.config, "head_dim", None) or self.config.hidden_size // self.heads
        self.w = Writer()

    def weight(self, layer, name):
        return self.weights[f"model.layers.{layer}.{name}.weight"]

    def layer_linear(self, x, layer, *names):
        """Multiplies by the weights of these names at once."""
        rows = np.concatenate([self.weight(layer, name) for name in names])
        adapters = [self.adapters[layer, name] for name in names if (layer, name) in self.adapters]
        return self.w.linear(x, f"layer_{layer}_" + "_".join(n.split(".")[1][:-5] for n in names), rows, self.body, adapters)

    def graph(self):
        """Returns the whole model."""
        w, count = self.w, self.config.num_hidden_layers
        if self.head != 32:
            self.head_table()
        self.ids, self.places = (self.longer(name) for name in ("input_ids", "position_ids"))
        x = w.lookup(self.ids, "embedding", self.weights["model.embed_tokens.weight"], self.head)
        self.shape_values()
        normed, rest = self.norm(x, self.weight(0, "input_layernorm")), x
        for layer in range(count):
            attended = self.attention(layer, normed)
            normed, rest = self.skip_norm(attended, rest, self.weight(layer, "post_attention_layernorm"))
            fed = self.feed_forward(layer, normed)
            following = self.weight(layer + 1, "input_layernorm") if layer + 1 < count else self.weights["model.norm.weight"]
            normed, rest = self.skip_norm(fed, rest, following)
        w.linear(self.shorter(normed, 1), "embedding", self.weights["lm_head.weight"], self.head, out="logits")
        return self.model()

    def longer(self, name):
        """Repeats the last token of a step where a step must not have a single row."""
        if self.body != 4:
            return name
        return self.w.op("Concat", name, self.w.op("Slice", name, *(self.w.integers(*n) for n in ([-1], [2 ** 31], [1]))), axis=1)

    def shorter(self, x, axis):
        """Drops what belongs to the repeated token."""
        if self.body != 4:
            return x
        return self.w.op("Slice", x, *(self.w.integers(n) for n in (0, -1, axis)))

    def head_table(self):
        """Refuses an output layer with a table of its own: the two would need two names."""
        if not np.array_equal(self.weights["lm_head.weight"], self.weights["model.embed_tokens.weight"]):
            raise SystemExit("expected an output layer tied to the embedding, found one of its own: write this model with fp32")

    def shape_values(self):
        """Makes what all layers share: the mask, and the shapes to fold heads by."""
        w = self.w
        given, queries = (w.op("Shape", ids, start=1, end=2) for ids in ("input_ids", self.ids))
        keys = w.op("Shape", "attention_mask", start=1, end=2)
        total, zero, one = w.op("Squeeze", keys), w.constant("zero", np.int64(0)), w.constant("one", np.int64(1))
        columns = w.op("Range", zero, total, one)
        past = w.op("Sub", keys, given)
        last = w.op("Squeeze", w.op("Add", past, queries))
        rows = w.op("Unsqueeze", w.op("Range", w.op("Squeeze", past), last, one), w.integers(1))
        seen = w.op("LessOrEqual", columns, rows)
        real = w.op("Unsqueeze", w.op("Cast", "attention_mask", to=TensorProto.BOOL), w.integers(1))
        allowed = w.op("And", seen, real)
        bias = w.op("Where", allowed, w.constant("none", np.float32(0)), w.constant("lowest", np.float32(LOWEST)))
        self.bias = w.op("Unsqueeze", bias, w.integers(1, 2))
        group = self.heads // self.shared
        batch = w.op("Shape", "input_ids", start=0, end=1)
        self.apart = w.op("Concat", batch, w.integers(self.shared), w.integers(group), queries, w.integers(-1), axis=0)
        self.folded = w.op("Concat", batch, w.integers(self.shared), w.integers(-1), keys, axis=0)
        self.joined = w.op("Concat", batch, w.integers(self.heads), queries, w.integers(self.dim), axis=0)
        angles = np.outer(np.arange(self.positions), self.rotations())
        self.cos = w.constant("cos", np.cos(angles).astype(np.float32))
        self.sin = w.constant("sin", np.sin(angles).astype(np.float32))

    def rotations(self):
        if getattr(self.config, "rope_scaling", None):
            raise SystemExit("expected plain rotary positions, found rope_scaling")
        return self.config.rope_theta ** (-np.arange(0, self.dim, 2, dtype=np.float64) / self.dim)

    def norm(self, x, weight):
        return self.w.op("SimplifiedLayerNormalization", x, self.named(weight), axis=-1, epsilon=self.config.rms_norm_eps, stash_type=1)

    def skip_norm(self, x, rest, weight):
        """Adds to the residual stream and normalises; returns both."""
        total = self.w.op("Add", rest, x)
        return self.norm(total, weight), total

    def named(self, weight):
        return self.w.constant(f"norm_{self.w.count}", weight.astype(np.float32))

    def attention(self, layer, x):
        w, d = self.w, self.dim
        whole = self.layer_linear(x, layer, *(f"self_attn.{part}_proj" for part in "qkv"))
        sizes = w.integers(self.heads * d, self.shared * d, self.shared * d)
        q, k, v = (self.heads_of(part, n) for part, n in zip(
            w.op("Split", whole, sizes, outputs=3, axis=-1), (self.heads, self.shared, self.shared)))
        q, k, v = self.rotate(q), self.shorter(self.rotate(k), 2), self.shorter(v, 2)
        keys = w.op("Concat", f"past_key_values.{layer}.key", k, name=f"present.{layer}.key", axis=2)
        values = w.op("Concat", f"past_key_values.{layer}.value", v, name=f"present.{layer}.value", axis=2)
        q = w.op("Mul", q, w.constant("root", np.float32(d ** -0.5)))
        q = w.op("Reshape", q, self.query_rows())
        scores = w.op("MatMul", q, w.op("Transpose", keys, perm=[0, 1, 3, 2]))
        chances = w.op("Softmax", w.op("Add", w.op("Reshape", scores, self.apart), self.bias), axis=-1)
        mixed = w.op("MatMul", w.op("Reshape", chances, self.folded), values)
        flat = w.op("Transpose", w.op("Reshape", mixed, self.joined), perm=[0, 2, 1, 3])
        return self.layer_linear(w.op("Reshape", flat, w.integers(0, 0, self.heads * d)), layer, "self_attn.o_proj")

    def query_rows(self):
        return self.w.integers(0, self.shared, -1, self.dim)

    def heads_of(self, x, count):
        """Cuts [batch, seq, heads * dim] into [batch, heads, seq, dim]."""
        cut = self.w.op("Reshape", x, self.w.integers(0, 0, count, self.dim))
        return self.w.op("Transpose", cut, perm=[0, 2, 1, 3])

    def rotate(self, x):
        return self.w.op("RotaryEmbedding", x, self.places, self.cos, self.sin, domain=MICROSOFT, interleaved=0)

    def feed_forward(self, layer, x):
        w, size = self.w, self.config.intermediate_size
        both = self.layer_linear(x, layer, "mlp.gate_proj", "mlp.up_proj")
        gate, up = w.op("Split", both, w.integers(size, size), outputs=2, axis=-1)
        gated = w.op("Mul", w.op("QuickGelu", gate, domain=MICROSOFT, alpha=1.0), up)
        return self.layer_linear(gated, layer, "mlp.down_proj")

    def model(self):
        """Puts the graph together with its inputs and outputs."""
        value, caches = helper.make_tensor_value_info, ("key", "value")
        inputs = [value(name, TensorProto.INT64, ["batch_size", length]) for name, length in (
            ("input_ids", "sequence_length"), ("attention_mask", "total_sequence_length"), ("position_ids", "sequence_length"))]
        outputs = [value("logits", TensorProto.FLOAT, ["batch_size", "sequence_length", self.config.vocab_size])]
        for layer in range(self.config.num_hidden_layers):
            for part in caches:
                shape = ["batch_size", self.shared, None, self.dim]
                inputs.append(value(f"past_key_values.{layer}.{part}", TensorProto.FLOAT, [*shape[:2], "past_sequence_length", self.dim]))
                outputs.append(value(f"present.{layer}.{part}", TensorProto.FLOAT, [*shape[:2], "total_sequence_length", self.dim]))
        graph = helper.make_graph(self.w.nodes, "aligner", inputs, outputs, list(self.w.constants.values()))
        return helper.make_model(graph, ir_version=8, producer_name="aligner", opset_imports=[
            helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)])


def read_adapters(folder):
    """Returns {(layer, name): (down [rank, inputs], up [outputs, rank])} of a LoRA adapter, its scaling in the up matrices."""
    settings = json.loads((folder / "adapter_config.json").read_text())
    scaling, tensors, found = settings["lora_alpha"] / settings["r"], load_file(folder / "adapter_model.safetensors"), {}
    for name, down in tensors.items():
        if name.endswith("lora_A.weight"):
            layer, part = name.removesuffix(".lora_A.weight").split("layers.")[1].split(".", 1)
            up = tensors[name.replace("lora_A", "lora_B")]
            found[int(layer), part] = (down.float().numpy(), scaling * up.float().numpy())
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, required=True, help="a merged model of the Llama kind")
    parser.add_argument("--adapter", type=Path, help="a LoRA adapter to be kept beside the weights, whose 4 bits it would not survive in")
    parser.add_argument("--format", choices=BODY_BITS, default="int4", help="of the layers; the embedding has 8 bits or floats")
    parser.add_argument("--positions", type=int, default=2048, help="most tokens of prompt and correction together")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    model = AutoModelForCausalLM.from_pretrained(args.checkpoint, dtype=torch.float32)
    args.out.mkdir(parents=True, exist_ok=True)
    body = BODY_BITS[args.format]
    adapters = read_adapters(args.adapter) if args.adapter else {}
    onnx.save(Llama(model, body, max(8, body), args.positions, adapters).graph(), args.out / "model.onnx")
    config = json.loads((args.checkpoint / "config.json").read_text())
    config = {k: v for k, v in config.items() if v is not None and not k.startswith("_")}
    (args.out / "config.json").write_text(json.dumps({**config, "max_position_embeddings": args.positions}, indent=2) + "\n")
    settings = {name: config[name] for name in ("bos_token_id", "eos_token_id", "pad_token_id")}
    (args.out / "generation_config.json").write_text(json.dumps({**settings, "do_sample": False, "num_beams": 1}, indent=2) + "\n")
    for name in KEPT:
        if (args.checkpoint / name).exists():
            shutil.copyfile(args.checkpoint / name, args.out / name)
    print({file.name: file.stat().st_size for file in sorted(args.out.iterdir())})


if __name__ == "__main__":
    main()
