"""Finds constant activation ranges for static int8: for each weight product, the range that spoils its output least.

An fp32 export corrects sentences of the train split (a decoder-only graph reads seeded random tokens) and is run once more
over all tokens of each output. Of each product's inputs a sample of rows is kept. Candidates are the extremes and
percentiles; noise is the power of what rounding to bytes adds to the product's output, by the power of the output.
"""

import argparse
import json
import random
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import style
import textio
from onnx import helper, numpy_helper
from quantize import GRAPHS, activation_of, is_product
from runner import ENCODER, Runner, decoder_file

TAILS = (0.0, 0.001, 0.01, 0.1, 0.5)
ROWS_A_TEXT, MOST_ROWS = 24, 4096


def sample_texts(data, count, seed):
    """Draws train sentences: toxic ones, raw and as people type them, neutral ones and clean ones, in equal parts."""
    pairs, clean = textio.read_rows(data / "pairs-train.jsonl"), textio.read_rows(data / "hh-train.jsonl")
    rng = random.Random(seed)
    drawn = rng.sample(pairs, 3 * count // 4)
    kinds = (lambda row: row["toxic"], lambda row: style.chat(row["toxic"]), lambda row: row["neutral"][0])
    return [kinds[i % 3](row) for i, row in enumerate(drawn)] + rng.sample(clean, count - len(drawn))


def random_prompts(vocabulary, count, length, seed):
    """Draws token ids for a graph that was never trained."""
    return np.random.default_rng(seed).integers(3, vocabulary, (count, length)).tolist()


def straight(path):
    """Loads a graph without its branches: of a merged decoder, what runs while there is no cache."""
    model = onnx.load(path)
    branches = [node for node in model.graph.node if node.op_type == "If"]
    if branches:
        branch = next(a.g for a in branches[0].attribute if a.name == "else_branch")
        branch.initializer.extend(model.graph.initializer)
        given = [i for i in model.graph.input if not i.name.startswith(("past_key_values", "use_cache_branch"))]
        model.graph.CopyFrom(helper.make_graph(branch.node, "straight", given, branch.output, branch.initializer))
    return model


class Observer:
    """Runs a graph and keeps a sample of what goes into each weight product."""

    def __init__(self, path, seed):
        model = straight(path)
        scope = {tensor.name: tensor for tensor in model.graph.initializer}
        self.products = [(n.name, n.input[0], n.input[1]) for n in model.graph.node if is_product(n, scope)]
        self.weights = {weight: numpy_helper.to_array(scope[weight]) for _, _, weight in self.products}
        made = {name for node in model.graph.node for name in node.output}
        self.tensors = sorted({source for _, source, _ in self.products})
        self.given = [name for name in self.tensors if name not in made]
        del model.graph.output[:]
        model.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in self.tensors if name in made)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.log_severity_level = 2, 3
        self.session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        self.inputs = {i.name for i in self.session.get_inputs()}
        self.rows, self.extremes = {name: [] for name in self.tensors}, {name: (0.0, 0.0) for name in self.tensors}
        self.rng = np.random.default_rng(seed)

    def see(self, feed):
        """Runs the graph on one text."""
        feed = {name: value for name, value in feed.items() if name in self.inputs}
        names = [o.name for o in self.session.get_outputs()]
        found = dict(zip(names, self.session.run(names, feed))) | {name: feed[name] for name in self.given}
        for name, tensor in found.items():
            low, high = self.extremes[name]
            self.extremes[name] = (min(low, float(tensor.min())), max(high, float(tensor.max())))
            rows = tensor.reshape(-1, tensor.shape[-1])
            self.rows[name].append(rows[self.rng.permutation(len(rows))[:ROWS_A_TEXT]])

    def ranges(self):
        """Returns {product: {low, high, tail, noise}}; products that read one tensor share its range."""
        found = {}
        for tensor in self.tensors:
            rows = np.concatenate(self.rows[tensor])
            rows = rows[self.rng.permutation(len(rows))[:MOST_ROWS]]
            readers = [(name, self.weights[weight]) for name, source, weight in self.products if source == tensor]
            outputs = [rows @ weight for _, weight in readers]
            best = min((self.candidate(tensor, rows, readers, outputs, tail) for tail in TAILS), key=lambda c: c["noise"])
            found |= {name: best for name, _ in readers}
        return found

    def candidate(self, tensor, rows, readers, outputs, tail):
        """Returns the range that leaves out a share of the values, in percent, and its worst noise among the readers."""
        low, high = np.percentile(rows, [tail, 100 - tail]) if tail else self.extremes[tensor]
        entry = {"low": float(low), "high": float(high), "tail": tail}
        scale, zero = activation_of(entry)
        rounded = (np.clip(np.rint(rows / scale) + zero, 0, 255) - zero) * scale
        entry["noise"] = max(float(np.square((rounded - rows) @ weight).sum() / np.square(output).sum())
                             for (_, weight), output in zip(readers, outputs))
        return entry


def feeds(runner, prompt):
    """Yields (file, inputs) of one prompt: encoder and decoder over all tokens of the model's own correction.

    Inputs are views of what the runner handed to ONNX Runtime, to be used before the next one is asked for.
    """
    if not runner.encoder:
        runner.begin([prompt])
        held = runner.feed(np.array([prompt]))
        yield decoder_file(runner.folder).name, {name: value.numpy() for name, value in held.items()}
        return
    made = [runner.config["decoder_start_token_id"], *runner.generate(prompt)[:-1]]
    ids = np.array([prompt], np.int64)
    yield ENCODER, {"input_ids": ids, "attention_mask": np.ones_like(ids)}
    given = {name: value.numpy() for name, value in runner.given.items()}
    yield decoder_file(runner.folder).name, {"input_ids": np.array([made], np.int64), **given}


def calibrate(export, prompts, seed):
    """Returns the ranges of each graph of an export, by file."""
    observers = {path.name: Observer(path, seed) for path in sorted(export.iterdir()) if path.name in GRAPHS}
    runner = Runner(export)
    for prompt in prompts:
        for file, feed in feeds(runner, prompt):
            observers[file].see(feed)
    return {file: observer.ranges() for file, observer in observers.items()}


def prompts_of(export, data, count, seed):
    """Returns token ids to calibrate on: of train sentences, or random ones where there is no data."""
    runner = Runner(export)
    if data is None:
        return random_prompts(runner.config["vocab_size"], max(1, count // 8), 128, seed)
    return [runner.tokenizer.encode(text).ids for text in sample_texts(data, count, seed)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--export", required=True, help="folder that export.py wrote")
    parser.add_argument("--data", type=Path, help="folder that prepare.py wrote; without it random tokens are read")
    parser.add_argument("--out", required=True, help="JSON file for quantize.py --ranges")
    parser.add_argument("--count", type=int, default=512, help="sentences")
    parser.add_argument("--seed", type=int, default=20240204)
    args = parser.parse_args()
    export = Path(args.export)
    found = calibrate(export, prompts_of(export, args.data, args.count, args.seed), args.seed)
    Path(args.out).write_text(json.dumps(found, indent=1) + "\n")
    for file, products in found.items():
        for name, entry in products.items():
            print(f"{file} {name}: {entry['low']:.3f} .. {entry['high']:.3f}, tail {entry['tail']}, noise {entry['noise']:.1e}")


if __name__ == "__main__":
    main()
