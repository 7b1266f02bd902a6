package dev.aligner.onnx.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.onnx.Batching;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchPlanTest {

  private static final List<int[]> PROMPTS = prompts(5, 2, 5, 9, 2);

  @Test
  void of_mixedLengths_putsLikeLengthsTogether() {
    assertThat(plan(PROMPTS, Batching.auto().withMaxRows(2), /* mixed= */ true))
        .containsExactly(List.of(1, 4), List.of(0, 2), List.of(3));
    assertThat(plan(PROMPTS, Batching.auto().withMaxRows(3), /* mixed= */ true))
        .containsExactly(List.of(1, 4, 0), List.of(2, 3));
  }

  @Test
  void of_graphsThatReadNoPadding_putsEqualLengthsTogether() {
    assertThat(plan(PROMPTS, Batching.auto(), /* mixed= */ false))
        .containsExactly(List.of(1, 4), List.of(0, 2), List.of(3));
  }

  @Test
  void of_memory_countsTheLongestForAll() {
    assertThat(plan(PROMPTS, Batching.auto().withMemoryBudget(15), /* mixed= */ true))
        .containsExactly(List.of(1, 4, 0), List.of(2), List.of(3));
  }

  @Test
  void of_promptOverTheBudget_isAlone() {
    assertThat(plan(PROMPTS, Batching.auto().withMemoryBudget(1), /* mixed= */ true))
        .containsExactly(List.of(1), List.of(4), List.of(0), List.of(2), List.of(3));
  }

  @Test
  void of_nothing_isNothing() {
    assertThat(plan(List.of(), Batching.auto(), /* mixed= */ true)).isEmpty();
  }

  private static List<List<Integer>> plan(List<int[]> prompts, Batching batching, boolean mixed) {
    return BatchPlan.of(prompts, batching, mixed, prompt -> prompt.length);
  }

  private static List<int[]> prompts(int... lengths) {
    return Arrays.stream(lengths).mapToObj(int[]::new).toList();
  }
}
