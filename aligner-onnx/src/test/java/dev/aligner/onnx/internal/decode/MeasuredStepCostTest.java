package dev.aligner.onnx.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MeasuredStepCostTest {

  private final MeasuredStepCost cost = new MeasuredStepCost();

  @Test
  void of_nothingMeasured_growsWithTheTokens() {
    assertThat(cost.of(1)).isPositive().isLessThan(cost.of(2));
  }

  @Test
  void of_twoMeasured_isTheLineThroughThem() {
    cost.observe(1, 10_000);
    cost.observe(16, 25_000);

    assertThat(cost.of(1)).isEqualTo(10_000);
    assertThat(cost.of(16)).isEqualTo(25_000);
    assertThat(cost.of(4)).isCloseTo(13_000, within(1.0));
    assertThat(cost.of(31)).isCloseTo(40_000, within(1.0));
  }

  @Test
  void of_moreTokens_isNeverCheaper() {
    cost.observe(1, 10_000);
    cost.observe(16, 9_000);

    assertThat(cost.of(64)).isGreaterThanOrEqualTo(cost.of(1));
  }

  @Test
  void of_stepThatWasHeldUp_isNotDearerThanStepsOverOneToken() {
    cost.observe(1, 10_000);
    cost.observe(16, 1_000_000);

    assertThat(cost.of(16)).isLessThan(16 * cost.of(1));
  }

  @Test
  void observe_fasterSteps_areBelievedSooner() {
    cost.observe(8, 90_000);
    cost.observe(8, 10_000);
    double afterFaster = cost.of(8);
    cost.observe(8, 90_000);

    assertThat(afterFaster).isLessThan(60_000);
    assertThat(cost.of(8)).isLessThan(60_000);
  }

  @Test
  void observe_whatIsNoStep_isIgnored() {
    cost.observe(0, 5);
    cost.observe(5, 0);

    assertThat(cost.of(1)).isEqualTo(1);
  }
}
