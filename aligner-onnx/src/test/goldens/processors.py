"""What transformers' logits processors make of random scores, for LogitsProcessorsGoldenTest.

Run in this folder: python processors.py. Takes seconds, downloads nothing, writes ../resources/processors.json.
A case is kept only where no decision hangs on rounding: in 64-bit floats, and with the vocabulary reversed, the
same ids are kept.
"""

import json
import math
import warnings
from importlib.metadata import version
from pathlib import Path

import torch
from transformers import GenerationConfig
from transformers.generation.utils import GenerationMixin
from transformers.utils import logging

TARGET = Path(__file__).parent / "../resources/processors.json"
EOS = [1, 3]
VOCAB = 24
RANDOM = torch.Generator().manual_seed(20260)

# Each is tried on a decoder alone and on an encoder-decoder.
SETTINGS = [
    dict(),
    dict(sequence_bias=[[[5], 1.5], [[6, 7], -2.25], [[4, 6, 7], 0.3], [[7], -0.7], [[2, 5], 3.1]]),
    dict(bad_words_ids=[[1], [5], [6, 7], [4, 6, 7], [2, 5], [3, 1]]),
    dict(bad_words_ids=[[3]]),
    dict(encoder_repetition_penalty=1.7), dict(encoder_repetition_penalty=0.6),
    dict(repetition_penalty=1.3), dict(repetition_penalty=0.8),
    dict(no_repeat_ngram_size=1), dict(no_repeat_ngram_size=2), dict(no_repeat_ngram_size=3),
    dict(encoder_no_repeat_ngram_size=1), dict(encoder_no_repeat_ngram_size=2),
    dict(encoder_no_repeat_ngram_size=4),
    dict(min_length=9), dict(min_new_tokens=4), dict(min_length=30, min_new_tokens=0),
    dict(forced_bos_token_id=8), dict(forced_eos_token_id=3), dict(forced_eos_token_id=[3, 11]),
    dict(remove_invalid_values=True),
    dict(exponential_decay_length_penalty=(2, 1.15)), dict(exponential_decay_length_penalty=(0, 0.9)),
    dict(suppress_tokens=[2, 5, 23, 40]), dict(begin_suppress_tokens=[4, 6, 40]),
    dict(begin_suppress_tokens=[4, 6], forced_bos_token_id=8),
    dict(renormalize_logits=True),
]
SAMPLING = [
    dict(temperature=0.7), dict(temperature=1.9), dict(top_k=1), dict(top_k=5), dict(top_k=100),
    dict(top_p=0.0), dict(top_p=0.35), dict(top_p=0.8), dict(top_p=0.97), dict(min_p=0.0), dict(min_p=0.08),
    dict(min_p=1.0), dict(typical_p=0.2), dict(typical_p=0.75), dict(typical_p=0.95), dict(epsilon_cutoff=0.02),
    dict(epsilon_cutoff=0.4), dict(eta_cutoff=0.05), dict(eta_cutoff=0.3),
]
COMBINED = [
    dict(temperature=0.6, top_k=12, top_p=0.9), dict(temperature=1.4, top_p=0.85, min_p=0.03),
    dict(top_k=15, typical_p=0.8, epsilon_cutoff=0.01, eta_cutoff=0.02, renormalize_logits=True),
    dict(repetition_penalty=1.2, no_repeat_ngram_size=2, temperature=0.8, top_k=10, top_p=0.95,
         renormalize_logits=True),
    dict(sequence_bias=[[[5], 1.5], [[6, 7], -2.25]], encoder_repetition_penalty=1.4, repetition_penalty=1.1,
         no_repeat_ngram_size=3, encoder_no_repeat_ngram_size=3, bad_words_ids=[[9], [2, 5]], min_length=5,
         exponential_decay_length_penalty=(2, 1.05), suppress_tokens=[20], begin_suppress_tokens=[4],
         temperature=0.9, top_k=14, top_p=0.9, min_p=0.02, typical_p=0.97, epsilon_cutoff=0.01, eta_cutoff=0.02,
         renormalize_logits=True),
    dict(min_length=6, forced_bos_token_id=8, forced_eos_token_id=3, remove_invalid_values=True, temperature=0.5,
         top_k=6),
]


