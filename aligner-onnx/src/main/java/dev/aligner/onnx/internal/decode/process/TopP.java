package dev.aligner.onnx.internal.decode.process;

import dev.aligner.onnx.LogitsProcessor;
import java.nio.IntBuffer;

/**
 * Keeps the likeliest ids whose probabilities reach a share together (nucleus sampling, arXiv
 * 1904.09751).
 *
 * <p>transformers sorts upwards and removes ids while the sum so far is at most {@code 1 - p}. Here
 * the likeliest come off a heap, and the sum up to each is what is left of the whole: the same
 * number but for rounding in its sixteenth digit, without a sort. Of ids with equal scores the
 * lowest is removed first, as by a stable sort; torch's own need not be stable.
 *
 * <p>Not thread-safe.
 */
final class TopP implements LogitsProcessor {

  private final float removable;
  private final int minKept;
  private final Scratch scratch;

  /**
   * Makes a filter.
   *
   * @param p the share, 0 or more and below 1
   * @param minKept how many ids are kept whatever they sum up to, at least 1
   * @param scratch memory
   */
  TopP(double p, int minKept, Scratch scratch) {
    this.removable = (float) (1 - p);
    this.minKept = minKept;
    this.scratch = scratch;
  }

  @Override
  public void process(IntBuffer inputIds, float[] scores) {
    if (!scratch.softmax().compute(scores)) {
      return;
    }
    float[] probabilities = scratch.softmax().probabilities();
    LongHeap heap = scratch.heap();
    heap.clear(scores.length);
    double left = 0;
    for (int id = 0; id < scores.length; id++) {
      if (scores[id] != Float.NEGATIVE_INFINITY) {
        heap.append(~LongHeap.key(scores[id], id));
        left += probabilities[id];
      }
    }
    heap.order();
    for (int kept = 0; heap.size() > 0 && (kept < minKept || (float) left > removable); kept++) {
      left -= probabilities[LongHeap.id(~heap.poll())];
    }
    for (int i = 0; i < heap.size(); i++) {
      scores[LongHeap.id(~heap.get(i))] = Float.NEGATIVE_INFINITY;
    }
  }
}
