package dev.aligner.onnx;

import java.nio.IntBuffer;

/**
 * Changes the scores of the next token before one is chosen, as {@code LogitsProcessor} of
 * transformers. In beam search the scores are log-probabilities, else logits.
 *
 * <p>One processor serves all rows, beams and threads of an aligner, so it is stateless or
 * thread-safe.
 */
@FunctionalInterface
public interface LogitsProcessor {

  /**
   * Changes scores in place.
   *
   * @param inputIds what the decoder has read so far, read-only, from index 0 to its limit: the
   *     prompt (of a decoder alone) or the start token (of an encoder-decoder), and what was
   *     written since
   * @param scores one score for each id of the vocabulary; {@link Float#NEGATIVE_INFINITY} forbids
   *     an id
   */
  void process(IntBuffer inputIds, float[] scores);
}
