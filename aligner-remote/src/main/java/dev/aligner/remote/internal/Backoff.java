package dev.aligner.remote.internal;

import dev.aligner.remote.RetryPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/**
 * Tells when a call is tried again.
 *
 * @param policy how often, and after which time
 * @param random draws evenly a number from 0 to below its argument, which is 1 or more
 */
public record Backoff(RetryPolicy policy, LongUnaryOperator random) {

  /** Doubling more often would overflow; the delay is at its cap long before. */
  private static final int MOST_DOUBLINGS = 30;

  /**
   * Returns how long to wait.
   *
   * @param failures how often the call has failed, 1 or more
   * @param retryAfter what the server asks for
   * @param nanosLeft the time the call has left
   * @return the wait, which ends before that time; or empty where the call is over
   */
  Optional<Duration> delay(int failures, Optional<Duration> retryAfter, long nanosLeft) {
    if (failures > policy.maxRetries()) {
      return Optional.empty();
    }
    long asked = retryAfter.map(Call::saturatedNanos).orElse(0L);
    if (asked > policy.longestDelay().toNanos()) {
      return Optional.empty();
    }
    long jitter = random.applyAsLong(cap(failures) + 1);
    long delay = asked + jitter < nanosLeft || retryAfter.isEmpty() ? asked + jitter : asked;
    return delay < nanosLeft ? Optional.of(Duration.ofNanos(delay)) : Optional.empty();
  }

  private long cap(int failures) {
    int doublings = Math.min(failures - 1, MOST_DOUBLINGS);
    long first = policy.firstDelay().toNanos();
    long longest = policy.longestDelay().toNanos();
    return first > (longest >> doublings) ? longest : first << doublings;
  }
}
