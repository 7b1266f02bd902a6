"""Writes a decoder of a real architecture with random weights, and tells what a step has to read.

The weights are those of transformers' model of the same shape and seed, so that both write the same
tokens. Needs torch, transformers and onnx; runs with or without a GPU.

    python3 models.py --shape llama-1b --dtype fp16 --layout optimum --out /tmp/models/llama-1b
"""
import argparse
import json
import math
import os

import numpy as np
import onnx
import torch
import transformers
from onnx import TensorProto, helper

SHAPES = {
    # Llama-3.2-1B: 8 heads of keys and values for 32 of queries.
    "llama-1b": ("llama", dict(hidden_size=2048, num_hidden_layers=16, num_attention_heads=32,
                               num_key_value_heads=8, head_dim=64, intermediate_size=8192,
                               vocab_size=128256, rope_theta=500000.0,
                               max_position_embeddings=8192)),
    "llama-100m": ("llama", dict(hidden_size=576, num_hidden_layers=18, num_attention_heads=9,
                                 num_key_value_heads=9, head_dim=64, intermediate_size=1536,
                                 vocab_size=32000, rope_theta=10000.0,
                                 max_position_embeddings=8192)),
    "llama-tiny": ("llama", dict(hidden_size=64, num_hidden_layers=2, num_attention_heads=4,
                                 num_key_value_heads=2, head_dim=16, intermediate_size=96,
                                 vocab_size=300, rope_theta=10000.0,
                                 max_position_embeddings=4096)),
    # OPT-1.3B: as many heads of keys and values as of queries.
    "opt-1.3b": ("opt", dict(hidden_size=2048, num_hidden_layers=24, num_attention_heads=32,
                             ffn_dim=8192, vocab_size=50272, word_embed_proj_dim=2048,
                             max_position_embeddings=4096)),
    "opt-tiny": ("opt", dict(hidden_size=64, num_hidden_layers=2, num_attention_heads=4,
                             ffn_dim=96, vocab_size=300, word_embed_proj_dim=64,
                             max_position_embeddings=4096)),
}


def reference(shape, seed, device, dtype):
    """Returns transformers' model of a shape; the same seed on the same device gives the same."""
    family, sizes = SHAPES[shape]
    common = dict(bos_token_id=1, eos_token_id=2, pad_token_id=3, tie_word_embeddings=False)
    if family == "llama":
        config = transformers.LlamaConfig(**sizes, **common, rms_norm_eps=1e-6)
        make = transformers.LlamaForCausalLM
    else:
        config = transformers.OPTConfig(**sizes, **common, dropout=0.0, attention_dropout=0.0,
                                        activation_function="relu", do_layer_norm_before=True)
        make = transformers.OPTForCausalLM
    torch.manual_seed(seed)
    with torch.device(device):
        model = make(config).eval()
    return model.to(dtype)


class Graph:
    """Collects nodes, and weights in a file beside the graph."""

    def __init__(self, data, dtype):
        self.nodes, self.inputs, self.outputs, self.weights = [], [], [], []
        self.data, self.half, self.count = open(data, "wb"), dtype == "fp16", 0
        self.location = os.path.basename(data)
        self.type = TensorProto.FLOAT16 if self.half else TensorProto.FLOAT
        self.read_in_each_step = 0

    def op(self, kind, *inputs, domain="", outputs=1, names=None, **attributes):
        self.count += 1
        out = names or [f"t{self.count}" + (f"_{i}" if outputs > 1 else "") for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), out, domain=domain,
                                           name=f"n{self.count}", **attributes))
        return out[0] if len(out) == 1 else out

    def constant(self, values, kind=np.int64):
        array = np.array(values, dtype=kind)
        self.count += 1
        name = f"c{self.count}"
        self.weights.append(onnx.numpy_helper.from_array(array, name))
        return name

    def floats(self, value):
        return self.constant(value, np.float16 if self.half else np.float32)

    def weight(self, name, tensor, every_step=True):
        array = tensor.detach().to("cpu", torch.float16 if self.half else torch.float32)
        array = array.contiguous().numpy()
        proto = TensorProto(name=name, dims=array.shape, data_type=self.type,
                            data_location=TensorProto.EXTERNAL)
        offset = -self.data.tell() % 4096
        self.data.write(b"\0" * offset)
        for key, value in dict(location=self.location, offset=self.data.tell(),
                               length=array.nbytes).items():
            proto.external_data.add(key=key, value=str(value))
        array.tofile(self.data)
        self.weights.append(proto)
        self.read_in_each_step += array.nbytes if every_step else 0
        return name

    def input(self, name, kind, shape):
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def output(self, name, kind, shape):
        self.outputs.append(helper.make_tensor_value_info(name, kind, shape))

    def linear(self, x, name, state):
        y = self.op("MatMul", x, self.weight(name + ".weight", state[name + ".weight"].T))
        bias = state.get(name + ".bias")
        return y if bias is None else self.op("Add", y, self.weight(name + ".bias", bias))

    def heads(self, x, heads, dim):
        split = self.op("Reshape", x, self.constant([0, 0, heads, dim]))
        return self.op("Transpose", split, perm=[0, 2, 1, 3])