class Case:
    """One prompt, what was written after it, and scores."""

    def __init__(self, options: dict, encoder_decoder: bool, written: int, vocab: int = VOCAB, eos=EOS):
        self.options = options
        self.encoder_decoder = encoder_decoder
        self.eos = eos
        self.prompt = draw_ids(1 if written == 0 and not encoder_decoder else 7)
        start = [0] if encoder_decoder else self.prompt
        self.input_ids = start + draw_ids(written)
        self.length = len(start)
        self.max_new_tokens = written + int(torch.randint(1, 3, (1,), generator=RANDOM))
        scores = torch.randn(vocab, generator=RANDOM) * 2.5
        if options.get("num_beams", 1) > 1:
            scores = scores.log_softmax(-1)
        self.scores = [round(float(x), 4) for x in scores]
        if options == {"remove_invalid_values": True}:
            self.scores[4:7] = [float("nan"), float("inf"), float("-inf")]

    def processed(self, dtype=torch.float32, flip: bool = False) -> torch.Tensor:
        scores = torch.tensor([self.scores], dtype=torch.float32).to(dtype)
        if not flip:
            return self.processors()(torch.tensor([self.input_ids]), scores)[0]
        processors, inputs = self.processors(), torch.tensor([self.input_ids])
        for processor in processors:
            warps = type(processor).__name__.endswith("Warper")
            scores = processor(inputs, scores.flip(-1)).flip(-1) if warps else processor(inputs, scores)
        return scores[0]

    def processors(self):
        config = GenerationConfig(**{"top_k": None, "max_new_tokens": self.max_new_tokens, **self.options})
        config._eos_token_tensor = None if self.eos is None else torch.tensor(self.eos)
        host = object.__new__(GenerationMixin)
        prompt = torch.tensor([self.prompt])
        config = host._prepare_generated_length(
            config, "max_length" not in self.options, "min_length" not in self.options, "input_ids", self.length,
            prompt)
        return host._get_logits_processor(
            config, input_ids_seq_length=self.length, encoder_input_ids=prompt, device="cpu")

    def is_clear(self) -> bool:
        kept = self.processed().isneginf()
        return bool((kept == self.processed(torch.float64).isneginf()).all()
                    and (kept == self.processed(flip=True).isneginf()).all())

    def json(self) -> dict:
        expected = [None if x == float("-inf") else float(f"{x:.8g}") for x in self.processed().tolist()]
        assert all(x is None or abs(x) < 3.5e38 for x in expected), self.options
        return {"options": self.options, "encoder_decoder": self.encoder_decoder, "eos": self.eos or [],
                "prompt": self.prompt, "input_ids": self.input_ids, "max_new_tokens": self.max_new_tokens,
                "scores": [x if math.isfinite(x) else str(x) for x in self.scores], "expected": expected}


def draw_ids(count: int) -> list:
    return torch.randint(2, 9, (count,), generator=RANDOM).tolist()


def cases() -> list:
    found = []

    def add(*args, **kwargs):
        case = Case(*args, **kwargs)
        while not case.is_clear():
            case = Case(*args, **kwargs)
        found.append(case)

    for encoder_decoder in (False, True):
        for options in SETTINGS:
            for written in (0, 1, 6):
                add(options, encoder_decoder, written)
    for options in SAMPLING + COMBINED:
        for beams in (1, 3):
            add({**options, "do_sample": True, "num_beams": beams}, beams == 1, 5)
    for options in (dict(top_p=0.1), dict(min_p=0.9), dict(typical_p=0.1), dict(epsilon_cutoff=0.9)):
        add({**options, "do_sample": True, "num_beams": 2}, True, 3, eos=None)
    for options in (dict(min_length=9), dict(min_new_tokens=3), dict(bad_words_ids=[[1], [3]])):
        add(options, True, 2, eos=None)
    for options in (dict(top_k=40), dict(top_p=0.9), dict(typical_p=0.9), dict(top_p=0.7, temperature=1.2, top_k=60),
                    dict(eta_cutoff=0.01), dict(min_p=0.02)):
        add({**options, "do_sample": True}, True, 5, vocab=600)
    return found


def main() -> None:
    warnings.simplefilter("ignore")
    logging.set_verbosity_error()
    torch.set_num_threads(1)
    head = {"generator": "aligner-onnx/src/test/goldens/processors.py",
            "versions": {p: version(p) for p in ("torch", "transformers")}}
    lines = ",\n".join(json.dumps(case.json(), separators=(",", ":")) for case in cases())
    TARGET.write_text(f'{json.dumps(head)[:-1]}, "cases": [\n{lines}\n]}}\n', encoding="ascii")


if __name__ == "__main__":
    main()
