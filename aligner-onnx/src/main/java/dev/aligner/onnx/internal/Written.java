package dev.aligner.onnx.internal;

import dev.aligner.onnx.internal.decode.DecodedRow;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What was written for one prompt.
 *
 * @param outputs the outputs, the best first
 * @param batch which of the batches of its call the prompt was in
 * @param steps how often the decoder ran for that batch until the last of the outputs ended
 */
public record Written(List<DecodedRow> outputs, int batch, int steps) {

  /** Copies. */
  public Written {
    outputs = List.copyOf(outputs);
  }

  /**
   * Returns the best output.
   *
   * @return the output
   */
  public DecodedRow best() {
    return outputs.get(0);
  }

  /** Returns how often the decoder ran for some prompts of one call. */
  static int steps(List<Written> prompts) {
    return prompts.stream()
        .collect(Collectors.toMap(Written::batch, Written::steps, Math::max))
        .values()
        .stream()
        .mapToInt(Integer::intValue)
        .sum();
  }
}
