"""Tiny random models of each family, with the quirks of its real checkpoints in their configurations."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from transformers import (BartConfig, BartForConditionalGeneration, BloomConfig, BloomForCausalLM, Gemma2Config,
                          Gemma2ForCausalLM, Gemma3ForCausalLM, Gemma3TextConfig, GemmaConfig, GemmaForCausalLM,
                          GenerationConfig, GPT2Config, GPT2LMHeadModel, GPTNeoXConfig, GPTNeoXForCausalLM,
                          MarianConfig, MarianMTModel, MistralConfig, MistralForCausalLM, MT5Config,
                          MT5ForConditionalGeneration, OPTConfig, OPTForCausalLM, PegasusConfig,
                          PegasusForConditionalGeneration, Phi3Config, Phi3ForCausalLM, PreTrainedModel,
                          PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM)

from tiny_models import lighten, randomise
from tiny_tokenizers import family_tokenizer

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

    def tokenizer(self) -> PreTrainedTokenizerFast:
        return family_tokenizer(VOCAB, self.specials, self.last, self.bos_first, self.eos_last)


def _bart() -> PreTrainedModel:
    ids = dict(bos_token_id=0, pad_token_id=1, eos_token_id=2, decoder_start_token_id=2, forced_eos_token_id=2)
    config = BartConfig(
        vocab_size=VOCAB, d_model=16, encoder_layers=1, decoder_layers=2, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=32, decoder_ffn_dim=32, max_position_embeddings=128, **ids)
    generation = dict(ids, forced_bos_token_id=0)
    return _tiny(BartForConditionalGeneration, config, generation, seed=11, eos=1.5, spread=0.35,
                 gains=POST_NORM_GAINS)


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
        vocab_size=VOCAB, hidden_size=32, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, max_position_embeddings=128, tie_word_embeddings=True, bos_token_id=0, eos_token_id=1)
    return _tiny(Qwen2ForCausalLM, config, ids, seed=15, eos=1.15)


def _mt5() -> PreTrainedModel:
    ids = dict(pad_token_id=0, eos_token_id=1, decoder_start_token_id=0)
    config = MT5Config(
        vocab_size=VOCAB, d_model=16, d_kv=6, d_ff=32, num_layers=2, num_decoder_layers=2, num_heads=2,
        relative_attention_num_buckets=8, relative_attention_max_distance=32, dropout_rate=0.0, **ids)
    gains = {"relative_attention_bias.weight": 4.0, "shared.weight": 3.0}
    return _tiny(MT5ForConditionalGeneration, config, ids, seed=16, eos=1.15, spread=0.5, gains=gains)


def _pegasus() -> PreTrainedModel:
    ids = dict(pad_token_id=0, eos_token_id=1, decoder_start_token_id=0, forced_eos_token_id=1)
    config = PegasusConfig(
        vocab_size=VOCAB, d_model=16, encoder_layers=1, decoder_layers=2, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=32, decoder_ffn_dim=32, max_position_embeddings=128,
        scale_embedding=True, **ids)
    generation = dict(ids, num_beams=8, length_penalty=0.8, max_length=32)
    return _tiny(PegasusForConditionalGeneration, config, generation, seed=17, eos=1.15,
                 gains={"encoder_attn.out_proj.weight": 0.25})


def _mistral() -> PreTrainedModel:
    config = MistralConfig(
        vocab_size=VOCAB, hidden_size=32, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, sliding_window=8, max_position_embeddings=128, bos_token_id=1, eos_token_id=2)
    return _tiny(MistralForCausalLM, config, dict(bos_token_id=1, eos_token_id=2), seed=18, eos=1.15)


def _qwen3() -> PreTrainedModel:
    config = Qwen3Config(
        vocab_size=VOCAB, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, head_dim=16, max_position_embeddings=128, tie_word_embeddings=True, bos_token_id=0,
        eos_token_id=1)
    generation = dict(bos_token_id=0, pad_token_id=0, eos_token_id=[1, 0])
    return _tiny(Qwen3ForCausalLM, config, generation, seed=19, eos=1.15)


def _gemma() -> PreTrainedModel:
    ids = dict(pad_token_id=0, eos_token_id=1, bos_token_id=2)
    config = GemmaConfig(
        vocab_size=VOCAB, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, head_dim=16, max_position_embeddings=128, **ids)
    return _tiny(GemmaForCausalLM, config, ids, seed=20, eos=1.15)


def _gemma3() -> PreTrainedModel:
    ids = dict(pad_token_id=0, eos_token_id=1, bos_token_id=2)
    config = Gemma3TextConfig(
        vocab_size=VOCAB, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, head_dim=16, query_pre_attn_scalar=16, sliding_window=8,
        layer_types=["sliding_attention", "full_attention"], max_position_embeddings=128, **ids)
    return _loud_layers(_tiny(Gemma3ForCausalLM, config, dict(ids, eos_token_id=[1, 106]), seed=21, eos=1.5))


def _phi3() -> PreTrainedModel:
    config = Phi3Config(
        vocab_size=VOCAB, hidden_size=32, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, sliding_window=8, max_position_embeddings=128, original_max_position_embeddings=128,
        bos_token_id=1, eos_token_id=2, pad_token_id=2)
    generation = dict(bos_token_id=1, eos_token_id=[2, 3, 4], pad_token_id=2)
    return _tiny(Phi3ForCausalLM, config, generation, seed=22, eos=1.15)


def _opt() -> PreTrainedModel:
    ids = dict(bos_token_id=2, eos_token_id=2, pad_token_id=1)
    config = OPTConfig(
        vocab_size=VOCAB, hidden_size=16, word_embed_proj_dim=8, ffn_dim=32, num_hidden_layers=2,
        num_attention_heads=2, max_position_embeddings=128, **ids)
    return _tiny(OPTForCausalLM, config, ids, seed=23, eos=1.5)


def _bloom() -> PreTrainedModel:
    ids = dict(bos_token_id=1, eos_token_id=2, pad_token_id=3)
    config = BloomConfig(vocab_size=VOCAB, hidden_size=16, n_layer=2, n_head=2, **ids)
    return _tiny(BloomForCausalLM, config, ids, seed=26, eos=1.0)


def _gpt_neox() -> PreTrainedModel:
    ids = dict(bos_token_id=0, eos_token_id=0)
    config = GPTNeoXConfig(
        vocab_size=VOCAB, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        rotary_pct=0.5, max_position_embeddings=128, **ids)
    return _tiny(GPTNeoXForCausalLM, config, ids, seed=25, eos=1.5)


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


LLAMA_SPECIALS = {"unk": "<unk>", "bos": "<s>", "eos": "</s>"}
T5_SPECIALS = {"pad": "<pad>", "eos": "</s>", "unk": "<unk>"}
BART_SPECIALS = {"bos": "<s>", "pad": "<pad>", "eos": "</s>", "unk": "<unk>"}
GEMMA_SPECIALS = {"pad": "<pad>", "eos": "<eos>", "bos": "<bos>", "unk": "<unk>"}
GPT_SPECIALS = {"eos": "<|endoftext|>"}
QWEN_SPECIALS = {"pad": "<|endoftext|>", "eos": "<|im_end|>"}

FAMILIES = [
    Family("bart", _bart, BART_SPECIALS, {"tiny-bart": SEQ2SEQ_SPLIT, "tiny-bart-cnn": SEQ2SEQ_MERGED},
           bos_first=True, eos_last=True,
           overrides={"tiny-bart-cnn": dict(
               num_beams=4, length_penalty=2.0, early_stopping=True, no_repeat_ngram_size=3, min_length=6,
               max_length=20)}),
    Family("marian", _marian, {"eos": "</s>", "unk": "<unk>"}, {"tiny-marian": SEQ2SEQ_MERGED},
           last={"pad": "<pad>"}, eos_last=True),
    Family("mt5", _mt5, T5_SPECIALS, {"tiny-mt5": SEQ2SEQ_MERGED}, eos_last=True),
    Family("pegasus", _pegasus, T5_SPECIALS, {"tiny-pegasus": SEQ2SEQ_SPLIT}, eos_last=True),
    Family("gpt2", _gpt2, GPT_SPECIALS, {"tiny-gpt2": DECODER}),
    Family("mistral", _mistral, LLAMA_SPECIALS, {"tiny-mistral": DECODER}, bos_first=True),
    Family("qwen2", _qwen2, QWEN_SPECIALS, {"tiny-qwen2": DECODER}),
    Family("qwen3", _qwen3, QWEN_SPECIALS, {"tiny-qwen3": DECODER}),
    Family("gemma", _gemma, GEMMA_SPECIALS, {"tiny-gemma": DECODER}, bos_first=True),
    Family("gemma2", _gemma2, GEMMA_SPECIALS, {"tiny-gemma2": DECODER}, bos_first=True),
    Family("gemma3", _gemma3, GEMMA_SPECIALS, {"tiny-gemma3": DECODER}, bos_first=True),
    Family("phi3", _phi3, LLAMA_SPECIALS, {"tiny-phi3": DECODER}, bos_first=True),
    Family("opt", _opt, {"unk": "<unk>", "pad": "<pad>", "eos": "</s>"}, {"tiny-opt": DECODER}),
    Family("bloom", _bloom, {"unk": "<unk>", "bos": "<s>", "eos": "</s>", "pad": "<pad>"}, {"tiny-bloom": DECODER}),
    Family("gpt_neox", _gpt_neox, GPT_SPECIALS, {"tiny-gpt-neox": DECODER}),
]
BY_NAME = {family.name: family for family in FAMILIES}
