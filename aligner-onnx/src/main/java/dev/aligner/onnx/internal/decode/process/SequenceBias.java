package dev.aligner.onnx.internal.decode.process;

import dev.aligner.onnx.LogitsProcessor;
import java.nio.IntBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adds to the scores of ids that would complete one of some sequences. A sequence longer than what
 * was read does not count, even if all of it but the last id was read; so it is in transformers.
 */
final class SequenceBias implements LogitsProcessor {

  private final int[] lastIds;
  private final float[] ofLastIdAlone;
  private final Sequence[] sequences;
  private final float[] sums;

  /**
   * Makes a bias.
   *
   * @param bias what to add for each sequence; no sequence empty, all ids of the vocabulary
   */
  SequenceBias(Map<List<Integer>, Double> bias) {
    Map<Integer, Integer> slots = new LinkedHashMap<>();
    bias.keySet().forEach(ids -> slots.putIfAbsent(ids.get(ids.size() - 1), slots.size()));
    lastIds = slots.keySet().stream().mapToInt(id -> id).toArray();
    ofLastIdAlone = new float[lastIds.length];
    sums = new float[lastIds.length];
    bias.forEach((ids, value) -> putIfSingle(ids, value, slots));
    sequences =
        bias.entrySet().stream()
            .filter(entry -> entry.getKey().size() > 1)
            .map(entry -> Sequence.of(entry.getKey(), entry.getValue(), slots))
            .toArray(Sequence[]::new);
  }

  private void putIfSingle(List<Integer> ids, double value, Map<Integer, Integer> slots) {
    Integer slot = slots.get(ids.get(0));
    if (ids.size() == 1 && slot != null) {
      ofLastIdAlone[slot] = (float) value;
    }
  }

  /** Sums up before it adds, so that rounding is as in transformers. */
  @Override
  public void process(IntBuffer inputIds, float[] scores) {
    System.arraycopy(ofLastIdAlone, 0, sums, 0, sums.length);
    for (Sequence sequence : sequences) {
      if (sequence.mayEndAfter(inputIds)) {
        sums[sequence.slot] += sequence.bias;
      }
    }
    for (int i = 0; i < sums.length; i++) {
      scores[lastIds[i]] += sums[i];
    }
  }

  /** A sequence of two ids or more; the slot is the place of the last one in {@link #lastIds}. */
  private record Sequence(int[] prefix, int slot, float bias) {

    static Sequence of(List<Integer> ids, double bias, Map<Integer, Integer> slots) {
      int last = ids.size() - 1;
      int[] prefix = ids.subList(0, last).stream().mapToInt(id -> id).toArray();
      return new Sequence(prefix, slots.getOrDefault(ids.get(last), 0), (float) bias);
    }

    boolean mayEndAfter(IntBuffer inputIds) {
      int start = inputIds.limit() - prefix.length;
      if (start < 1) {
        return false;
      }
      for (int i = 0; i < prefix.length; i++) {
        if (inputIds.get(start + i) != prefix[i]) {
          return false;
        }
      }
      return true;
    }
  }
}
