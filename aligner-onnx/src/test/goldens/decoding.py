"""Goldens of every decoding mode: what transformers' generate gives, kept only where the outcome is robust."""

import copy
import random
from dataclasses import dataclass

import torch
from transformers import StopStringCriteria

import modes

MIN_GAP = 1e-3
NOISE, NOISE_SEED = 3e-4, 1
SCORE_TOLERANCE = 5e-5
PLAIN_TOKENS, MODE_TOKENS, BEAM_TOKENS = 24, 16, 12
PROMPT_LENGTHS = (1, 1, 2, 3, 5, 7, 9, 12, 17, 24, 40)
ECHOES = 2
PREFIX_LENGTHS = (0, 3, 6)


@dataclass(frozen=True)
class Outcome:
    sequences: list
    scores: list
    gap: float


class Bench:
    """The judge, a model that may differ from it where an outcome is not robust, graphs that may not, and a tokenizer.

    The first of these is the judge with noisy logits, unless one is given.
    """

    def __init__(self, judge, graphs: list, tokenizer, noisy=None, min_gap: float = MIN_GAP):
        self.judge, self.graphs, self.tokenizer, self.min_gap = judge, graphs, tokenizer, min_gap
        self.noisy = noisy or _noisy(judge)
        self.seq2seq = judge.config.is_encoder_decoder
        eos = judge.generation_config.eos_token_id
        self.eos = eos if isinstance(eos, list) else [eos]

    def run(self, model, input_ids: list, options: dict) -> Outcome:
        ids = torch.tensor([input_ids])
        out = model.generate(
            ids, attention_mask=torch.ones_like(ids), output_scores=True, return_dict_in_generate=True,
            **self._arguments(options))
        start = 1 if self.seq2seq else len(input_ids)
        sequences = [self._cut(row[start:].tolist(), options) for row in out.sequences]
        scores = getattr(out, "sequences_scores", None)
        if scores is not None:
            return Outcome(sequences, scores.tolist(), float("inf"))
        best = [step[0].topk(2).values for step in out.scores]
        return Outcome(sequences, [None] * len(sequences), min(float(b[0] - b[1]) for b in best))

    def case(self, name: str, input_ids: list, options: dict, plain: list | None = None) -> dict | None:
        """The golden, or None where it is `plain`, or where noise or a near-tie could change it.

        An exported graph must not differ.
        """
        outcome = self.run(self.judge, input_ids, options)
        if outcome.gap < self.min_gap or plain and outcome.sequences[0] == plain[:options["max_new_tokens"]]:
            return None
        if self.run(self.noisy, input_ids, options).sequences != outcome.sequences:
            return None
        for graph in self.graphs:
            other = self.run(graph, input_ids, options)
            assert other.sequences == outcome.sequences, (name, input_ids, options, outcome, other)
            assert all(a is None or abs(a - b) < SCORE_TOLERANCE * max(1.0, abs(a))
                       for a, b in zip(outcome.scores, other.scores)), (name, outcome, other)
        return {"name": name, "input_ids": input_ids, "options": options, "sequences": [
            {"token_ids": ids, "score": score, "finish_reason": self._finish_reason(ids, options)}
            for ids, score in zip(outcome.sequences, outcome.scores)]}

    def warping(self, name: str, input_ids: list, prefix: list, options: dict) -> dict | None:
        """What is left to sample from after a prefix, or None where noise changes which tokens those are."""
        kept = self.probabilities(self.judge, input_ids, prefix, options)
        if self.probabilities(self.noisy, input_ids, prefix, options).keys() != kept.keys():
            return None
        return {"name": name, "input_ids": input_ids, "prefix": prefix, "options": options,
                "probabilities": {str(i): float(f"{p:.8g}") for i, p in kept.items()}}

    def probabilities(self, model, input_ids: list, prefix: list, options: dict) -> dict:
        """generate's first processed scores after the prefix; it goes on only so as not to be at its end."""
        ids = torch.tensor([input_ids if self.seq2seq else input_ids + prefix])
        arguments = self._arguments(options)
        if self.seq2seq:
            start = model.generation_config.decoder_start_token_id
            arguments["decoder_input_ids"] = torch.tensor([[start] + prefix])
        torch.manual_seed(0)
        out = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=4, output_scores=True,
                             return_dict_in_generate=True, **arguments)
        probabilities = torch.softmax(out.scores[0][0].double(), -1)
        return {i: p for i, p in enumerate(probabilities.tolist()) if p > 0}

    def _arguments(self, options: dict) -> dict:
        """Stop strings go in as a criterion: transformers 4.57 hands generate's `tokenizer` on to the model."""
        arguments = {name: value for name, value in options.items() if name != "stop_strings"}
        if "stop_strings" in options:
            arguments["stopping_criteria"] = [StopStringCriteria(self.tokenizer, options["stop_strings"])]
        return arguments

    def _eos(self, options: dict) -> list:
        return options.get("eos_token_id", self.eos)

    def _cut(self, ids: list, options: dict) -> list:
        """Without what fills the row after its eos."""
        end = next((i + 1 for i, token in enumerate(ids) if token in self._eos(options)), len(ids))
        return ids[:end]

    def _finish_reason(self, ids: list, options: dict) -> str:
        text = self.tokenizer.decode(ids)
        stopped = ids[-1] in self._eos(options) or any(s in text for s in options.get("stop_strings", []))
        return "stop" if stopped else "length"