def rms_norm(g, x, weight, layout):
    if layout == "gqa":
        return g.op("SimplifiedLayerNormalization", x, weight, axis=-1, epsilon=1e-6, stash_type=1)
    wide = g.op("Cast", x, to=TensorProto.FLOAT) if g.half else x
    square = g.op("Mul", wide, wide)
    mean = g.op("ReduceMean", square, axes=[-1], keepdims=1)
    root = g.op("Sqrt", g.op("Add", mean, g.constant([1e-6], np.float32)))
    normed = g.op("Div", wide, root)
    return g.op("Mul", g.op("Cast", normed, to=g.type) if g.half else normed, weight)


def bias_of_mask(g):
    """Returns what is added to scores [rows, 1, tokens, total]: 0, or the lowest number."""
    def size(name):
        shape = g.op("Shape", name)
        return g.op("Gather", shape, g.constant(1), axis=0)
    new, total = size("input_ids"), size("attention_mask")
    zero, one = g.constant(0), g.constant(1)
    query = g.op("Add", g.op("Range", zero, new, one), g.op("Sub", total, new))
    causal = g.op("LessOrEqual", g.op("Range", zero, total, one),
                  g.op("Unsqueeze", query, g.constant([1])))
    real = g.op("Cast", "attention_mask", to=TensorProto.BOOL)
    real = g.op("Unsqueeze", real, g.constant([1, 2]))
    seen = g.op("And", causal, real)
    lowest = float(np.finfo(np.float16 if g.half else np.float32).min)
    return g.op("Where", seen, g.floats([0.0]), g.floats([lowest]))


