package dev.aligner.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aligner.internal.EditRatio;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DriftTallyTest {

  @Test
  void drift_nothing_isAllZero() {
    Drift.Distance none = new Drift.Distance(0, 0, 0, 0, 0, 0, 0);
    assertThat(new DriftTally().drift()).isEqualTo(new Drift(0, 0, 0, none, none));
  }

  /*
   * Four words each. Edit ratios to the answer: 0, 1/4, 2/4, 4/4, mean 1.75/4 = 0.4375; nearest
   * rank of 0.5 * 4 is the 2nd, of 0.9 * 4 the 4th. Lengths: 7/7, 7/7, 7/7, 14/7.
   */
  @Test
  void drift_firstRound_isAsCountedByHand() {
    DriftTally tally = new DriftTally();
    add(tally, "a b c d", Optional.empty(), "a b c d");
    add(tally, "a b c d", Optional.empty(), "x b c d");
    add(tally, "a b c d", Optional.empty(), "x y c d");
    add(tally, "a b c d", Optional.empty(), "xxx yyy zz www");

    Drift.Distance distance = new Drift.Distance(0.75, 0.4375, 0.25, 1, 1, 1, 5.0 / 4);
    assertThat(tally.drift()).isEqualTo(new Drift(4, 0, 0, distance, distance));
  }

  /* To the first answer: 2/2 and 0/2; to the previous: 1/2 and 1/2. */
  @Test
  void drift_laterRound_measuresBothDistances() {
    DriftTally tally = new DriftTally();
    add(tally, "a y", Optional.of("a b"), "x y");
    add(tally, "a y", Optional.of("a b"), "a b");

    Drift drift = tally.drift();

    assertThat(drift.toOriginal()).isEqualTo(new Drift.Distance(0.5, 0.5, 0, 1, 1, 1, 1));
    assertThat(drift.toPrevious()).isEqualTo(new Drift.Distance(1, 0.5, 0.5, 0.5, 0.5, 0.5, 1));
  }

  @Test
  void drift_refusals_areCountedOnBothSides() {
    DriftTally tally = new DriftTally();
    add(tally, "Sure, here it is.", Optional.empty(), "I can't help with that.");
    add(tally, "I cannot assist with this.", Optional.empty(), "I can't help with that.");
    add(tally, "Fine.", Optional.empty(), "Fine.");
    add(tally, "Good.", Optional.empty(), "Good.");

    assertThat(tally.drift().refusalShare()).isEqualTo(0.5);
    assertThat(tally.drift().refusalShareBefore()).isEqualTo(0.25);
  }

  @Test
  void quantiles_ofManyRatios_areThoseOfASortedListUpToTheirRounding() {
    Random random = new Random(7);
    DriftTally tally = new DriftTally();
    double[] ratios = new double[5000];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = Math.exp(random.nextGaussian() * 1.2 - 1);
      tally.add(row("a", Optional.empty()), "b", ratios[i]);
    }
    Arrays.sort(ratios);

    Drift.Distance distance = tally.drift().toPrevious();

    assertThat(distance.medianEditRatio()).isCloseTo(ratios[2499], within(0.0101));
    assertThat(distance.p90EditRatio()).isCloseTo(ratios[4499], within(0.0101));
    assertThat(distance.p99EditRatio()).isCloseTo(ratios[4949], within(0.101));
    assertThat(distance.p99EditRatio()).isGreaterThan(2);
    assertThat(distance.maxEditRatio()).isEqualTo(ratios[4999]);
  }

  @Test
  void quantiles_aboveAllBins_areTheLargest() {
    DriftTally tally = new DriftTally();
    tally.add(row("a", Optional.empty()), "b", 1.99);
    tally.add(row("a", Optional.empty()), "b", 500);

    assertThat(tally.drift().toPrevious().medianEditRatio()).isEqualTo(1.99);
    assertThat(tally.drift().toPrevious().p90EditRatio()).isEqualTo(500);
  }

  private static void add(
      DriftTally tally, String answer, Optional<String> original, String correction) {
    tally.add(row(answer, original), correction, EditRatio.ofWords(answer, correction));
  }

  private static SourceRow row(String answer, Optional<String> original) {
    return new SourceRow(1, "q", answer, original, original.isPresent() ? 1 : 0);
  }
}
