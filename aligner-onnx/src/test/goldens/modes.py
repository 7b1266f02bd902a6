"""The decoding modes and their settings, as keyword arguments of transformers' generate."""

GREEDY = {"num_beams": 1, "do_sample": False}

BEAMS = [
    {"num_beams": 2},
    {"num_beams": 3, "length_penalty": 0.0},
    {"num_beams": 3, "length_penalty": 0.6},
    {"num_beams": 4, "length_penalty": 2.0},
    {"num_beams": 4, "length_penalty": -1.0},
    {"num_beams": 5, "length_penalty": 1.0, "early_stopping": True},
    {"num_beams": 3, "early_stopping": True, "num_return_sequences": 3},
    {"num_beams": 4, "length_penalty": 2.0, "early_stopping": "never"},
    {"num_beams": 4, "length_penalty": -1.0, "early_stopping": "never", "num_return_sequences": 2},
    {"num_beams": 4, "length_penalty": 0.6, "early_stopping": False, "num_return_sequences": 4},
    {"num_beams": 5, "num_return_sequences": 5, "max_new_tokens": 1},
]

SAMPLING = {"do_sample": True, "num_beams": 1}
WARPERS = [
    {"temperature": 0.7, "top_k": 0},
    {"temperature": 1.6, "top_k": 12},
    {"top_k": 1},
    {"top_k": 5},
    {"top_k": 0, "top_p": 0.3},
    {"top_k": 0, "top_p": 0.9, "temperature": 0.6},
    {"top_k": 0, "min_p": 0.2},
    {"top_k": 0, "typical_p": 0.4},
    {"top_k": 0, "epsilon_cutoff": 0.02},
    {"top_k": 0, "eta_cutoff": 0.05},
    {"top_k": 0, "top_p": 0.5, "repetition_penalty": 1.7},
    {"temperature": 0.8, "top_k": 20, "top_p": 0.8, "min_p": 0.05, "typical_p": 0.9, "epsilon_cutoff": 0.01,
     "eta_cutoff": 0.01, "repetition_penalty": 1.2, "no_repeat_ngram_size": 1},
]


def greedy_modes(plain: list, prompt_length: int, eos: int, seq2seq: bool, words: list) -> dict:
    """Settings for each processor and stopping rule, aimed at one prompt.

    `plain` is what the prompt gives without them and `words` the texts of its tokens; `prompt_length` is the
    length that generate counts as given, which is 1 for an encoder-decoder.
    """
    first, second, third = _targets(plain, eos)
    stops = [word.strip() for word in words[2:6] if len(word.strip()) > 1]
    modes = {
        "repetition_penalty": [{"repetition_penalty": p} for p in (1.3, 2.5, 0.6)],
        "no_repeat_ngram_size": [{"no_repeat_ngram_size": n} for n in (1, 2, 3)],
        "encoder_repetition_penalty": [{"encoder_repetition_penalty": p} for p in (3.0, 1.5, 0.5)],
        "encoder_no_repeat_ngram_size": [{"encoder_no_repeat_ngram_size": n} for n in (1, 2)],
        "bad_words_ids": [{"bad_words_ids": w} for w in ([[second]], [[first, second]], [[third], [first, second]])],
        "sequence_bias": [{"sequence_bias": b} for b in (
            [[[second], -4.0]], [[[first, second], -9.0], [[third], 1.5]])],
        "min_length": [{"min_length": prompt_length + 8},
                       {"min_length": prompt_length + 6, "eos_token_id": [eos, third]}],
        "min_new_tokens": [{"min_new_tokens": 9}, {"min_new_tokens": 7, "eos_token_id": [eos, third]}],
        "forced_eos_token_id": [{"forced_eos_token_id": e, "max_new_tokens": 6} for e in (eos, [third, eos])],
        "exponential_decay_length_penalty": [{"exponential_decay_length_penalty": [2, f]} for f in (1.5, 1.15)],
        "suppress_tokens": [{"suppress_tokens": [second, third]}],
        "begin_suppress_tokens": [{"begin_suppress_tokens": t} for t in ([first], [first, second])],
        "eos_token_id": [{"eos_token_id": [eos, third]}],
        "stop_strings": [{"stop_strings": [s]} for s in stops] + [{"stop_strings": [s[1:], "zzz"]} for s in stops],
        "combined": [
            {"repetition_penalty": 1.4, "no_repeat_ngram_size": 2, "min_new_tokens": 6},
            {"encoder_repetition_penalty": 1.5, "suppress_tokens": [first],
             "bad_words_ids": [[second], [third, first]]},
            {"exponential_decay_length_penalty": [3, 1.3], "min_length": prompt_length + 5,
             "eos_token_id": [eos, third], "begin_suppress_tokens": [second], "max_new_tokens": 12},
        ],
    }
    if seq2seq or prompt_length == 1:
        modes["forced_bos_token_id"] = [{"forced_bos_token_id": third},
                                        {"forced_bos_token_id": third, "begin_suppress_tokens": [first, second]}]
    return modes


def beam_combinations(plain: list, prompt_length: int, eos: int) -> list:
    """Beams together with processors and with several eos tokens, aimed at one prompt."""
    first, second, third = _targets(plain, eos)
    return [
        {"num_beams": 3, "repetition_penalty": 1.3},
        {"num_beams": 3, "no_repeat_ngram_size": 2, "renormalize_logits": True},
        {"num_beams": 4, "bad_words_ids": [[first], [second, third]], "num_return_sequences": 2},
        {"num_beams": 3, "min_length": prompt_length + 5, "length_penalty": 0.6},
        {"num_beams": 2, "min_new_tokens": 7, "encoder_no_repeat_ngram_size": 2, "early_stopping": True},
        {"num_beams": 3, "forced_eos_token_id": eos, "exponential_decay_length_penalty": [3, 1.2]},
        {"num_beams": 3, "suppress_tokens": [second], "sequence_bias": [[[third], -2.0]]},
        {"num_beams": 3, "eos_token_id": [eos, third], "num_return_sequences": 3},
        {"num_beams": 4, "eos_token_id": [eos, second, third], "early_stopping": True, "length_penalty": 2.0},
    ]


def _targets(plain: list, eos: int) -> list:
    """The first three tokens, without eos and without 0, which sequence_bias refuses."""
    tokens = [token for token in plain if token not in (eos, 0)] or [1]
    return (tokens * 3)[:3]
