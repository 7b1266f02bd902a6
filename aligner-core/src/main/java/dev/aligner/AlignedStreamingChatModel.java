package dev.aligner;

import dev.aligner.internal.StreamRelay;
import dev.aligner.policy.AlignmentContext;
import dev.aligner.policy.AlignmentPolicy;
import dev.aligner.policy.AnswerAligner;
import java.util.Objects;
import java.util.function.Function;

/**
 * A chat model that answers in parts, and whose answers are corrected by an {@link Aligner} before
 * anyone sees them. {@link AlignmentPolicy#streams()} says what is shown when; by default nothing
 * before the whole answer is corrected and accepted.
 *
 * <p>Corrections run in the thread in which the upstream model calls its handler, which waits
 * meanwhile. The handler hears one {@code onComplete} or {@code onError}, in the end, whatever the
 * upstream model does:
 *
 * <ul>
 *   <li>an error of the upstream model is passed on as it is, and an exception that it throws to
 *       its caller is thrown; of an answer that broke off nothing more is shown,
 *   <li>a correction that fails is an {@code onError} where the failure policy says to throw; the
 *       upstream model is cancelled,
 *   <li>a stream that is cancelled ends with {@link CancelledException}, as soon as the upstream
 *       model calls again or the correction that runs has ended; no text is shown after that,
 *   <li>what the handler throws reaches the upstream model, as without an aligner, and ends the
 *       stream; the upstream model is cancelled,
 *   <li>calls after the end are ignored, and calls from several threads wait for each other.
 * </ul>
 *
 * <p>Thread-safe if the upstream model is. It owns neither the model nor the aligner and closes
 * neither of them.
 */
public final class AlignedStreamingChatModel implements StreamingChatModel {

  private final StreamingChatModel upstream;
  private final AnswerAligner answers;
  private final Function<String, AlignmentContext> contexts;

  private AlignedStreamingChatModel(
      StreamingChatModel upstream,
      AnswerAligner answers,
      Function<String, AlignmentContext> contexts) {
    this.upstream = upstream;
    this.answers = answers;
    this.contexts = contexts;
  }

  /**
   * Stacks an aligner on a model, with {@link AlignmentPolicy#ofDefaults()}.
   *
   * @param upstream the model whose answers are corrected
   * @param aligner the aligner that corrects them
   * @return the aligned model
   */
  public static AlignedStreamingChatModel of(StreamingChatModel upstream, Aligner aligner) {
    return builder(upstream, aligner).build();
  }

  /**
   * Starts to stack an aligner on a model.
   *
   * @param upstream the model whose answers are corrected
   * @param aligner the aligner that corrects them
   * @return a builder; what is not set has its default
   */
  public static Builder builder(StreamingChatModel upstream, Aligner aligner) {
    return new Builder(upstream, aligner);
  }

  /**
   * Asks the upstream model and corrects its answer.
   *
   * @param query the question
   * @param cancellation ends the upstream model's answer and the correction
   * @param handler hears of the text to show
   */
  @Override
  public void chat(String query, CancellationToken cancellation, StreamHandler handler) {
    Objects.requireNonNull(query, "query");
    Objects.requireNonNull(cancellation, "cancellation");
    Objects.requireNonNull(handler, "handler");
    AlignmentContext context = contexts.apply(query).withCancellation(cancellation);
    StreamRelay relay = StreamRelay.open(answers, context, cancellation, handler);
    try {
      upstream.chat(query, relay.upstreamToken(), relay);
    } catch (RuntimeException | Error e) {
      relay.upstreamThrew();
      throw e;
    }
  }

  /**
   * Returns what corrects the answers, and counts what it did.
   *
   * @return the aligner of answers
   */
  public AnswerAligner answers() {
    return answers;
  }

  /** Collects choices; all are optional. Not thread-safe. It stays usable after {@link #build}. */
  public static final class Builder {

    private final StreamingChatModel upstream;
    private final Aligner aligner;
    private AlignmentPolicy policy = AlignmentPolicy.ofDefaults();
    private Function<String, AlignmentContext> contexts = AlignmentContext::of;

    private Builder(StreamingChatModel upstream, Aligner aligner) {
      this.upstream = Objects.requireNonNull(upstream, "upstream");
      this.aligner = Objects.requireNonNull(aligner, "aligner");
    }

    /**
     * Sets which answers are corrected, what is accepted, what happens on failure, and what is
     * shown when. Default: {@link AlignmentPolicy#ofDefaults()}.
     *
     * @param policy the choices
     * @return this builder
     */
    public Builder policy(AlignmentPolicy policy) {
      this.policy = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * Sets what is known of an answer beside the question, such as the conversation it belongs to.
     * It is called in the thread of the caller, before the upstream model is asked. Default: {@link
     * AlignmentContext#of}.
     *
     * @param contexts makes the context of a question; what it throws passes through
     * @return this builder
     */
    public Builder context(Function<String, AlignmentContext> contexts) {
      this.contexts = Objects.requireNonNull(contexts, "contexts");
      return this;
    }

    /**
     * Makes the model.
     *
     * @return the aligned model
     * @throws IllegalArgumentException if the policy has a cache, and the aligner has no {@link
     *     Aligner#fingerprint()}
     */
    public AlignedStreamingChatModel build() {
      return new AlignedStreamingChatModel(upstream, AnswerAligner.of(aligner, policy), contexts);
    }
  }
}
