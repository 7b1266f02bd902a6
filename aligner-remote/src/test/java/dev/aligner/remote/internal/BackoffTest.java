package dev.aligner.remote.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.remote.RetryPolicy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

  private static final long NO_END = Long.MAX_VALUE;
  private static final RetryPolicy POLICY =
      new RetryPolicy(10, Duration.ofMillis(100), Duration.ofSeconds(1));

  /** Draws the largest number there is. */
  private static final Backoff LONGEST = new Backoff(POLICY, bound -> bound - 1);

  @ParameterizedTest
  @CsvSource({"1, 100", "2, 200", "3, 400", "4, 800", "5, 1000", "10, 1000"})
  void delay_longestJitter_doublesUpToItsCap(int failures, int millis) {
    assertThat(LONGEST.delay(failures, Optional.empty(), NO_END))
        .contains(Duration.ofMillis(millis));
  }

  @Test
  void delay_manyFailures_staysAtTheCap() {
    Backoff backoff =
        new Backoff(
            new RetryPolicy(Integer.MAX_VALUE, Duration.ofNanos(1), Duration.ofDays(1)),
            bound -> bound - 1);

    assertThat(backoff.delay(60, Optional.empty(), NO_END).orElseThrow())
        .isLessThanOrEqualTo(Duration.ofDays(1));
    assertThat(backoff.delay(Integer.MAX_VALUE, Optional.empty(), NO_END)).isPresent();
  }

  @Test
  void delay_jitter_isSpreadEvenlyFromZero() {
    Backoff backoff = new Backoff(POLICY, new SplittableRandom(7)::nextLong);
    int low = 0;
    int draws = 2_000;
    for (int i = 0; i < draws; i++) {
      Duration delay = backoff.delay(1, Optional.empty(), NO_END).orElseThrow();
      assertThat(delay).isBetween(Duration.ZERO, Duration.ofMillis(100));
      low += delay.compareTo(Duration.ofMillis(25)) < 0 ? 1 : 0;
    }
    assertThat(low).isBetween(draws / 4 - 100, draws / 4 + 100);
  }

  @Test
  void delay_afterTheLastRetry_isNone() {
    assertThat(LONGEST.delay(11, Optional.empty(), NO_END)).isEmpty();
    assertThat(new Backoff(RetryPolicy.none(), bound -> 0).delay(1, Optional.empty(), NO_END))
        .isEmpty();
  }

  @Test
  void delay_retryAfter_isWaitedOutInAddition() {
    Optional<Duration> asked = Optional.of(Duration.ofMillis(700));

    assertThat(LONGEST.delay(1, asked, NO_END)).contains(Duration.ofMillis(800));
    assertThat(LONGEST.delay(1, asked, Duration.ofMillis(750).toNanos())).isEqualTo(asked);
    assertThat(LONGEST.delay(1, asked, Duration.ofMillis(700).toNanos())).isEmpty();
    assertThat(LONGEST.delay(1, Optional.of(Duration.ofMillis(1001)), NO_END)).isEmpty();
  }

  @Test
  void delay_outlastsTheCall_isNone() {
    assertThat(LONGEST.delay(1, Optional.empty(), Duration.ofMillis(100).toNanos())).isEmpty();
    assertThat(LONGEST.delay(1, Optional.empty(), Duration.ofMillis(101).toNanos())).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "' 12 ', 12",
    "99999999999999999999, 2147483647",
    "'Tue, 24 Nov 2026 22:00:30 GMT', 30",
    "'Tue, 24 Nov 2026 21:00:00 GMT', 0"
  })
  void retryAfter_secondsOrDate_isTheTimeToWait(String value, long seconds) {
    Clock clock = Clock.fixed(Instant.parse("2026-11-24T22:00:00Z"), ZoneOffset.UTC);

    assertThat(RetryAfter.parse(value, clock)).contains(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource({"''", "-1", "1.5", "soon", "'Tue, 99 Nov 2026 22:00:30 GMT'"})
  void retryAfter_otherText_isIgnored(String value) {
    assertThat(RetryAfter.parse(value, Clock.systemUTC())).isEmpty();
  }
}
