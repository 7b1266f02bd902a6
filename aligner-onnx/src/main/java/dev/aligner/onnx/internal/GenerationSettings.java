package dev.aligner.onnx.internal;

import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.Drafting;
import java.util.Optional;

/**
 * What a caller wants of a generation, whatever its prompts are.
 *
 * @param decoding how tokens are chosen; what the user leaves to the model is filled in
 * @param budget how many tokens there may be
 * @param drafting whether drafts are used
 * @param loraAdapter the name of the LoRA adapter that the model has; without one it is the base
 */
public record GenerationSettings(
    Decoding decoding, TokenBudget budget, Drafting drafting, Optional<String> loraAdapter) {

  /**
   * Makes settings for the base.
   *
   * @param decoding how tokens are chosen
   * @param budget how many tokens there may be
   * @param drafting whether drafts are used
   */
  public GenerationSettings(Decoding decoding, TokenBudget budget, Drafting drafting) {
    this(decoding, budget, drafting, Optional.empty());
  }

  /**
   * Returns settings for an adapter.
   *
   * @param adapter the name of the adapter, or none for the base
   * @return settings that differ from these in the adapter alone
   */
  public GenerationSettings withLoraAdapter(Optional<String> adapter) {
    return new GenerationSettings(decoding, budget, drafting, adapter);
  }
}
