package dev.aligner.onnx.internal.decode.process;

/**
 * Memory that the processors of sampling share, since they run one after another. Not thread-safe.
 */
final class Scratch {

  private final Softmax softmax = new Softmax();
  private final LongHeap heap = new LongHeap();

  Softmax softmax() {
    return softmax;
  }

  LongHeap heap() {
    return heap;
  }

  /**
   * Finds the best scores.
   *
   * @param scores the scores, at least one
   * @param count how many are the best, at least 1; all, if there are no more
   * @return their ranks, the best first
   */
  long[] best(float[] scores, int count) {
    lastOfBest(scores, count);
    long[] ranks = new long[heap.size()];
    for (int i = ranks.length - 1; i >= 0; i--) {
      ranks[i] = heap.poll();
    }
    return ranks;
  }

  /**
   * Finds the last of the best scores in one pass.
   *
   * @param scores the scores, at least one
   * @param count how many are the best, at least 1; all, if there are no more
   * @return the rank of the last of them
   */
  long lastOfBest(float[] scores, int count) {
    int kept = Math.min(count, scores.length);
    heap.clear(kept);
    for (int id = 0; id < kept; id++) {
      heap.append(rank(scores[id], id));
    }
    heap.order();
    for (int id = kept; id < scores.length; id++) {
      long rank = rank(scores[id], id);
      if (rank > heap.get(0)) {
        heap.replaceLeast(rank);
      }
    }
    return heap.get(0);
  }

  /** Returns what is higher for a higher score, and for a lower id among equal scores. */
  static long rank(float score, int id) {
    return LongHeap.key(score, ~id);
  }

  /** Returns the id in a rank. */
  static int id(long rank) {
    return ~LongHeap.id(rank);
  }
}
