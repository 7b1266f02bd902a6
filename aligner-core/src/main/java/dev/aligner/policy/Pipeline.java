package dev.aligner.policy;

import dev.aligner.Aligner;
import dev.aligner.CancellationToken;
import dev.aligner.CancelledException;
import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import dev.aligner.InferenceException;
import dev.aligner.UnacceptableCorrectionException;
import dev.aligner.event.AlignmentEvent;
import dev.aligner.event.AlignmentListener;
import dev.aligner.event.Exchange;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of one answer or segment, from the gate to the listener. It throws nothing but what the
 * consumer of a live text does, and errors of the JVM. Thread-safe.
 */
final class Pipeline {

  private final AlignmentPolicy policy;
  private final Counters counters;
  private final Passes passes;
  private final AlignmentListener listener;

  Pipeline(Aligner aligner, AlignmentPolicy policy, Counters counters) {
    this.policy = policy;
    this.counters = counters;
    this.passes = Passes.of(aligner, policy);
    this.listener = policy.listener();
  }

  /** Returns the text to show, or throws the exception of a failure that is the caller's. */
  static String textOrThrow(AlignmentEvent.Ended ended) {
    if (ended instanceof AlignmentEvent.Corrected corrected) {
      return corrected.correction().text();
    }
    if (ended instanceof AlignmentEvent.Failed failed && failed.action() == FailureAction.THROW) {
      throw failed.exception();
    }
    return ended.exchange().original();
  }

  /**
   * Corrects.
   *
   * @param exchange the answer or the segment
   * @param shown what stands before the segment
   * @param start when the answer came, by {@link System#nanoTime}
   * @param onText hears of the text while it is written, or null
   */
  AlignmentEvent.Ended run(
      Exchange exchange, String shown, long start, @Nullable Consumer<String> onText) {
    tell(new AlignmentEvent.Started(exchange));
    LiveText live = onText == null ? null : new LiveText(onText);
    try {
      return end(correct(exchange, shown, start, live));
    } catch (RuntimeException e) {
      return end(failed(exchange, e, start, live));
    } catch (LinkageError | StackOverflowError e) {
      return end(failed(exchange, broken(e), start, live));
    }
  }

  /** Ends an answer that is not to be corrected. */
  AlignmentEvent.Ended skip(Exchange exchange, String reason) {
    tell(new AlignmentEvent.Started(exchange));
    return end(new AlignmentEvent.Skipped(exchange, reason, Duration.ZERO));
  }

  /** Ends an answer that could not even begin. */
  AlignmentEvent.Ended fail(Exchange exchange, RuntimeException exception) {
    tell(new AlignmentEvent.Started(exchange));
    return end(failed(exchange, exception, System.nanoTime(), null));
  }

  private AlignmentEvent.Ended correct(
      Exchange exchange, String shown, long start, @Nullable LiveText live) {
    AlignmentContext context = exchange.context();
    Draft draft = new Draft(context, exchange.original());
    if (policy.gate().judge(draft) instanceof Verdict.Reject rejected) {
      return new AlignmentEvent.Skipped(exchange, rejected.reason(), since(start));
    }
    Optional<CancellationToken> token = context.cancellation();
    if (token.isPresent() && token.get().isCancelled()) {
      throw new CancelledException();
    }
    CorrectionRequest request = CorrectionRequest.of(context.query(), exchange.original());
    if (!shown.isEmpty()) {
      request = request.withShown(shown);
    }
    if (token.isPresent()) {
      request = request.withCancellation(token.get());
    }
    Passes.Written written = passes.run(request, start, live);
    if (written.skipped() != null) {
      return new AlignmentEvent.Skipped(exchange, written.skipped(), since(start));
    }
    Correction correction = written.correction();
    if (!correction.changed()) {
      return new AlignmentEvent.Kept(exchange, correction.usage(), since(start), written.asked());
    }
    if (policy.acceptance().judge(draft, correction.text()) instanceof Verdict.Reject rejected) {
      RuntimeException objection = new UnacceptableCorrectionException(rejected.reason());
      return failed(exchange, objection, Optional.of(correction.text()), start, false);
    }
    return new AlignmentEvent.Corrected(exchange, correction, since(start), written.asked());
  }

  private AlignmentEvent.Failed failed(
      Exchange exchange, RuntimeException exception, long start, @Nullable LiveText live) {
    if (live != null && live.thrown() != null) {
      return new AlignmentEvent.Failed(
          exchange,
          FailureClass.CANCELLED,
          live.thrown(),
          FailureAction.THROW,
          Optional.empty(),
          since(start));
    }
    return failed(exchange, exception, Optional.empty(), start, live != null && live.begun());
  }

  /** What was shown in part cannot be replaced by the original. */
  private AlignmentEvent.Failed failed(
      Exchange exchange,
      RuntimeException exception,
      Optional<String> corrected,
      long start,
      boolean shownInPart) {
    FailureClass failure = FailureClass.of(exception);
    FailureAction action = shownInPart ? FailureAction.THROW : policy.onFailure().action(failure);
    return new AlignmentEvent.Failed(
        exchange,
        failure,
        exception,
        exchange.arm() == Arm.SHADOW ? FailureAction.RETURN_ORIGINAL : action,
        corrected,
        since(start));
  }

  private static RuntimeException broken(Error error) {
    return new InferenceException(
        "the aligner threw " + error.getClass().getName() + "; its cause tells more", error);
  }

  private AlignmentEvent.Ended end(AlignmentEvent.Ended ended) {
    counters.count(ended);
    tell(ended);
    return ended;
  }

  /** Whatever a listener throws is its own affair, but for the end of the JVM. */
  private void tell(AlignmentEvent event) {
    try {
      listener.onEvent(event);
    } catch (VirtualMachineError e) {
      if (!(e instanceof StackOverflowError)) {
        throw e;
      }
      counters.countListenerFailure(e);
    } catch (Throwable e) {
      counters.countListenerFailure(e);
    }
  }

  private static Duration since(long start) {
    return Duration.ofNanos(Math.max(0, System.nanoTime() - start));
  }
}
