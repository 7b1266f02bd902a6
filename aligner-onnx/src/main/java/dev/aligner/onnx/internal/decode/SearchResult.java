package dev.aligner.onnx.internal.decode;

import java.util.List;

/**
 * What a search made of its prompts.
 *
 * @param outputs for each prompt its outputs, the best first; as many as {@code
 *     num_return_sequences} asks for
 * @param steps for each prompt how often the decoder ran until the last of its outputs ended
 */
public record SearchResult(List<List<DecodedRow>> outputs, List<Integer> steps) {

  /** Copies. */
  public SearchResult {
    outputs = outputs.stream().map(List::copyOf).toList();
    steps = List.copyOf(steps);
  }
}
