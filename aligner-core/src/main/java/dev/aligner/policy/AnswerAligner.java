package dev.aligner.policy;

import dev.aligner.Aligner;
import dev.aligner.event.AlignmentEvent;
import dev.aligner.event.Exchange;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Applies an {@link AlignmentPolicy} to answers, wherever they come from: the decorators of chat
 * models are thin around it. The order, for each answer:
 *
 * <pre>
 * align(context, answer)
 *   1. mode         shadow: the answer is returned, 2 to 7 happen in the executor
 *                   sample: the control arm ends here
 *   2. listener     Started
 *   3. gate         rejects: the answer is returned
 *   4. each pass    cache, else aligner.correct(request), until nothing changes
 *   5. acceptance   rejects: a failure of class UNACCEPTABLE
 *   6. failures     of 3, 4 and 5, by class: the answer is returned, or the exception is thrown
 *   7. listener     Corrected, Kept, Skipped or Failed; counted
 * </pre>
 *
 * <p>It has no threads and no queue: corrections run in the thread that asks, and the engine's own
 * queue is the only one. Deadlines are cooperative, the engine's: an aligner that does not look at
 * the time of its request returns late, and what it returns counts.
 *
 * <p>Exceptions are mapped, also those that are no {@link dev.aligner.AlignerException}, and so are
 * {@link LinkageError} and {@link StackOverflowError}; other errors of the JVM pass through.
 *
 * <p>Thread-safe. It owns neither the aligner nor what the policy holds, and closes none of them.
 */
public final class AnswerAligner {

  private static final AtomicLong IDS = new AtomicLong();

  private final Aligner aligner;
  private final AlignmentPolicy policy;
  private final Counters counters = new Counters();
  private final Pipeline pipeline;
  private final ShadowRuns shadows;

  private AnswerAligner(Aligner aligner, AlignmentPolicy policy) {
    this.aligner = aligner;
    this.policy = policy;
    this.pipeline = new Pipeline(aligner, policy, counters);
    this.shadows = new ShadowRuns(pipeline);
  }

  /**
   * Makes one that applies a policy.
   *
   * @param aligner corrects
   * @param policy the choices
   * @return the aligner of answers
   * @throws IllegalArgumentException if the policy has a cache, and the aligner does not tell what
   *     its corrections depend on, by {@link Aligner#fingerprint()}
   */
  public static AnswerAligner of(Aligner aligner, AlignmentPolicy policy) {
    return new AnswerAligner(
        Objects.requireNonNull(aligner, "aligner"), Objects.requireNonNull(policy, "policy"));
  }

  /**
   * Makes one that applies {@link AlignmentPolicy#ofDefaults()}.
   *
   * @param aligner corrects
   * @return the aligner of answers
   */
  public static AnswerAligner of(Aligner aligner) {
    return of(aligner, AlignmentPolicy.ofDefaults());
  }

  /**
   * Aligns a whole answer.
   *
   * @param context the question, and what is known of the answer
   * @param answer the answer
   * @return the text to show, and how it came about
   * @throws RuntimeException what failed, where the failure policy says to throw; mostly a {@link
   *     dev.aligner.AlignerException}
   * @throws dev.aligner.CancelledException if the context has a token, and it is cancelled
   */
  public AlignmentResult align(AlignmentContext context, String answer) {
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(answer, "answer");
    return align(context, answer, null);
  }

  /**
   * Opens a stream: an answer that comes in parts. {@link AlignmentPolicy#streams()} says what of
   * it is shown when.
   *
   * @param context the question, and what is known of the answer
   * @param onText is given the text to show in parts, none of them empty, in the threads that call
   *     the stream. What it throws passes through, and ends the stream
   * @return the stream; not thread-safe
   */
  public AlignmentStream stream(AlignmentContext context, Consumer<String> onText) {
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(onText, "onText");
    Arm arm = arm(context);
    if (arm == Arm.CONTROL) {
      return new PassingStream(context, onText, this, (c, text) -> control(exchange(c, text, arm)));
    }
    if (arm == Arm.SHADOW) {
      return new PassingStream(context, onText, this, (c, text) -> align(c, text, null));
    }
    StreamDelivery delivery = policy.streams();
    if (delivery instanceof StreamDelivery.PerSegment segments) {
      return new SegmentStream(pipeline, IDS.incrementAndGet(), context, segments.rule(), onText);
    }
    if (delivery instanceof StreamDelivery.PassThrough beside) {
      return new PassingStream(
          context,
          onText,
          this,
          (c, text) -> shadows.run(beside.shadow(), exchange(c, text, Arm.SHADOW)));
    }
    boolean live = delivery == StreamDelivery.Buffer.LIVE;
    return new BufferedStream(context, onText, live, this);
  }

  /**
   * Returns what was done since this was made.
   *
   * @return counts; those of answers that run are not in it yet
   */
  public AlignmentCounts counts() {
    return counters.snapshot();
  }

  /**
   * Returns the choices.
   *
   * @return the policy
   */
  public AlignmentPolicy policy() {
    return policy;
  }

  /**
   * Returns what corrects.
   *
   * @return the aligner
   */
  public Aligner aligner() {
    return aligner;
  }

  AlignmentResult align(
      AlignmentContext context, String answer, @Nullable Consumer<String> onText) {
    Arm arm = arm(context);
    Exchange exchange = exchange(context, answer, arm);
    if (arm == Arm.CONTROL) {
      return control(exchange);
    }
    if (policy.mode() instanceof Mode.Shadow shadow) {
      return shadows.run(shadow, exchange);
    }
    AlignmentEvent.Ended ended = pipeline.run(exchange, "", System.nanoTime(), onText);
    return new AlignmentResult(Pipeline.textOrThrow(ended), arm, Optional.of(ended));
  }

  /** Tells of a stream whose upstream model failed. */
  void brokenOff(AlignmentContext context, String soFar) {
    pipeline.skip(exchange(context, soFar, arm(context)), "upstream_failed");
  }

  private AlignmentResult control(Exchange exchange) {
    AlignmentEvent.Ended ended = pipeline.skip(exchange, "control");
    return new AlignmentResult(exchange.original(), Arm.CONTROL, Optional.of(ended));
  }

  private Arm arm(AlignmentContext context) {
    Mode mode = policy.mode();
    if (mode instanceof Mode.Sample sample) {
      return sample.arm(context.samplingKey());
    }
    return mode instanceof Mode.Shadow ? Arm.SHADOW : Arm.ALIGNED;
  }

  private static Exchange exchange(AlignmentContext context, String original, Arm arm) {
    return new Exchange(IDS.incrementAndGet(), context, original, arm, OptionalInt.empty());
  }
}