def prompts(tokenizer, before: list, after: list) -> list:
    """Random ids of the lengths above, inside the ids that the tokenizer puts around a text where they fit."""
    rng = random.Random(0)
    rows = []
    for length in PROMPT_LENGTHS:
        around = before + after if length > 2 else []
        body = [rng.randrange(len(tokenizer) // 8, len(tokenizer) - 1) for _ in range(length - len(around))]
        rows.append(before + body + after if around else body)
    return rows


def cases(bench: Bench, rows: list) -> list:
    """Plain greedy, each processor and stopping rule where it changes the output, beams, and all of them combined.

    Prompts that hold what the model says to others are there for the processors that look at the prompt.
    """
    options = {**modes.GREEDY, "max_new_tokens": MODE_TOKENS}
    plain = {tuple(row): bench.run(bench.judge, row, options).sequences[0] for row in rows}
    for row in rows[-ECHOES:]:
        echo = tuple(row[:2] + plain[tuple(row)] + row[-1:])
        plain[echo] = bench.run(bench.judge, list(echo), options).sequences[0]
    return (_default_cases(bench, rows[4:8], {"max_new_tokens": MODE_TOKENS}) + _plain_cases(bench, rows)
            + _greedy_cases(bench, plain) + _beam_cases(bench, plain))


def override_cases(bench: Bench, rows: list) -> list:
    """Those of a folder that differs in its generation_config.json alone."""
    return _default_cases(bench, rows, {}) + _plain_cases(bench, rows[:6])


def _default_cases(bench: Bench, rows: list, options: dict) -> list:
    """What generation_config.json asks for."""
    found = [bench.case(f"defaults-{n}", row, options) for n, row in enumerate(rows)]
    return [case for case in found if case]


def _plain_cases(bench: Bench, rows: list) -> list:
    found = [bench.case(f"plain-{n}", row, {**modes.GREEDY, "max_new_tokens": PLAIN_TOKENS})
             for n, row in enumerate(rows)]
    found = [case for case in found if case]
    assert len(found) >= len(rows) / 3, f"only {len(found)} plain cases"
    return found


def sample(cases: list) -> list:
    """A few plain cases, one of each mode, and the first beams: enough for a folder that shares a family's weights."""
    names = {f"plain-{n}" for n in (1, 2, 5, 7, 9, 10)} | {f"beams-{n}" for n in (0, 3, 6, 11, 18)}
    return [c for c in cases if c["name"] in names or c["name"].endswith("-0") and not c["name"].startswith("plain")]


def check(bench: Bench, cases: list) -> None:
    """Fails where a graph of the bench does not give these very cases."""
    for case in cases:
        assert bench.case(case["name"], case["input_ids"], case["options"]) == case, case


def again(bench: Bench, cases: list) -> list:
    """The same prompts and settings with another judge, those that are robust there."""
    found = [bench.case(case["name"], case["input_ids"], case["options"]) for case in cases]
    found = [case for case in found if case]
    assert len(found) >= 12, f"only {len(found)} cases"
    return found


def warping_cases(bench: Bench, rows: list) -> list:
    found = []
    for n, warpers in enumerate(modes.WARPERS):
        row = rows[2 + n % (len(rows) - 2)]
        prefix = bench.run(bench.judge, row, {**modes.GREEDY, "max_new_tokens": 8, "min_new_tokens": 8}).sequences[0]
        prefix = prefix[:PREFIX_LENGTHS[n % len(PREFIX_LENGTHS)]]
        found.append(bench.warping(f"warping-{n}", row, prefix, {**modes.SAMPLING, **warpers}))
    found = [case for case in found if case]
    assert len(found) >= len(modes.WARPERS) * 2 // 3, f"only {len(found)} warping cases"
    return found


def _greedy_cases(bench: Bench, plain: dict) -> list:
    """Each setting on the first prompt whose output it changes."""
    found, tried = {}, set()
    for row, ids in plain.items():
        prompt_length = 1 if bench.seq2seq else len(row)
        words = [bench.tokenizer.decode([i]) for i in ids]
        for mode, settings in modes.greedy_modes(ids, prompt_length, bench.eos[0], bench.seq2seq, words).items():
            tried.add(mode)
            for n, setting in enumerate(settings):
                name, options = f"{mode}-{n}", {**modes.GREEDY, "max_new_tokens": MODE_TOKENS, **setting}
                case = None if name in found else bench.case(name, list(row), options, plain=ids)
                if case:
                    found[name] = case
    missing = tried - {name.rsplit("-", 1)[0] for name in found}
    assert not missing, f"no case for {missing}"
    return list(found.values())


def _beam_cases(bench: Bench, plain: dict) -> list:
    """Each setting on one prompt, in turn."""
    rows = [row for row in plain if len(row) > 2]
    found, biting, number = [], 0, len(modes.BEAMS) + len(modes.beam_combinations([0], 1, 0))
    for n in range(number):
        start = n % len(rows)
        for row in rows[start:] + rows[:start]:
            combinations = modes.beam_combinations(plain[row], 1 if bench.seq2seq else len(row), bench.eos[0])
            options = {"max_new_tokens": BEAM_TOKENS, "do_sample": False, **(modes.BEAMS + combinations)[n]}
            case = bench.case(f"beams-{n}", list(row), options)
            if case:
                found.append(case)
                biting += case["sequences"][0]["token_ids"] != plain[row][:options["max_new_tokens"]]
                break
    assert len(found) >= number * 0.9 and biting >= len(found) / 2, (len(found), biting)
    return found


def _noisy(judge):
    """The judge with small random changes to the last layer's weights."""
    model = copy.deepcopy(judge)
    head = model.get_output_embeddings()
    generator = torch.Generator().manual_seed(NOISE_SEED)
    noise = torch.randn(head.weight.shape, generator=generator) * NOISE
    head.register_forward_hook(lambda module, args, output: output + args[0] @ noise.T)
    return model
