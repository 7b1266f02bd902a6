"""Tiny random checkpoints of many architectures, each of several shapes; the seed draws the shape."""

import random

import torch
from transformers import (AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM, GenerationConfig, PreTrainedModel)

import tiny_tokenizers
from tiny_models import randomise

SPECIALS = {"unk": "<unk>", "bos": "<s>", "eos": "</s>", "pad": "<pad>"}
SPREADS = (0.2, 0.4, 0.8, 1.5)
PROMPT_LENGTHS = (1, 3, 6, 11)
PROBE_TOKENS = 14
POSITIONS = 128

T5_LIKE = {"t5", "mt5", "longt5"}
SEQ2SEQ = {*T5_LIKE, "bart", "mbart", "marian", "pegasus", "blenderbot", "blenderbot-small", "m2m_100",
           "bigbird_pegasus"}
# Attention over all heads alike, with the names of GPT-2 where the family has no names of its own.
N_NAMES = {"gpt2", "gptj", "codegen", "gpt_bigcode", "bloom", "mpt"}
GROUPED = {"llama", "mistral", "qwen2", "qwen3", "gemma", "gemma2", "gemma3_text", "phi", "phi3", "stablelm", "olmo",
           "olmo2", "granite", "smollm3", "cohere", "nemotron", "helium", "glm", "arcee"}
GENAI = {"llama", "qwen2", "qwen3", "gemma2", "phi3"}
OTHERS = {"gpt_neo", "gpt_neox", "opt", "falcon"}
ARCHITECTURES = sorted(SEQ2SEQ | N_NAMES | GROUPED | OTHERS)

# What the generation config of a family's real checkpoints asks for.
REAL = {
    "bart": dict(num_beams=4, length_penalty=2.0, early_stopping=True, no_repeat_ngram_size=3, min_length=6,
                 max_length=20, forced_bos_token_id=1),
    "marian": dict(num_beams=6, bad_words_ids=True, max_length=24),
    "pegasus": dict(num_beams=8, length_penalty=0.8, max_length=24),
    "mbart": dict(num_beams=5, forced_bos_token_id=7, max_length=16, early_stopping=True),
    "m2m_100": dict(num_beams=5, forced_bos_token_id=9, max_length=16, early_stopping=True),
    "blenderbot": dict(num_beams=10, length_penalty=0.65, min_length=8, no_repeat_ngram_size=3, max_length=24,
                       encoder_no_repeat_ngram_size=3),
    "qwen2": dict(repetition_penalty=1.1),
}


class Checkpoint:
    """A model, its tokenizer, and prompts that do not all end the same way."""

    def __init__(self, architecture: str, seed: int):
        self.name, self.seed = architecture, seed
        rng = random.Random(f"{architecture} {seed}")
        self.vocab = rng.choice([120, 160, 200])
        self.seq2seq = architecture in SEQ2SEQ
        ids = _ids(architecture, rng)
        sizes = _sizes(architecture, rng, self.vocab + rng.choice([0, 8]))
        self.config = AutoConfig.for_model(architecture, **sizes, **ids)
        self.prompts = [[rng.randrange(10, self.vocab) for _ in range(n)] for n in PROMPT_LENGTHS]
        self.model = _varied(self.config, self.prompts, self.seq2seq, seed)
        eos = _choose_eos(self.model, self.prompts, rng)
        real = dict(REAL.get(architecture, {}))
        if real.pop("bad_words_ids", None):
            real["bad_words_ids"] = [[ids["pad_token_id"]]]
        if "forced_eos_token_id" in self.config.to_dict() and architecture in SEQ2SEQ - T5_LIKE and seed % 2:
            real["forced_eos_token_id"] = eos if isinstance(eos, int) else eos[0]
        self.config.eos_token_id = eos
        self.model.config.eos_token_id = eos
        self.model.generation_config = GenerationConfig(**{**ids, "eos_token_id": eos, **real})
        self.tokenizer = tiny_tokenizers.family_tokenizer(self.vocab, SPECIALS, {}, False, False)
        self.eos = eos if isinstance(eos, list) else [eos]


def _ids(architecture: str, rng: random.Random) -> dict:
    pad = rng.choice([0, 3])
    ids = dict(bos_token_id=1, eos_token_id=2, pad_token_id=pad)
    if architecture in SEQ2SEQ:
        ids["decoder_start_token_id"] = rng.choice([pad, 2]) if architecture not in T5_LIKE else pad
    return ids


