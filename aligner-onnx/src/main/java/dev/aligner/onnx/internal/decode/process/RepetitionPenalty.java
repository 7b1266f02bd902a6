package dev.aligner.onnx.internal.decode.process;

import dev.aligner.onnx.LogitsProcessor;
import java.nio.IntBuffer;
import java.util.BitSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Multiplies the scores of some ids by a penalty where they are negative and divides them by it
 * where they are not. An id counts once, however often it occurs; one beyond the vocabulary, as an
 * encoder may have, does not count.
 */
final class RepetitionPenalty {

  private RepetitionPenalty() {}

  /**
   * Returns a penalty for all that the decoder has read; above 1, it is not to repeat itself.
   *
   * @param penalty the penalty, above 0
   * @return the processor
   */
  static LogitsProcessor ofRead(double penalty) {
    BitSet seen = new BitSet();
    return (inputIds, scores) -> {
      seen.clear();
      penalise(inputIds, (float) penalty, scores, id -> firstTime(id, seen));
    };
  }

  /**
   * Returns a penalty for the ids of the prompt; below 1, it is to be taken up.
   *
   * @param penalty the penalty, above 0
   * @param prompt the ids
   * @return the processor
   */
  static LogitsProcessor ofPrompt(double penalty, int[] prompt) {
    IntBuffer distinct = IntBuffer.wrap(IntStream.of(prompt).distinct().toArray());
    return (inputIds, scores) -> penalise(distinct, (float) penalty, scores, id -> true);
  }

  private static boolean firstTime(int id, BitSet seen) {
    boolean first = !seen.get(id);
    seen.set(id);
    return first;
  }

  private static void penalise(IntBuffer ids, float penalty, float[] scores, IntPredicate isFirst) {
    for (int i = 0; i < ids.limit(); i++) {
      int id = ids.get(i);
      if (id >= 0 && id < scores.length && isFirst.test(id)) {
        scores[id] = scores[id] < 0 ? scores[id] * penalty : scores[id] / penalty;
      }
    }
  }
}
