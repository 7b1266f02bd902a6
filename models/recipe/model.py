"""Defines the network: a small Pegasus (pre-norm encoder-decoder, sinusoidal positions) started as a copier."""

import torch
from transformers import PegasusConfig, PegasusForConditionalGeneration


def config(vocabulary, pad, eos):
    """Returns the shape of the network and its greedy generation settings."""
    return PegasusConfig(
        vocab_size=vocabulary, d_model=256, encoder_layers=4, decoder_layers=2, encoder_attention_heads=4,
        decoder_attention_heads=4, encoder_ffn_dim=1024, decoder_ffn_dim=1024, max_position_embeddings=512,
        activation_function="relu", dropout=0.0, attention_dropout=0.0, activation_dropout=0.0, scale_embedding=True,
        pad_token_id=pad, eos_token_id=eos, bos_token_id=None, decoder_start_token_id=pad, forced_eos_token_id=None,
        attn_implementation="eager")


def start_as_copier(network):
    """Lets cross-attention look at equal content and hand it on unchanged: copying need not be discovered."""
    for layer in network.model.decoder.layers:
        attention = layer.encoder_attn
        attention.q_proj.weight.copy_(attention.k_proj.weight)
        torch.nn.init.orthogonal_(attention.v_proj.weight)
        attention.out_proj.weight.copy_(attention.v_proj.weight.T)


def create(settings):
    """Creates the network with its initial weights."""
    network = PegasusForConditionalGeneration(settings)
    width = settings.d_model
    with torch.no_grad():
        for name, weight in network.named_parameters():
            if weight.dim() == 2 and "embed_positions" not in name:
                torch.nn.init.normal_(weight, std=weight.shape[1] ** -0.5)
        for layer in [*network.model.encoder.layers, *network.model.decoder.layers]:
            layer.fc2.weight.mul_(0.5)
            layer.self_attn.out_proj.weight.mul_(0.5)
        network.model.shared.weight[settings.pad_token_id].normal_(std=width ** -0.5)
        start_as_copier(network)
    return network
