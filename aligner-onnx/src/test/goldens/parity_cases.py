"""The settings under which every checkpoint runs: each alone, and drawn at random together."""

import random

import modes

GREEDY = {**modes.GREEDY, "max_new_tokens": 16}
DEFAULT_MAX_LENGTH = 20
COMBINATIONS = 6


def settings(checkpoint, plain: list, prompt_length: int, words: list) -> list:
    """(name, options) for one checkpoint; `plain` is what one prompt gives by itself."""
    rng = random.Random(f"settings {checkpoint.name} {checkpoint.seed}")
    eos = checkpoint.eos[0]
    bounded = checkpoint.seq2seq and checkpoint.model.generation_config.max_length != DEFAULT_MAX_LENGTH
    found = [("greedy", GREEDY), ("defaults", {} if bounded else {"max_new_tokens": 20}), ("defaults", {"max_new_tokens": 9}),
             ("top_k=1", {"max_new_tokens": 12, "do_sample": True, "num_beams": 1, "top_k": 1, "seed": 5})]
    single = {name: rng.choice(values) for name, values in
              modes.greedy_modes(plain, prompt_length, eos, checkpoint.seq2seq, words).items() if values}
    found += [(name, {**GREEDY, **value}) for name, value in single.items()]
    found += [("beams", {"do_sample": False, "max_new_tokens": 12, **beams}) for beams in _beams(rng)]
    found += [("beams+", {"do_sample": False, "max_new_tokens": 12, **rng.choice(modes.BEAMS), **rng.choice(
        modes.beam_combinations(plain, prompt_length, eos))}) for _ in range(4)]
    for n in range(COMBINATIONS):
        found.append(("random", _random(rng, list(single.values()), n % 2 == 1)))
    return [(name, options) for name, options in map(_possible, found) if not _undefined(checkpoint, options)]


def _possible(setting: tuple) -> tuple:
    """Not more outputs than beams, and one forced end of beams: several have one score."""
    name, options = setting
    if options.get("num_beams", 1) > 1 and isinstance(options.get("forced_eos_token_id"), list):
        options = {**options, "forced_eos_token_id": options["forced_eos_token_id"][0]}
    if "num_return_sequences" in options:
        most = min(options["num_return_sequences"], options["num_beams"])
        options = {**options, "num_return_sequences": most}
    return name, options


def _undefined(checkpoint, options: dict) -> bool:
    """Whether a decay meets a forbidden end in beam search: its score is NaN, and so is that of its beam."""
    defaults = checkpoint.model.generation_config
    forbid = ("min_length", "min_new_tokens", "no_repeat_ngram_size")
    forbidden = any(options.get(name, getattr(defaults, name)) for name in forbid)
    return "exponential_decay_length_penalty" in options and options["num_beams"] > 1 and forbidden


def _beams(rng: random.Random) -> list:
    drawn = []
    for early in (True, False, "never", rng.choice([True, False, "never"])):
        beams = rng.randrange(2, 7)
        drawn.append({"num_beams": beams, "early_stopping": early,
                      "length_penalty": rng.choice([0.0, 1.0, 0.6, 2.0, -1.0, -0.5]),
                      "num_return_sequences": rng.randrange(1, beams + 1)})
    return drawn


def _random(rng: random.Random, values: list, beams: bool) -> dict:
    options = dict(GREEDY)
    for value in rng.sample(values, 3):
        options.update(value)
    options.update(max_new_tokens=rng.randrange(4, 14))
    if beams:
        options.update(rng.choice(modes.BEAMS[:-1]))
        # A decay makes NaN of a forbidden end, which leaves nothing to normalise.
        options["renormalize_logits"] = "exponential_decay_length_penalty" not in options and rng.random() < 0.3
        options.pop("stop_strings", None)
    if rng.random() < 0.2:
        options["remove_invalid_values"] = True
    return options
