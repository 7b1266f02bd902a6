"""Greedy goldens and tokenizer goldens."""

import json
from importlib.metadata import version
from pathlib import Path

import torch

import texts

PACKAGES = ["torch", "transformers", "optimum", "optimum-onnx", "onnxruntime", "onnx", "tokenizers"]
MAX_PREFIX_DECODES = 80


def greedy(model, input_ids: list, max_new_tokens: int) -> tuple:
    """The generated ids (final eos included) and the gap between the two best logits at each step."""
    ids = torch.tensor([input_ids])
    out = model.generate(
        ids, attention_mask=torch.ones_like(ids), max_new_tokens=max_new_tokens, do_sample=False, num_beams=1,
        output_scores=True, return_dict_in_generate=True)
    prompt_length = 1 if model.config.is_encoder_decoder else len(input_ids)
    best = [step[0].topk(2).values for step in out.scores]
    return out.sequences[0].tolist()[prompt_length:], [float(b[0] - b[1]) for b in best]


def stable_cases(judge, witnesses: list, tokenizer, safe, min_gap: float, exact: bool) -> list:
    """Runs every prompt, cutting it before the first step without a clear winner.

    Witnesses of an exact judge must agree with it; a case on which quantised ones differ is left out.
    """
    cases = []
    for prompt, wanted in texts.PROMPTS + texts.INJECTION_PROMPTS + [_first_step_prompt(judge, safe, min_gap)]:
        input_ids = safe.encode(prompt).ids
        token_ids, gaps = greedy(judge, input_ids, wanted)
        clear = next((i for i, gap in enumerate(gaps) if gap <= min_gap), wanted)
        token_ids = token_ids[:clear]
        agreed = clear > 0 and all(greedy(w, input_ids, clear)[0] == token_ids for w in witnesses)
        assert agreed or not exact, f"no clear step, or an exported graph disagrees: {prompt!r}"
        if agreed:
            cases.append(_case(prompt, input_ids, clear, token_ids, tokenizer, judge))
    return cases


def check_cases(cases: list, min_stops: float) -> None:
    """Fails where the set has become too small or too uniform."""
    stops = [c for c in cases if c["finish_reason"] == "stop"]
    varied = [c for c in cases if len(set(c["token_ids"])) > len(c["token_ids"]) / 2]
    assert len(cases) >= 15, len(cases)
    assert len(cases) * min_stops <= len(stops) < len(cases), len(stops)
    assert len(varied) >= len(cases) * 0.8, len(varied)
    assert any(len(c["token_ids"]) == 1 for c in stops), "no case ends at the first step"
    assert any(len(c["input_ids"]) >= 200 for c in cases), "no long prompt left"
    assert any(c["injection"] for c in cases), "no injection prompt left"


def tokenizer_cases(tokenizer, safe) -> list:
    """What the safe encoding gives for each trap, and how every prefix of it decodes."""
    cases = []
    for text in texts.TOKENIZER_TEXTS + texts.INJECTION_TOKENIZER_TEXTS + [texts.long_text()]:
        ids = safe.encode(text).ids
        prefixes = [decode(tokenizer, ids[:n + 1]) for n in range(len(ids))]
        cases.append({
            "text": text, "ids": ids, "decoded": decode(tokenizer, ids),
            "prefix_decodes": prefixes if len(ids) <= MAX_PREFIX_DECODES else None,
            **_injection("unsafe_ids", text, ids, tokenizer)})
    return cases


def decode(tokenizer, ids: list) -> str:
    return tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)


def write(path: Path, cases: list, warping: list | None = None, **head) -> None:
    """One case a line, in ASCII, so that no editor or normaliser touches the text."""
    head = {"generator": "aligner-onnx/src/test/goldens/generate.py",
            "versions": {p: version(p) for p in PACKAGES}, **head}
    text = json.dumps(head)[:-1]
    for name, rows in (("cases", cases), ("warping", warping)):
        if rows:
            lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
            text += f', "{name}": [\n{lines}\n]'
    path.write_text(text + "}\n", encoding="ascii")


def _case(prompt, input_ids, max_new_tokens, token_ids, tokenizer, judge) -> dict:
    stopped = token_ids[-1] == judge.generation_config.eos_token_id
    return {
        "prompt": prompt, "input_ids": input_ids, "max_new_tokens": max_new_tokens, "token_ids": token_ids,
        "text": decode(tokenizer, token_ids), "finish_reason": "stop" if stopped else "length",
        **_injection("unsafe_input_ids", prompt, input_ids, tokenizer)}


def _injection(field: str, text: str, safe_ids: list, tokenizer) -> dict:
    """Marks a text whose plain encoding holds special tokens of the user's making."""
    plain = tokenizer.backend_tokenizer.encode(text).ids
    return {"injection": True, field: plain} if plain != safe_ids else {"injection": False}


def _first_step_prompt(model, safe, min_gap: float) -> tuple:
    """The first of many prompts on which the model ends at once."""
    eos = model.generation_config.eos_token_id
    for prompt in texts.first_step_candidates():
        token_ids, gaps = greedy(model, safe.encode(prompt).ids, 1)
        if token_ids == [eos] and gaps[0] > min_gap:
            return prompt, 16
    raise AssertionError("no prompt ends at the first step")
