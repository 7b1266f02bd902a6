package dev.aligner.remote.internal;

import dev.aligner.AlignerException;
import java.time.Duration;
import java.util.Optional;

/** An attempt failed in a way that another one may not. It never leaves this package. */
final class RetriableFailure extends Exception {

  private static final long serialVersionUID = 1;

  private final AlignerException failure;
  private final transient Optional<Duration> retryAfter;

  RetriableFailure(AlignerException failure, Optional<Duration> retryAfter) {
    super(failure);
    this.failure = failure;
    this.retryAfter = retryAfter;
  }

  /** Returns what the caller gets if there is no other attempt. */
  AlignerException failure() {
    return failure;
  }

  /** Returns how long the server wants to be left alone. */
  Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
