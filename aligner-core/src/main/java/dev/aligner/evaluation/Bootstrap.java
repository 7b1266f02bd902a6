package dev.aligner.evaluation;

import dev.aligner.internal.StableHash;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Percentile bootstrap intervals. Each figure has random numbers of its own, by its name, so that
 * its interval does not depend on which others are computed. Immutable and thread-safe.
 */
final class Bootstrap {

  /*
   * Of figures that only count rows, a resample is drawn as counts: n rows drawn with replacement
   * fall into their classes by the multinomial distribution, and that is a chain of binomial ones.
   * It costs the square root of n rather than n.
   */
  private static final double TAIL = 1e-18;

  private final long seed;
  private final int resamples;
  private final double confidence;

  Bootstrap(long seed, int resamples, double confidence) {
    this.seed = seed;
    this.resamples = resamples;
    this.confidence = confidence;
  }

  /** Returns the share of hits, or empty without rows. */
  Optional<Estimate> share(String figure, long hits, long rows) {
    if (rows == 0) {
      return Optional.empty();
    }
    SplittableRandom random = random(figure);
    double[] values = new double[resamples];
    Arrays.setAll(values, i -> (double) binomial(random, rows, (double) hits / rows) / rows);
    return Optional.of(estimate((double) hits / rows, values, rows));
  }

  /** Returns (wins - losses) / rows in percent, or empty without rows. */
  Optional<Estimate> omega(String figure, long wins, long losses, long ties) {
    long rows = wins + losses + ties;
    if (rows == 0) {
      return Optional.empty();
    }
    SplittableRandom random = random(figure);
    double ofOthers = wins == rows ? 0 : (double) losses / (rows - wins);
    double[] values = new double[resamples];
    for (int i = 0; i < resamples; i++) {
      long drawnWins = binomial(random, rows, (double) wins / rows);
      long drawnLosses = binomial(random, rows - drawnWins, ofOthers);
      values[i] = 100.0 * (drawnWins - drawnLosses) / rows;
    }
    return Optional.of(estimate(100.0 * (wins - losses) / rows, values, rows));
  }

  /** Returns the mean, or empty without values. */
  Optional<Estimate> mean(String figure, double[] rows) {
    if (rows.length == 0) {
      return Optional.empty();
    }
    SplittableRandom random = random(figure);
    double[] values = new double[resamples];
    for (int i = 0; i < resamples; i++) {
      double sum = 0;
      for (int j = 0; j < rows.length; j++) {
        sum += rows[random.nextInt(rows.length)];
      }
      values[i] = sum / rows.length;
    }
    return Optional.of(estimate(Arrays.stream(rows).sum() / rows.length, values, rows.length));
  }

  private SplittableRandom random(String figure) {
    return new SplittableRandom(seed ^ StableHash.of(figure));
  }

  private Estimate estimate(double value, double[] values, long rows) {
    Arrays.sort(values);
    double outside = (1 - confidence) / 2;
    return new Estimate(value, quantile(values, outside), quantile(values, 1 - outside), rows);
  }

  /** Interpolates between the two nearest ranks (type 7 of Hyndman and Fan 1996). */
  static double quantile(double[] sorted, double share) {
    double rank = share * (sorted.length - 1);
    int below = (int) Math.floor(rank);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
  }

  /** Draws a binomial number by inversion: the weights of all numbers that have any. */
  static long binomial(SplittableRandom random, long n, double p) {
    double uniform = random.nextDouble();
    if (n == 0 || p <= 0) {
      return 0;
    }
    if (p >= 1) {
      return n;
    }
    long mode = Math.min(n, (long) Math.floor((n + 1) * p));
    long first = mode;
    double weight = 1;
    double below = 0;
    while (first > 0 && weight > TAIL) {
      weight *= first * (1 - p) / ((n - first + 1) * p);
      first--;
      below += weight;
    }
    double all = below + 1 + above(n, p, mode);
    return invert(uniform * all, n, p, first, weight);
  }

  private static double above(long n, double p, long mode) {
    double weight = 1;
    double sum = 0;
    for (long k = mode; k < n && weight > TAIL; k++) {
      weight *= (n - k) * p / ((k + 1) * (1 - p));
      sum += weight;
    }
    return sum;
  }

  private static long invert(double target, long n, double p, long first, double firstWeight) {
    double weight = firstWeight;
    double sum = weight;
    long k = first;
    while (sum < target && k < n) {
      weight *= (n - k) * p / ((k + 1) * (1 - p));
      k++;
      sum += weight;
    }
    return k;
  }
}
