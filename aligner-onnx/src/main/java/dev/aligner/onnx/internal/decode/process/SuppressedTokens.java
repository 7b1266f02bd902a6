package dev.aligner.onnx.internal.decode.process;

import dev.aligner.onnx.LogitsProcessor;
import java.nio.IntBuffer;
import java.util.Set;
import java.util.function.IntPredicate;

/** Forbids ids at some lengths of what was read. Ids beyond the vocabulary are ignored. */
final class SuppressedTokens implements LogitsProcessor {

  private final int[] ids;
  private final IntPredicate atLength;

  private SuppressedTokens(Set<Integer> ids, IntPredicate atLength) {
    this.ids = ids.stream().mapToInt(id -> id).toArray();
    this.atLength = atLength;
  }

  /** Returns what forbids ids at any length. */
  static LogitsProcessor always(Set<Integer> ids) {
    return new SuppressedTokens(ids, length -> true);
  }

  /** Returns what forbids ids at one length. */
  static LogitsProcessor at(int wanted, Set<Integer> ids) {
    return new SuppressedTokens(ids, length -> length == wanted);
  }

  /** Returns what forbids ids while the length is below a limit. */
  static LogitsProcessor below(int limit, Set<Integer> ids) {
    return new SuppressedTokens(ids, length -> length < limit);
  }

  @Override
  public void process(IntBuffer inputIds, float[] scores) {
    if (atLength.test(inputIds.limit())) {
      for (int id : ids) {
        if (id < scores.length) {
          scores[id] = Float.NEGATIVE_INFINITY;
        }
      }
    }
  }
}
