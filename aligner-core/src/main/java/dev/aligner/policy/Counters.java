package dev.aligner.policy;

import dev.aligner.event.AlignmentEvent;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what happened, and logs the first failure of each class. Thread-safe. */
final class Counters {

  private static final Logger LOG = LoggerFactory.getLogger(AnswerAligner.class);

  private final LongAdder corrected = new LongAdder();
  private final LongAdder kept = new LongAdder();
  private final LongAdder skipped = new LongAdder();
  private final LongAdder listenerFailures = new LongAdder();
  private final Once listenerWarning = new Once();
  private final Map<FailureClass, LongAdder> failed = new EnumMap<>(FailureClass.class);
  private final Map<FailureClass, Once> warnings = new EnumMap<>(FailureClass.class);

  Counters() {
    for (FailureClass failure : FailureClass.values()) {
      failed.put(failure, new LongAdder());
      warnings.put(failure, new Once());
    }
  }

  void count(AlignmentEvent.Ended ended) {
    if (ended instanceof AlignmentEvent.Corrected) {
      corrected.increment();
    } else if (ended instanceof AlignmentEvent.Kept) {
      kept.increment();
    } else if (ended instanceof AlignmentEvent.Skipped) {
      skipped.increment();
    } else if (ended instanceof AlignmentEvent.Failed failure) {
      count(failure);
    }
  }

  private void count(AlignmentEvent.Failed event) {
    FailureClass failure = event.failure();
    LongAdder adder = failed.get(failure);
    if (adder != null) {
      adder.increment();
    }
    Once warning = warnings.get(failure);
    if (failure != FailureClass.CANCELLED && warning != null && warning.first()) {
      LOG.warn(
          "a correction failed ({}: {}), and the failure policy says {}; further failures of this"
              + " class are counted, not logged",
          failure,
          event.reason(),
          event.action(),
          failure == FailureClass.ENGINE_ERROR ? event.exception() : null);
    }
  }

  void countListenerFailure(Throwable thrown) {
    listenerFailures.increment();
    if (listenerWarning.first()) {
      LOG.warn(
          "a listener threw {}, which changes no answer; further exceptions are counted, not logged",
          thrown.getClass().getName());
    }
  }

  AlignmentCounts snapshot() {
    Map<FailureClass, Long> failures = new EnumMap<>(FailureClass.class);
    failed.forEach((failure, adder) -> failures.put(failure, adder.sum()));
    return new AlignmentCounts(
        corrected.sum(), kept.sum(), skipped.sum(), failures, listenerFailures.sum());
  }
}
