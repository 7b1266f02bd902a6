"""Tiny random models whose greedy output is varied and sometimes ends by itself."""

import torch
from transformers import (GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedModel, T5Config,
                          T5ForConditionalGeneration)

T5_VOCAB = 384
LLAMA_VOCAB = 352

# The ids of lone bytes are made less likely, so that the text is more than replacement characters.
T5_BYTES = slice(3, 259)
LLAMA_BYTES_NOT_ASCII = slice(98, 260)
QUIET = 0.75


def t5_model() -> T5ForConditionalGeneration:
    config = T5Config(
        vocab_size=T5_VOCAB, d_model=32, d_kv=8, d_ff=32, num_layers=2, num_decoder_layers=2, num_heads=4,
        relative_attention_num_buckets=8, relative_attention_max_distance=32, dropout_rate=0.0,
        feed_forward_proj="gated-gelu", tie_word_embeddings=False,
        pad_token_id=0, eos_token_id=1, decoder_start_token_id=0)
    torch.manual_seed(5)
    model = T5ForConditionalGeneration(config).eval()
    randomise(model, std=0.2)
    with torch.no_grad():
        model.shared.weight.mul_(5.0)
        model.lm_head.weight[config.eos_token_id].mul_(1.5)
        model.lm_head.weight[T5_BYTES].mul_(QUIET)
        for stack in (model.encoder, model.decoder):
            stack.block[0].layer[0].SelfAttention.relative_attention_bias.weight.mul_(10.0)
    model.generation_config = GenerationConfig(pad_token_id=0, eos_token_id=1, decoder_start_token_id=0)
    return lighten(model)


def llama_model() -> LlamaForCausalLM:
    config = LlamaConfig(
        vocab_size=LLAMA_VOCAB, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=8, max_position_embeddings=1024, tie_word_embeddings=False,
        bos_token_id=1, eos_token_id=2, pad_token_id=3)
    torch.manual_seed(7)
    model = LlamaForCausalLM(config).eval()
    randomise(model, std=0.3)
    with torch.no_grad():
        model.model.embed_tokens.weight.mul_(3.0)
        model.lm_head.weight[config.eos_token_id].mul_(1.3)
        model.lm_head.weight[LLAMA_BYTES_NOT_ASCII].mul_(QUIET)
    model.generation_config = GenerationConfig(bos_token_id=1, eos_token_id=2, pad_token_id=3)
    return lighten(model)


def randomise(model: PreTrainedModel, std: float) -> None:
    """Normal weights of one spread everywhere but in the norms: the usual small ones repeat one token."""
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1 and parameter.requires_grad:
                parameter.normal_(0.0, std)


def lighten(model: PreTrainedModel) -> PreTrainedModel:
    """Rounds every weight to bfloat16's precision (still stored as fp32): the files compress to half."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.bfloat16().float())
    return model
