package dev.aligner;

import dev.aligner.policy.AlignmentContext;
import dev.aligner.policy.AlignmentPolicy;
import dev.aligner.policy.AnswerAligner;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

/**
 * A chat model whose answers are corrected by an {@link Aligner} before anyone sees them.
 *
 * <p>The nesting, outermost first:
 *
 * <pre>
 * AlignedChatModel.chat(query)
 *   1. answer = upstream.chat(query)             what the upstream throws passes through
 *   2. answers.align(context of query, answer)   {@link AnswerAligner}: mode, gate, cache, passes,
 *                                                acceptance, failures, listener, in this order
 *   3. return the text to show                   the original answer where nothing was changed
 * </pre>
 *
 * <p>By default a correction that fails is no failure of the call: the original answer is returned,
 * the failure is counted ({@link AnswerAligner#counts()}), and the first of its class is logged.
 * {@link AlignmentPolicy.Builder#onFailure} throws instead.
 *
 * <p>An aligned model is a {@link ChatModel} again, so stacking is repeated wrapping: in {@code
 * b.wrap(a.wrap(model))} the aligner {@code a} sees the model's answer and {@code b} sees what
 * {@code a} made of it.
 *
 * <p>Thread-safe if the upstream model is. It owns neither the model nor the aligner and closes
 * neither of them.
 */
public final class AlignedChatModel implements ChatModel {

  private final ChatModel upstream;
  private final AnswerAligner answers;
  private final Function<String, AlignmentContext> contexts;

  private AlignedChatModel(
      ChatModel upstream, AnswerAligner answers, Function<String, AlignmentContext> contexts) {
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
  public static AlignedChatModel of(ChatModel upstream, Aligner aligner) {
    return builder(upstream, aligner).build();
  }

  /**
   * Starts to stack an aligner on a model.
   *
   * @param upstream the model whose answers are corrected
   * @param aligner the aligner that corrects them
   * @return a builder; what is not set has its default
   */
  public static Builder builder(ChatModel upstream, Aligner aligner) {
    return new Builder(upstream, aligner);
  }

  /**
   * Asks the upstream model and corrects its answer.
   *
   * @param query the question
   * @return the text to show
   * @throws NullPointerException if the query is null or the upstream model answers null
   * @throws RuntimeException what failed, where the failure policy says to throw; mostly an {@link
   *     AlignerException}
   */
  @Override
  public String chat(String query) {
    Objects.requireNonNull(query, "query");
    long start = System.nanoTime();
    String answer =
        Objects.requireNonNull(upstream.chat(query), "the upstream chat model answered null");
    Duration upstreamTime = Duration.ofNanos(Math.max(0, System.nanoTime() - start));
    AlignmentContext context = contexts.apply(query).withUpstreamTime(upstreamTime);
    return answers.align(context, answer).text();
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

    private final ChatModel upstream;
    private final Aligner aligner;
    private AlignmentPolicy policy = AlignmentPolicy.ofDefaults();
    private Function<String, AlignmentContext> contexts = AlignmentContext::of;

    private Builder(ChatModel upstream, Aligner aligner) {
      this.upstream = Objects.requireNonNull(upstream, "upstream");
      this.aligner = Objects.requireNonNull(aligner, "aligner");
    }

    /**
     * Sets which answers are corrected, what is accepted, and what happens on failure. Default:
     * {@link AlignmentPolicy#ofDefaults()}.
     *
     * @param policy the choices
     * @return this builder
     */
    public Builder policy(AlignmentPolicy policy) {
      this.policy = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * Sets what is known of an answer beside the question, such as the conversation it belongs to:
     * {@code query -> AlignmentContext.of(query).withSamplingKey(currentConversation())}. It is
     * called in the thread of the caller, after the upstream model has answered. Default: {@link
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
    public AlignedChatModel build() {
      return new AlignedChatModel(upstream, AnswerAligner.of(aligner, policy), contexts);
    }
  }
}
