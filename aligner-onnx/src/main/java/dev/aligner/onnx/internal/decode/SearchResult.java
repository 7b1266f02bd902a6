package dev.aligner.onnx.internal.decode;

import java.util.List;

/**
 * What a search made of its prompts.
 *
 * @param outputs for each prompt its outputs, the best first; as many as {@code
 *     num_return_sequences} asks for
 * @param steps how often the decoder ran
 */
public record SearchResult(List<List<DecodedRow>> outputs, int steps) {

  /** Copies. */
  public SearchResult {
    outputs = outputs.stream().map(List::copyOf).toList();
  }
}