def _sizes(architecture: str, rng: random.Random, vocab: int) -> dict:
    layers, heads, dim = rng.choice([1, 2, 3]), rng.choice([2, 4]), rng.choice([4, 8])
    hidden, tied = heads * dim, rng.random() < 0.5
    if architecture in T5_LIKE:
        return dict(vocab_size=vocab, d_model=16, d_kv=rng.choice([4, 6]), d_ff=32, num_layers=layers,
                    num_decoder_layers=layers, num_heads=heads, relative_attention_num_buckets=8,
                    relative_attention_max_distance=32, dropout_rate=0.0, tie_word_embeddings=tied,
                    feed_forward_proj=rng.choice(["relu", "gated-gelu"]))
    if architecture in SEQ2SEQ:
        return dict(vocab_size=vocab, d_model=hidden, encoder_layers=rng.choice([1, 2]), decoder_layers=layers,
                    encoder_attention_heads=heads, decoder_attention_heads=heads, encoder_ffn_dim=32, decoder_ffn_dim=32,
                    max_position_embeddings=POSITIONS, scale_embedding=tied)
    if architecture == "gpt_neo":
        return dict(vocab_size=vocab, hidden_size=hidden, num_layers=2, num_heads=heads, window_size=5,
                    attention_types=[[["global", "local"], 1]], max_position_embeddings=POSITIONS,
                    intermediate_size=32)
    if architecture == "falcon":
        new = rng.random() < 0.5
        return dict(vocab_size=vocab, hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads,
                    new_decoder_architecture=new, num_kv_heads=heads, multi_query=True,
                    alibi=rng.random() < 0.4, parallel_attn=True, bias=False)
    if architecture == "mpt":
        return dict(vocab_size=vocab, d_model=hidden, n_layers=layers, n_heads=heads, max_seq_len=POSITIONS,
                    expansion_ratio=2)
    if architecture == "bloom":
        return dict(vocab_size=vocab, hidden_size=hidden, n_layer=layers, n_head=heads)
    if architecture in N_NAMES:
        more = {"rotary_dim": 4} if architecture in ("gptj", "codegen") else {}
        if architecture == "codegen":
            hidden, heads = 4 * 8, 4
        if architecture == "gpt_bigcode":
            more = {"multi_query": rng.random() < 0.5}
        return dict(vocab_size=vocab, n_embd=hidden, n_layer=layers, n_head=heads, n_positions=POSITIONS, **more)
    sizes = dict(vocab_size=vocab, hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads,
                 max_position_embeddings=POSITIONS, tie_word_embeddings=tied)
    if architecture == "opt":
        return dict(sizes, ffn_dim=32, word_embed_proj_dim=rng.choice([hidden, hidden // 2]),
                    do_layer_norm_before=rng.random() < 0.5)
    if architecture == "gpt_neox":
        return dict(sizes, intermediate_size=32, rotary_pct=0.5)
    sizes.update(intermediate_size=32, num_key_value_heads=rng.choice([k for k in (1, 2, 4) if heads % k == 0]))
    if architecture in ("qwen3", "gemma", "gemma2", "gemma3_text", "llama", "mistral", "glm", "smollm3"):
        sizes["head_dim"] = rng.choice([8, 16])
    if architecture == "helium":
        sizes["head_dim"] = dim
    if architecture in GENAI:  # its attention takes heads of a multiple of 16
        sizes.update(hidden_size=16 * heads, head_dim=16)
    if architecture in ("gemma2", "gemma3_text"):
        sizes.update(sliding_window=5, query_pre_attn_scalar=8, attn_implementation="eager")
    if architecture == "gemma2":
        sizes.update(attn_logit_softcapping=4.0, final_logit_softcapping=6.0)
    if architecture == "gemma3_text":
        sizes.update(layer_types=[("sliding_attention", "full_attention")[i % 2] for i in range(layers)])
    if architecture == "mistral":
        sizes["sliding_window"] = rng.choice([None, 5])
    if architecture == "phi3":
        sizes.update(original_max_position_embeddings=POSITIONS, sliding_window=rng.choice([None, 5]))
    if architecture == "granite":
        sizes.update(embedding_multiplier=3.0, logits_scaling=2.0, residual_multiplier=0.5, attention_multiplier=0.3)
    if architecture == "llama":
        sizes["rope_scaling"] = rng.choice([None, {"rope_type": "linear", "factor": 2.0}])
    return sizes


def _varied(config, prompts: list, seq2seq: bool, seed: int) -> PreTrainedModel:
    """The spread of the weights, of a few, with which the outputs repeat themselves least."""
    factory = AutoModelForSeq2SeqLM if seq2seq else AutoModelForCausalLM
    best, best_variety = None, -1
    for spread in SPREADS:
        torch.manual_seed(seed)
        model = factory.from_config(config).eval()
        randomise(model, spread)
        with torch.no_grad():
            head = model.get_output_embeddings().weight
            head.mul_(min(1.0, 0.7 / spread))
        variety = sum(len(set(row)) for row in _probe(model, prompts))
        if variety > best_variety:
            best, best_variety = model, variety
    return best


def _probe(model, prompts: list) -> list:
    """Greedy outputs that no eos ends."""
    rows = []
    for ids in prompts:
        prompt = torch.tensor([ids])
        start = 1 if model.config.is_encoder_decoder else len(ids)
        none = GenerationConfig(pad_token_id=model.config.pad_token_id, eos_token_id=None, bos_token_id=1,
                                decoder_start_token_id=getattr(model.config, "decoder_start_token_id", None))
        model.generation_config = none
        out = model.generate(prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=PROBE_TOKENS, do_sample=False)
        rows.append(out[0, start:].tolist())
    return rows


def _choose_eos(model, prompts: list, rng: random.Random):
    """A token that ends some outputs in their midst; in one of three a list of two tokens."""
    outputs = _probe(model, prompts)
    last = [row[min(rng.randrange(5, PROBE_TOKENS), len(row) - 1)] for row in outputs]
    usable = [token for token in last if token > 3] or [2]
    return sorted(set(usable[:2])) if rng.random() < 0.34 and len(set(usable[:2])) > 1 else usable[0]
