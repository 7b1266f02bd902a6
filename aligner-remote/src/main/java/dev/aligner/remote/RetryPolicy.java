package dev.aligner.remote;

import java.time.Duration;
import java.util.Objects;

/**
 * How often a call is tried again, and after which time. Tried again is what the server refuses for
 * now (429, and 5xx but for 501 and 505), and a connection that cannot be made or that breaks;
 * never a server that is silent, since it may still be working, and never after text was delivered.
 *
 * <p>Before retry n the call waits a time drawn evenly from 0 to {@code firstDelay * 2^(n-1)}, at
 * most {@code longestDelay} ("full jitter"). A {@code Retry-After} of the server is waited out in
 * addition; one above {@code longestDelay} ends the call at once, and so does a wait that would
 * outlast the timeout of the request.
 *
 * <p>Immutable and thread-safe.
 *
 * @param maxRetries how often a call is tried again, 0 or more; the default is 2
 * @param firstDelay the longest wait before the first retry, 0 or more; the default is 500 ms
 * @param longestDelay the longest wait before any retry, at least {@code firstDelay}; the default
 *     is 20 s
 */
public record RetryPolicy(int maxRetries, Duration firstDelay, Duration longestDelay) {

  private static final RetryPolicy DEFAULTS =
      new RetryPolicy(2, Duration.ofMillis(500), Duration.ofSeconds(20));

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if a value is below 0, {@code longestDelay} is above a day, or
   *     {@code firstDelay} is above {@code longestDelay}
   */
  public RetryPolicy {
    Objects.requireNonNull(firstDelay, "firstDelay");
    Objects.requireNonNull(longestDelay, "longestDelay");
    if (maxRetries < 0) {
      throw new IllegalArgumentException("expected 0 or more retries; found " + maxRetries);
    }
    if (firstDelay.isNegative() || firstDelay.compareTo(longestDelay) > 0) {
      throw new IllegalArgumentException(
          "expected a firstDelay of 0 to " + longestDelay + "; found " + firstDelay);
    }
    if (longestDelay.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "expected a longestDelay of at most a day; found " + longestDelay);
    }
  }

  /**
   * Returns two retries, after at most 500 ms and 1 s, or after a {@code Retry-After} of up to 20
   * s.
   *
   * @return the policy
   */
  public static RetryPolicy ofDefaults() {
    return DEFAULTS;
  }

  /**
   * Returns no retries.
   *
   * @return the policy
   */
  public static RetryPolicy none() {
    return new RetryPolicy(0, Duration.ZERO, Duration.ZERO);
  }
}
