"""Runs an exported model step by step with ONNX Runtime alone: any number of tokens a step, any number of rows.

Tensors of the cache stay with ONNX Runtime between steps. Threads do not spin while they wait, as in the library.
"""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import sentences
from onnxruntime import OrtValue
from tokenizers import Tokenizer

ENCODER, DECODERS = "encoder_model.onnx", ("decoder_model_merged.onnx", "model.onnx")


def session(path, threads):
    """Opens a graph as the library does."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def decoder_file(folder):
    """Returns the path of the graph that makes tokens."""
    return next(Path(folder) / name for name in DECODERS if (Path(folder) / name).exists())


class Runner:
    """One model: an encoder-decoder with a merged decoder, or a decoder-only graph, both with a cache."""

    def __init__(self, folder, threads=2):
        self.folder = folder = Path(folder)
        self.config = json.loads((folder / "config.json").read_text())
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.decoder = session(decoder_file(folder), threads)
        self.encoder = session(folder / ENCODER, threads) if (folder / ENCODER).exists() else None
        self.shapes = {i.name: i.shape for i in self.decoder.get_inputs()}
        self.outputs = [o.name for o in self.decoder.get_outputs()]

    def begin(self, prompts):
        """Forgets the cache and encodes a batch of prompts, padded at the right; without an encoder only counts rows."""
        rows, longest = len(prompts), max(map(len, prompts))
        self.length, self.given = 0, {}
        if self.encoder:
            ids, mask = np.zeros((rows, longest), np.int64), np.zeros((rows, longest), np.int64)
            for row, prompt in enumerate(prompts):
                ids[row, :len(prompt)], mask[row, :len(prompt)] = prompt, 1
            hidden = self.encoder.run(None, {"input_ids": ids, "attention_mask": mask})[0]
            self.given = {"encoder_attention_mask": value(mask), "encoder_hidden_states": value(hidden)}
        self.cache = {name: value(np.zeros((rows, shape[1], 0, shape[3]), np.float32))
                      for name, shape in self.shapes.items() if name.startswith("past_key_values")}

    def feed(self, tokens):
        """Returns the decoder's inputs for the next tokens, [rows, tokens]."""
        rows, count = tokens.shape
        made = {"input_ids": tokens, "use_cache_branch": np.array([self.length > 0]),
                "attention_mask": np.ones((rows, self.length + count), np.int64),
                "position_ids": np.tile(np.arange(self.length, self.length + count), (rows, 1))}
        return {**self.given, **self.cache, **{n: value(v) for n, v in made.items() if n in self.shapes}}

    def run(self, tokens):
        """Runs the decoder over the next tokens without keeping their cache; returns its outputs by name."""
        return dict(zip(self.outputs, self.decoder.run_with_ort_values(self.outputs, self.feed(tokens))))

    def step(self, tokens):
        """Returns the logits after each of the next tokens, [rows, tokens, vocabulary], and keeps their cache."""
        tokens = np.asarray(tokens, np.int64)
        found = self.run(tokens)
        for name, tensor in found.items():
            if name.startswith("present") and (self.length == 0 or ".encoder." not in name):
                self.cache[name.replace("present", "past_key_values")] = tensor
        self.length += tokens.shape[1]
        return found["logits"].numpy()

    def generate(self, prompt, longest=None):
        """Returns the ids generated greedily for one prompt of an encoder-decoder, final end token included."""
        self.begin([prompt])
        made = [self.config["decoder_start_token_id"]]
        for _ in range(longest or 2 * len(prompt) + 16):
            made.append(int(self.step([made[-1:]])[0, -1].argmax()))
            if made[-1] == self.config["eos_token_id"]:
                break
        return made[1:]

    def fix(self, sentence):
        """Corrects one sentence; returns the text and whether it came to its end."""
        ids = self.generate(self.tokenizer.encode(sentence).ids)
        return self.tokenizer.decode(ids, skip_special_tokens=True), ids[-1] == self.config["eos_token_id"]

    def correct(self, text):
        """Corrects a text sentence by sentence, one token a step."""
        return sentences.corrected(text, self.fix)


def value(array):
    """Hands an array to ONNX Runtime."""
    return OrtValue.ortvalue_from_numpy(np.ascontiguousarray(array))
