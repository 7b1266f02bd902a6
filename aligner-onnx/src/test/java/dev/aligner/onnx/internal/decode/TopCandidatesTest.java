package dev.aligner.onnx.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.InferenceException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class TopCandidatesTest {

  private static final float FORBIDDEN = Float.NEGATIVE_INFINITY;

  @Property(tries = 300)
  void take_anyScores_isTheBeginningOfTheSortedList(
      @ForAll @Size(8) List<@IntRange(max = 5) Integer> first,
      @ForAll @Size(8) List<@IntRange(max = 5) Integer> second,
      @ForAll @IntRange(min = 1, max = 16) int count) {
    TopCandidates candidates = new TopCandidates(count);
    List<Candidate> all = new ArrayList<>();
    offer(candidates, all, 0, floats(first));
    offer(candidates, all, 1, floats(second));
    all.sort(Comparator.comparingDouble(Candidate::score).reversed()); // stable: earlier ones first

    assertThat(candidates.take()).isEqualTo(all.subList(0, count));
  }

  private static void offer(
      TopCandidates candidates, List<Candidate> all, int beam, float[] logProbs) {
    candidates.offer(beam, -beam, logProbs);
    for (int token = 0; token < logProbs.length; token++) {
      all.add(new Candidate(beam, token, logProbs[token] - beam));
    }
  }

  private static float[] floats(List<Integer> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = -values.get(i);
    }
    return floats;
  }

  @Example
  void take_forbiddenTokens_standLastTheEarlierFirst() {
    TopCandidates candidates = new TopCandidates(3);
    candidates.offer(0, 0, new float[] {FORBIDDEN, FORBIDDEN, -1, Float.NaN, FORBIDDEN});

    assertThat(candidates.take())
        .containsExactly(
            new Candidate(0, 2, -1),
            new Candidate(0, 0, FORBIDDEN),
            new Candidate(0, 1, FORBIDDEN));
  }

  @Example
  void take_again_knowsNothingOfTheLastStep() {
    TopCandidates candidates = new TopCandidates(2);
    candidates.offer(0, 0, new float[] {-1, -2, -3});
    candidates.take();
    candidates.offer(0, 0, new float[] {-8, -9, -7});

    assertThat(candidates.take()).containsExactly(new Candidate(0, 2, -7), new Candidate(0, 0, -8));
  }

  @Example
  void take_nothingButForbiddenTokens_isRefused() {
    TopCandidates candidates = new TopCandidates(2);
    candidates.offer(0, 0, new float[] {FORBIDDEN, Float.NaN, FORBIDDEN});

    assertThatThrownBy(candidates::take)
        .isInstanceOf(InferenceException.class)
        .hasMessageContainingAll("expected", "found", "Fix:");
  }
}
