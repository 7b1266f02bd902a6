"""Tiny random models of each family, with the quirks of its real checkpoints in config.json and generation_config.json."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from transformers import (BartConfig, BartForConditionalGeneration, Gemma2Config, Gemma2ForCausalLM, GenerationConfig,
                          GPT2Config, GPT2LMHeadModel, MarianConfig, MarianMTModel, PreTrainedModel, Qwen2Config,
                          Qwen2ForCausalLM)

from tiny_models import lighten, randomise

VOCAB = 160
LOGIT_SPREAD = 0.5

# A decoder with norms after its layers repeats itself unless its positions speak louder than its layers.
POST_NORM_GAINS = {"encoder_attn.out_proj.weight": 0.3, "fc2.weight": 0.2, "embed_positions.weight": 5.0}
SINUS_GAINS = {"encoder_attn.out_proj.weight": 0.25}
SEQ2SEQ_SPLIT = ["encoder_model.onnx", "decoder_model.onnx", "decoder_with_past_model.onnx"]
SEQ2SEQ_MERGED = ["encoder_model.onnx", "decoder_model_merged.onnx"]
DECODER = ["model.onnx"]


@dataclass(frozen=True)
class Family:
    """A model and how it is laid out.

    `specials` names the tokens of the first ids, `last` the one of the last id. `folders` maps each folder to its
    graphs and `overrides` a folder to what its generation_config.json sets beyond the family's.
    """

    name: str
    build: Callable[[], PreTrainedModel]
    specials: dict
    folders: dict
    last: dict = field(default_factory=dict)
    overrides: dict = field(default_factory=dict)
    bos_first: bool = False
    eos_last: bool = False


def _bart() -> PreTrainedModel:
    ids = dict(bos_token_id=0, pad_token_id=1, eos_token_id=2, decoder_start_token_id=2, forced_eos_token_id=2)
    config = BartConfig(
        vocab_size=VOCAB, d_model=16, encoder_layers=1, decoder_layers=2, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=32, decoder_ffn_dim=32, max_position_embeddings=128, **ids)
    return _tiny(BartForConditionalGeneration, config, dict(ids, forced_bos_token_id=0), seed=11, eos=1.5, spread=0.35, gains=POST_NORM_GAINS)


def _marian() -> PreTrainedModel:
    pad = VOCAB - 1
    ids = dict(eos_token_id=0, pad_token_id=pad, decoder_start_token_id=pad, forced_eos_token_id=0)
    config = MarianConfig(
        vocab_size=VOCAB, d_model=16, encoder_layers=1, decoder_layers=2, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=32, decoder_ffn_dim=32, max_position_embeddings=128,
        scale_embedding=True, **ids)
    generation = dict(ids, bad_words_ids=[[pad]], num_beams=4)
    model = _tiny(MarianMTModel, config, generation, seed=4, eos=1.0, spread=0.35, gains=SINUS_GAINS)
    model.final_logits_bias[0, 0] = 1.75
    return model


def _gpt2() -> PreTrainedModel:
    ids = dict(bos_token_id=0, eos_token_id=0)
    config = GPT2Config(vocab_size=VOCAB, n_embd=16, n_layer=2, n_head=2, n_positions=128, **ids)
    return _tiny(GPT2LMHeadModel, config, ids, seed=13, eos=2.2)


def _gemma2() -> PreTrainedModel:
    ids = dict(pad_token_id=0, eos_token_id=1, bos_token_id=2)
    config = Gemma2Config(
        vocab_size=VOCAB, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, head_dim=16, query_pre_attn_scalar=16, sliding_window=8, attn_logit_softcapping=4.0,
        final_logit_softcapping=6.0, max_position_embeddings=128, attn_implementation="eager", **ids)
    return _loud_layers(_tiny(Gemma2ForCausalLM, config, ids, seed=14, eos=1.5))


def _qwen2() -> PreTrainedModel:
    ids = dict(bos_token_id=0, pad_token_id=0, eos_token_id=[1, 0])
    config = Qwen2Config(
        vocab_size=VOCAB, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=128, tie_word_embeddings=True, bos_token_id=0, eos_token_id=1)
    return _tiny(Qwen2ForCausalLM, config, ids, seed=15, eos=1.15)


def _tiny(model_class, config, generation: dict, seed: int, eos: float, spread: float = 1.5, gains: dict | None = None
          ) -> PreTrainedModel:
    """Random weights, wide enough that a tied embedding does not just repeat its token.

    `eos` lengthens the eos's row, so that some outputs end, and `gains` the weights whose names have these ends.
    """
    model = model_class._from_config(config).eval()
    torch.manual_seed(seed)
    randomise(model, spread)
    with torch.no_grad():
        output = model.get_output_embeddings().weight
        output.mul_(LOGIT_SPREAD / spread)
        output[config.eos_token_id].mul_(eos)
        for name, parameter in model.named_parameters():
            parameter.mul_(next((gain for end, gain in (gains or {}).items() if name.endswith(end)), 1.0))
    model.generation_config = GenerationConfig(**generation)
    return lighten(model)


def _loud_layers(model: PreTrainedModel) -> PreTrainedModel:
    """Gemma multiplies its tied embedding by sqrt(hidden_size); its layers are made louder than that."""
    with torch.no_grad():
        for layer in model.model.layers:
            layer.post_feedforward_layernorm.weight.fill_(7.0)
    return model


FAMILIES = [
    Family("bart", _bart, {"bos": "<s>", "pad": "<pad>", "eos": "</s>", "unk": "<unk>"},
           {"tiny-bart": SEQ2SEQ_SPLIT, "tiny-bart-cnn": SEQ2SEQ_MERGED}, bos_first=True, eos_last=True,
           overrides={"tiny-bart-cnn": dict(
               num_beams=4, length_penalty=2.0, early_stopping=True, no_repeat_ngram_size=3, min_length=6,
               max_length=20)}),
    Family("marian", _marian, {"eos": "</s>", "unk": "<unk>"}, {"tiny-marian": SEQ2SEQ_MERGED},
           last={"pad": "<pad>"}, eos_last=True),
    Family("gpt2", _gpt2, {"eos": "<|endoftext|>"}, {"tiny-gpt2": DECODER}),
    Family("gemma2", _gemma2, {"pad": "<pad>", "eos": "<eos>", "bos": "<bos>", "unk": "<unk>"},
           {"tiny-gemma2": DECODER}, bos_first=True),
    Family("qwen2", _qwen2, {"pad": "<|endoftext|>", "eos": "<|im_end|>"}, {"tiny-qwen2": DECODER}),
]
