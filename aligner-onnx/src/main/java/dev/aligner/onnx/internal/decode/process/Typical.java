package dev.aligner.onnx.internal.decode.process;

import dev.aligner.onnx.LogitsProcessor;
import java.nio.IntBuffer;

/**
 * Keeps the ids whose surprise, {@code -log p}, is nearest to the expected one, the entropy, until
 * their probabilities reach a share together (locally typical sampling, arXiv 2202.00666). Not
 * thread-safe.
 */
final class Typical implements LogitsProcessor {

  private final float mass;
  private final int minKept;
  private final Scratch scratch;

  /**
   * Makes a filter.
   *
   * @param mass the share, above 0 and below 1
   * @param minKept how many ids are kept whatever they sum up to, at least 1
   * @param scratch memory
   */
  Typical(double mass, int minKept, Scratch scratch) {
    this.mass = (float) mass;
    this.minKept = minKept;
    this.scratch = scratch;
  }

  @Override
  public void process(IntBuffer inputIds, float[] scores) {
    Softmax softmax = scratch.softmax();
    if (!softmax.compute(scores)) {
      return;
    }
    LongHeap heap = scratch.heap();
    heap.clear(scores.length);
    float entropy = softmax.entropy(scores);
    for (int id = 0; id < scores.length; id++) {
      if (scores[id] != Float.NEGATIVE_INFINITY) {
        float distance = Math.abs(-softmax.logProbability(scores[id]) - entropy);
        heap.append(LongHeap.key(distance, id));
      }
    }
    heap.order();
    float limit = takeTypical(heap, softmax.probabilities());
    for (int i = 0; i < heap.size(); i++) {
      if (LongHeap.score(heap.get(i)) > limit) {
        scores[LongHeap.id(heap.get(i))] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /** Takes what is kept off a heap; what equals the returned distance is kept as well. */
  private float takeTypical(LongHeap heap, float[] probabilities) {
    double sum = 0;
    float limit = Float.POSITIVE_INFINITY;
    for (int kept = 0; heap.size() > 0 && (kept < minKept || (float) sum < mass); kept++) {
      long key = heap.poll();
      boolean reached = (float) sum >= mass;
      sum += probabilities[LongHeap.id(key)];
      if (!reached) {
        limit = LongHeap.score(key);
      }
    }
    return (float) sum < mass ? Float.POSITIVE_INFINITY : limit;
  }
}
