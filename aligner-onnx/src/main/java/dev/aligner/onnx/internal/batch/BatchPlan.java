package dev.aligner.onnx.internal.batch;

import dev.aligner.onnx.Batching;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/** Puts prompts of like length together. */
public final class BatchPlan {

  private BatchPlan() {}

  /**
   * Plans the batches of some prompts, the short ones first.
   *
   * @param prompts token ids
   * @param batching how large a batch may be
   * @param mixed whether a batch may hold prompts of different lengths
   * @param bytes what the caches of a prompt take, at its length; the longest of a batch counts for
   *     all, since all are padded to it
   * @return indices of prompts, each once
   */
  public static List<List<Integer>> of(
      List<int[]> prompts, Batching batching, boolean mixed, ToLongFunction<int[]> bytes) {
    List<Integer> order =
        IntStream.range(0, prompts.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> prompts.get(i).length))
            .toList();
    List<List<Integer>> batches = new ArrayList<>();
    List<Integer> batch = new ArrayList<>();
    for (int i : order) {
      int[] prompt = prompts.get(i);
      boolean fits =
          batch.size() < batching.maxRows()
              && (mixed || batch.isEmpty() || prompts.get(batch.get(0)).length == prompt.length)
              && (batch.size() + 1) * bytes.applyAsLong(prompt) <= batching.memoryBudget();
      if (!batch.isEmpty() && !fits) {
        batches.add(batch);
        batch = new ArrayList<>();
      }
      batch.add(i);
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }
}
