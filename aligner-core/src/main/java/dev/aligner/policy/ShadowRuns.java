package dev.aligner.policy;

import dev.aligner.OverloadedException;
import dev.aligner.event.AlignmentEvent;
import dev.aligner.event.Exchange;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** Corrects beside the caller, as many answers at a time as the mode allows. Thread-safe. */
final class ShadowRuns {

  private final Pipeline pipeline;
  private final AtomicInteger pending = new AtomicInteger();

  ShadowRuns(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** Returns the original at once. */
  AlignmentResult run(Mode.Shadow shadow, Exchange exchange) {
    long start = System.nanoTime();
    if (pending.incrementAndGet() > shadow.maxPending()) {
      pending.decrementAndGet();
      return refused(exchange, shadow, "that many wait or run already");
    }
    try {
      shadow.executor().execute(() -> runPending(exchange, start));
    } catch (RejectedExecutionException e) {
      pending.decrementAndGet();
      return refused(exchange, shadow, "the executor accepts no more");
    }
    return new AlignmentResult(exchange.original(), Arm.SHADOW, Optional.empty());
  }

  private void runPending(Exchange exchange, long start) {
    try {
      pipeline.run(exchange, "", start, null);
    } finally {
      pending.decrementAndGet();
    }
  }

  private AlignmentResult refused(Exchange exchange, Mode.Shadow shadow, String found) {
    AlignmentEvent.Ended ended =
        pipeline.fail(
            exchange,
            new OverloadedException(
                shadow.maxPending(),
                "a shadow correction was dropped: expected room among "
                    + shadow.maxPending()
                    + " pending ones; found that "
                    + found
                    + ". Fix: give the executor more threads, or sample"));
    return new AlignmentResult(exchange.original(), Arm.SHADOW, Optional.of(ended));
  }
}
