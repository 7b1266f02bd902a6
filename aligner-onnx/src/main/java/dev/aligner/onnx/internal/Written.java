package dev.aligner.onnx.internal;

import dev.aligner.onnx.internal.decode.DecodedRow;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was written for one prompt.
 *
 * @param outputs the outputs, the best first
 * @param batch which of the batches of its call the prompt was in
 * @param steps how often the decoder ran for that batch until the last of the outputs ended
 * @param failure why nothing was written, or null
 */
public record Written(
    List<DecodedRow> outputs, int batch, int steps, @Nullable RuntimeException failure) {

  /** Copies. */
  public Written {
    outputs = List.copyOf(outputs);
  }

  /** Makes what did not fail. */
  Written(List<DecodedRow> outputs, int batch, int steps) {
    this(outputs, batch, steps, null);
  }

  /** Makes what failed. */
  static Written failed(int batch, RuntimeException failure) {
    return new Written(List.of(), batch, 0, failure);
  }

  /**
   * Returns the outputs.
   *
   * @return the outputs, the best first
   * @throws RuntimeException the failure, if nothing was written
   */
  @Override
  public List<DecodedRow> outputs() {
    if (failure != null) {
      throw failure;
    }
    return outputs;
  }

  /**
   * Returns the best output.
   *
   * @return the output
   */
  public DecodedRow best() {
    return outputs().get(0);
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
