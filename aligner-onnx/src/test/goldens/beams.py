"""Writes goldens of beam search over models that are a table: what `generate` of transformers gives.

Such a model takes the logits from a row of a table, which the last token and its position tell. The Java test reads
the same table, so that nothing but the search is compared. Run in this folder, half a minute:

    python beams.py

The golden goes to ../resources/beams/table-beams.json. Cases that noise of 1e-5 in the logits changes are left out:
they hang on rounding.
"""

import itertools
import json
import pathlib
import random

import torch
import transformers
from transformers import GenerationConfig, GenerationMixin, PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutput

OUT = pathlib.Path(__file__).parent / "../resources/beams/table-beams.json"
PAD = 19
VOCAB = 20


class TableConfig(PretrainedConfig):
    model_type = "table"

    def __init__(self, vocab_size=VOCAB, **kwargs):
        super().__init__(**kwargs)
        self.vocab_size = vocab_size
        self.is_decoder = True


class TableModel(PreTrainedModel, GenerationMixin):
    config_class = TableConfig

    def __init__(self, config, table):
        super().__init__(config)
        self.table = torch.nn.Parameter(table, requires_grad=False)

    def forward(self, input_ids, attention_mask=None, **kwargs):
        rows = (input_ids + 5 * torch.arange(input_ids.shape[1])) % VOCAB
        return CausalLMOutput(logits=self.table[rows])

    def prepare_inputs_for_generation(self, input_ids, **kwargs):
        return {"input_ids": input_ids}


class NoisyModel(TableModel):
    def forward(self, input_ids, attention_mask=None, **kwargs):
        logits = super().forward(input_ids).logits
        noise = torch.sin(torch.arange(logits.numel()).reshape(logits.shape) * 1.7) * 1e-5
        return CausalLMOutput(logits=logits + noise)


def table(rng, vocab, scale, eos_bias):
    rows = [[round(rng.gauss(0, scale) + (eos_bias if id < 3 else 0), 3) for id in range(vocab)] for _ in range(vocab)]
    return torch.tensor(rows, dtype=torch.float32)


def run(model, case):
    eos = case["eos"]
    config = GenerationConfig(
        num_beams=case["beams"],
        num_return_sequences=case["returns"],
        length_penalty=case["length_penalty"],
        early_stopping={"false": False, "true": True, "never": "never"}[case["early_stopping"]],
        max_new_tokens=case["max_new_tokens"],
        eos_token_id=eos or None,
        pad_token_id=PAD,
        do_sample=False,
        use_cache=False,
        return_dict_in_generate=True,
        output_scores=True,
    )
    prompt = torch.tensor([case["prompt"]])
    result = model.generate(prompt, attention_mask=torch.ones_like(prompt), generation_config=config)
    ids = [cut(row[len(case["prompt"]) :], eos, case["max_new_tokens"]) for row in result.sequences.tolist()]
    return ids, [round(score, 6) for score in result.sequences_scores.tolist()], len(result.scores)


def cut(ids, eos, limit):
    for index, id in enumerate(ids):
        if id in eos:
            return ids[: index + 1]
    # A row that did not end was banked at the limit.
    assert len(ids) == limit, (ids, limit)
    return ids


def main():
    rng = random.Random(20)
    tables = [
        table(rng, VOCAB, 1.0, 0.0),
        table(rng, VOCAB, 2.0, 0.5),
        table(rng, VOCAB, 1.5, 1.5),
        table(rng, VOCAB, 3.0, 2.5),
    ]
    models = [TableModel(TableConfig(), t).eval() for t in tables]
    noisy_models = [NoisyModel(TableConfig(), t).eval() for t in tables]
    penalties = [-1.0, 0.0, 0.6, 1.0, 2.0]
    eos_lists = [[], [0], [0, 1], [2, 0, 1]]
    settings = list(itertools.product(range(2, 7), penalties, ["false", "true", "never"], eos_lists))
    cases, left_out = [], 0
    for beams, penalty, early, eos in settings:
        for _ in range(3):
            case = {
                "table": rng.randrange(len(tables)),
                "prompt": [rng.randrange(3, 19) for _ in range(rng.randint(1, 3))],
                "beams": beams,
                "returns": rng.randint(1, beams),
                "length_penalty": penalty,
                "early_stopping": early,
                "eos": eos,
                "max_new_tokens": rng.choice([1, 2, 3, 5, 8, 12]),
            }
            ids, scores, steps = run(models[case["table"]], case)
            again, _, steps_again = run(noisy_models[case["table"]], case)
            if (ids, steps) != (again, steps_again):
                left_out += 1
                continue
            cases.append(case | {"sequences": ids, "scores": scores, "steps": steps})
    check(cases)
    golden = {
        "transformers": transformers.__version__,
        "torch": torch.__version__.split("+")[0],
        "left_out": left_out,
        "tables": [[[round(x, 3) for x in row] for row in t.tolist()] for t in tables],
    }
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    head = json.dumps(golden, separators=(",", ":"))[:-1]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(head + ',\n"cases":[\n' + lines + "\n]}\n")
    print(len(cases), "cases,", left_out, "left out,", OUT.stat().st_size, "bytes")


def check(cases):
    """A golden that covers nothing proves nothing."""
    assert len(cases) > 700
    ended_early = [c for c in cases if c["steps"] < c["max_new_tokens"]]
    assert len(ended_early) > 100
    uneven = [c for c in cases if len({len(ids) for ids in c["sequences"]}) > 1]
    assert len(uneven) > 100
    for early in ("false", "true", "never"):
        assert any(c["early_stopping"] == early for c in ended_early)


main()
