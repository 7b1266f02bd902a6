package dev.aligner.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BootstrapTest {

  private final Bootstrap bootstrap = new Bootstrap(42, 2000, 0.95);

  /** The normal approximation: 0.5 +- 1.96 * sqrt(0.25 / 400) is 0.451 to 0.549. */
  @Test
  void share_ofManyRows_isThatOfTheNormalApproximation() {
    Estimate estimate = bootstrap.share("x", 200, 400).orElseThrow();

    assertThat(estimate.value()).isEqualTo(0.5);
    assertThat(estimate.low()).isCloseTo(0.451, within(0.005));
    assertThat(estimate.high()).isCloseTo(0.549, within(0.005));
    assertThat(estimate.count()).isEqualTo(400);
  }

  @Test
  void share_ofNoRows_isEmpty() {
    assertThat(bootstrap.share("x", 0, 0)).isEmpty();
    assertThat(bootstrap.mean("x", new double[0])).isEmpty();
    assertThat(bootstrap.omega("x", 0, 0, 0)).isEmpty();
  }

  @Test
  void share_ofAllOrNone_hasNoLength() {
    assertThat(bootstrap.share("x", 7, 7)).contains(new Estimate(1, 1, 1, 7));
    assertThat(bootstrap.share("x", 0, 7)).contains(new Estimate(0, 0, 0, 7));
  }

  /** Var(omega / 100) = (p_w + p_l - (p_w - p_l)^2) / n = (0.6 - 0.04) / 1000. */
  @Test
  void omega_isThePapers() {
    Estimate estimate = bootstrap.omega("x", 400, 200, 400).orElseThrow();

    double half = 196 * Math.sqrt(0.56 / 1000);
    assertThat(estimate.value()).isCloseTo(20, within(1e-12));
    assertThat(estimate.low()).isCloseTo(20 - half, within(0.4));
    assertThat(estimate.high()).isCloseTo(20 + half, within(0.4));
    assertThat(bootstrap.omega("x", 3, 0, 0)).contains(new Estimate(100, 100, 100, 3));
    assertThat(bootstrap.omega("x", 0, 3, 0)).contains(new Estimate(-100, -100, -100, 3));
  }

  @Test
  void mean_ofValues_isThatOfTheNormalApproximation() {
    double[] values = new double[500];
    Arrays.setAll(values, i -> i % 100); // mean 49.5, variance 833.25

    Estimate estimate = bootstrap.mean("x", values).orElseThrow();

    double half = 1.96 * Math.sqrt(833.25 / 500);
    assertThat(estimate.value()).isEqualTo(49.5);
    assertThat(estimate.low()).isCloseTo(49.5 - half, within(0.2));
    assertThat(estimate.high()).isCloseTo(49.5 + half, within(0.2));
  }

  @Test
  void estimates_hangOnSeedAndNameAlone() {
    Bootstrap same = new Bootstrap(42, 2000, 0.95);
    Bootstrap other = new Bootstrap(43, 2000, 0.95);
    double[] values = new SplittableRandom(9).doubles(50).toArray();

    assertThat(same.mean("y", values)).isEqualTo(bootstrap.mean("y", values));
    assertThat(other.mean("y", values)).isNotEqualTo(bootstrap.mean("y", values));
    assertThat(same.mean("z", values)).isNotEqualTo(bootstrap.mean("y", values));
  }

  /** Of many data sets from a known share, about 95 of 100 intervals must hold it. */
  @Test
  void share_ofManyDataSets_coversTheTruth() {
    SplittableRandom random = new SplittableRandom(1);
    int covered = 0;
    for (int i = 0; i < 400; i++) {
      long hits = Bootstrap.binomial(random, 300, 0.3);
      Estimate estimate = new Bootstrap(i, 500, 0.95).share("x", hits, 300).orElseThrow();
      covered += estimate.low() <= 0.3 && estimate.high() >= 0.3 ? 1 : 0;
    }

    assertThat(covered / 400.0).isBetween(0.91, 0.98);
  }

  @ParameterizedTest
  @CsvSource({"1,0.5", "10,0.01", "10,0.99", "1000,0.3", "1000000,0.001", "50000000,0.5"})
  void binomial_hasMeanAndVariance(long n, double p) {
    SplittableRandom random = new SplittableRandom(3);
    double[] draws = new double[2000];
    Arrays.setAll(draws, i -> Bootstrap.binomial(random, n, p));

    double mean = Arrays.stream(draws).average().orElseThrow();
    double variance = Arrays.stream(draws).map(x -> (x - mean) * (x - mean)).sum() / draws.length;
    double expected = n * p * (1 - p);
    assertThat(Arrays.stream(draws).allMatch(x -> x >= 0 && x <= n)).isTrue();
    assertThat(mean).isCloseTo(n * p, within(4 * Math.sqrt(expected / draws.length)));
    assertThat(variance).isCloseTo(expected, within(0.2 * expected));
  }

  @Test
  void quantile_interpolates() {
    double[] sorted = {1, 2, 4};

    assertThat(Bootstrap.quantile(sorted, 0)).isEqualTo(1);
    assertThat(Bootstrap.quantile(sorted, 0.25)).isEqualTo(1.5);
    assertThat(Bootstrap.quantile(sorted, 0.75)).isEqualTo(3);
    assertThat(Bootstrap.quantile(sorted, 1)).isEqualTo(4);
    assertThat(Bootstrap.quantile(new double[] {5}, 0.9)).isEqualTo(5);
  }
}