def attention(g, layer, q, k, v, bias, heads, kv_heads, dim):
    """Returns what an export spells out: concatenated caches, products and a softmax."""
    past = [f"past_key_values.{layer}.{kind}" for kind in ("key", "value")]
    present = [f"present.{layer}.{kind}" for kind in ("key", "value")]
    keys = g.op("Concat", past[0], k, axis=2, names=[present[0]])
    values = g.op("Concat", past[1], v, axis=2, names=[present[1]])
    if heads != kv_heads:
        repeat = g.constant([1, 1, heads // kv_heads, 1, 1])
        whole = g.constant([0, heads, -1, dim])

        def repeated(x):
            tiled = g.op("Tile", g.op("Unsqueeze", x, g.constant([2])), repeat)
            return g.op("Reshape", tiled, whole)
        keys, values = repeated(keys), repeated(values)
    scaled = g.op("Mul", q, g.floats([1 / math.sqrt(dim)]))
    scores = g.op("MatMul", scaled, g.op("Transpose", keys, perm=[0, 1, 3, 2]))
    scores = g.op("Add", scores, bias)
    if g.half:
        scores = g.op("Cast", scores, to=TensorProto.FLOAT)
    weights = g.op("Softmax", scores, axis=-1)
    if g.half:
        weights = g.op("Cast", weights, to=g.type)
    mixed = g.op("Transpose", g.op("MatMul", weights, values), perm=[0, 2, 1, 3])
    return g.op("Reshape", mixed, g.constant([0, 0, heads * dim]))


def rotation(g, dim, theta):
    frequencies = 1.0 / (theta ** (np.arange(0, dim, 2, dtype=np.float64) / dim))
    positions = g.op("Cast", g.op("Unsqueeze", "position_ids", g.constant([2])),
                     to=TensorProto.FLOAT)
    angles = g.op("Mul", positions, g.constant(frequencies.astype(np.float32)[None, None],
                                               np.float32))
    angles = g.op("Unsqueeze", g.op("Concat", angles, angles, axis=2), g.constant([1]))
    parts = g.op("Cos", angles), g.op("Sin", angles)
    return [g.op("Cast", part, to=g.type) if g.half else part for part in parts]


def rotated(g, x, cos, sin, dim):
    first = g.op("Slice", x, g.constant([0]), g.constant([dim // 2]), g.constant([3]))
    second = g.op("Slice", x, g.constant([dim // 2]), g.constant([dim]), g.constant([3]))
    turned = g.op("Concat", g.op("Neg", second), first, axis=3)
    return g.op("Add", g.op("Mul", x, cos), g.op("Mul", turned, sin))


def llama(g, config, state, layout):
    heads, kv_heads, dim = config.num_attention_heads, config.num_key_value_heads, config.head_dim
    embed = g.weight("embed", state["model.embed_tokens.weight"], every_step=False)
    x = g.op("Gather", embed, "input_ids", axis=0)
    theta = SHAPES[config.shape_name][1]["rope_theta"]
    if layout == "gqa":
        lengths = group_query_lengths(g, dim, theta, config.max_position_embeddings)
    else:
        bias, (cos, sin) = bias_of_mask(g), rotation(g, dim, theta)
    for n in range(config.num_hidden_layers):
        name = f"model.layers.{n}."
        normed = rms_norm(g, x, g.weight(name + "norm", state[name + "input_layernorm.weight"]),
                          layout)
        q, k, v = (g.linear(normed, name + f"self_attn.{p}_proj", state) for p in "qkv")
        if layout == "gqa":
            mixed = g.op("GroupQueryAttention", q, k, v, f"past_key_values.{n}.key",
                         f"past_key_values.{n}.value", *lengths, domain="com.microsoft",
                         names=[f"t_attention{n}", f"present.{n}.key", f"present.{n}.value"],
                         num_heads=heads, kv_num_heads=kv_heads, do_rotary=1,
                         scale=1 / math.sqrt(dim))[0:]
            mixed = f"t_attention{n}"
        else:
            q = rotated(g, g.heads(q, heads, dim), cos, sin, dim)
            k = rotated(g, g.heads(k, kv_heads, dim), cos, sin, dim)
            mixed = attention(g, n, q, k, g.heads(v, kv_heads, dim), bias, heads, kv_heads, dim)
        x = g.op("Add", x, g.linear(mixed, name + "self_attn.o_proj", state))
        normed = rms_norm(
            g, x, g.weight(name + "norm2", state[name + "post_attention_layernorm.weight"]), layout)
        gate = g.linear(normed, name + "mlp.gate_proj", state)
        gate = g.op("Mul", gate, g.op("Sigmoid", gate))
        up = g.linear(normed, name + "mlp.up_proj", state)
        x = g.op("Add", x, g.linear(g.op("Mul", gate, up), name + "mlp.down_proj", state))
    x = rms_norm(g, x, g.weight("norm", state["model.norm.weight"]), layout)
    return x, state["lm_head.weight"]


def group_query_lengths(g, dim, theta, positions):
    mask = g.op("Cast", "attention_mask", to=TensorProto.INT64)
    real = g.op("ReduceSum", mask, g.constant([1]), keepdims=0)
    lengths = g.op("Cast", g.op("Sub", real, g.constant([1])), to=TensorProto.INT32)
    total = g.op("Gather", g.op("Shape", "attention_mask"), g.constant(1), axis=0)
    total = g.op("Cast", total, to=TensorProto.INT32)
    frequencies = 1.0 / (theta ** (np.arange(0, dim, 2, dtype=np.float64) / dim))
    angles = np.arange(positions)[:, None] * frequencies[None]
    return [lengths, total, g.floats(np.cos(angles)), g.floats(np.sin(angles))]


def opt(g, config, state, layout):
    heads = config.num_attention_heads
    dim = config.hidden_size // heads
    base = "model.decoder."
    embed = g.weight("embed", state[base + "embed_tokens.weight"], every_step=False)
    places = g.weight("places", state[base + "embed_positions.weight"], every_step=False)
    at = g.op("Add", "position_ids", g.constant([2]))
    x = g.op("Add", g.op("Gather", embed, "input_ids", axis=0), g.op("Gather", places, at, axis=0))
    bias = bias_of_mask(g)

    def norm(y, name):
        parts = [g.weight(f"{name}.{part}", state[f"{name}.{part}"]) for part in ("weight", "bias")]
        return g.op("LayerNormalization", y, *parts, axis=-1, epsilon=1e-5)
    for n in range(config.num_hidden_layers):
        name = f"{base}layers.{n}."
        normed = norm(x, name + "self_attn_layer_norm")
        q, k, v = (g.heads(g.linear(normed, name + f"self_attn.{p}_proj", state), heads, dim)
                   for p in "qkv")
        mixed = attention(g, n, q, k, v, bias, heads, heads, dim)
        x = g.op("Add", x, g.linear(mixed, name + "self_attn.out_proj", state))
        normed = norm(x, name + "final_layer_norm")
        inner = g.op("Relu", g.linear(normed, name + "fc1", state))
        x = g.op("Add", x, g.linear(inner, name + "fc2", state))
    return norm(x, base + "final_layer_norm"), state["lm_head.weight"]


def write(shape, dtype, layout, out, seed, device):
    os.makedirs(out, exist_ok=True)
    model = reference(shape, seed, device, torch.float32)
    config = model.config
    config.shape_name = shape
    state = model.state_dict()
    g = Graph(os.path.join(out, "model.onnx.data"), dtype)
    ids = TensorProto.INT64
    g.input("input_ids", ids, ["rows", "tokens"])
    g.input("attention_mask", ids, ["rows", "total"])
    if layout != "gqa":
        g.input("position_ids", ids, ["rows", "tokens"])
    kv = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    dim = config.hidden_size // config.num_attention_heads
    for n in range(config.num_hidden_layers):
        for kind in ("key", "value"):
            g.input(f"past_key_values.{n}.{kind}", g.type, ["rows", kv, "past", dim])
    family = llama if SHAPES[shape][0] == "llama" else opt
    x, head = family(g, config, state, layout)
    g.op("MatMul", x, g.weight("lm_head", head.T), names=["logits"])
    g.output("logits", g.type, ["rows", "tokens", config.vocab_size])
    for n in range(config.num_hidden_layers):
        for kind in ("key", "value"):
            g.output(f"present.{n}.{kind}", g.type, ["rows", kv, "total", dim])
    g.data.close()
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    graph = helper.make_graph(g.nodes, shape, g.inputs, g.outputs, g.weights)
    proto = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    with open(os.path.join(out, "model.onnx"), "wb") as file:
        file.write(proto.SerializeToString())
    describe(config, out, g.read_in_each_step)


def describe(config, out, read_in_each_step):
    del config.shape_name
    with open(os.path.join(out, "config.json"), "w") as file:
        file.write(config.to_json_string(use_diff=False))
    with open(os.path.join(out, "generation_config.json"), "w") as file:
        json.dump(dict(bos_token_id=1, eos_token_id=2, pad_token_id=3), file)
    words = {f"w{i}": i for i in range(8)}
    tokenizer = dict(version="1.0", added_tokens=[], normalizer=None, pre_tokenizer=None,
                     post_processor=None, decoder=None,
                     model=dict(type="WordLevel", vocab=words, unk_token="w0"))
    with open(os.path.join(out, "tokenizer.json"), "w") as file:
        json.dump(tokenizer, file)
    with open(os.path.join(out, "weights.json"), "w") as file:
        json.dump(dict(bytes_of_a_step=read_in_each_step), file)
    print(out, "reads", read_in_each_step, "bytes of weights in a step")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", choices=SHAPES, required=True)
    parser.add_argument("--dtype", choices=["fp32", "fp16"], default="fp32")
    parser.add_argument("--layout", choices=["optimum", "gqa"], default="optimum")
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    arguments = parser.parse_args()
    write(arguments.shape, arguments.dtype, arguments.layout, arguments.out, arguments.seed,
          arguments.device)


if __name__ == "__main__":
    main()
