package dev.aligner.onnx.internal;

import dev.aligner.onnx.Decoding;

/**
 * What a caller wants of a generation, whatever its prompts are.
 *
 * @param decoding how tokens are chosen; what the user leaves to the model is filled in
 * @param budget how many tokens there may be
 */
public record GenerationSettings(Decoding decoding, TokenBudget budget) {}
