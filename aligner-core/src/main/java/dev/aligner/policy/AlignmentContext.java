package dev.aligner.policy;

import dev.aligner.CancellationToken;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of an answer but its text: the question, what kind of answer it is, and whose.
 *
 * <p>Immutable and thread-safe. {@link #toString()} tells lengths, never texts or keys.
 */
public final class AlignmentContext {

  private final String query;
  private final Set<AnswerTrait> traits;
  private final @Nullable String samplingKey;
  private final @Nullable CancellationToken cancellation;
  private final @Nullable Duration upstreamTime;

  private AlignmentContext(
      String query,
      Set<AnswerTrait> traits,
      @Nullable String samplingKey,
      @Nullable CancellationToken cancellation,
      @Nullable Duration upstreamTime) {
    this.query = Objects.requireNonNull(query, "query");
    this.traits = traits;
    this.samplingKey = samplingKey;
    this.cancellation = cancellation;
    this.upstreamTime = upstreamTime;
  }

  /**
   * Makes a context of a question, without traits.
   *
   * @param query the question that was asked; may be empty
   * @return the context
   */
  public static AlignmentContext of(String query) {
    return new AlignmentContext(query, Set.of(), null, null, null);
  }

  /**
   * Returns a context with a trait more.
   *
   * @param trait what is known of the answer
   * @return a context that differs from this one in that alone
   */
  public AlignmentContext with(AnswerTrait trait) {
    EnumSet<AnswerTrait> more = EnumSet.of(trait);
    more.addAll(traits);
    return new AlignmentContext(
        query, Collections.unmodifiableSet(more), samplingKey, cancellation, upstreamTime);
  }

  /**
   * Returns a context with the key by which {@link Mode.Sample} chooses: a conversation's or a
   * user's, so that all answers to them are treated alike.
   *
   * @param key the key; it reaches listeners
   * @return a context that differs from this one in the key alone
   */
  public AlignmentContext withSamplingKey(String key) {
    return new AlignmentContext(
        query, traits, Objects.requireNonNull(key, "key"), cancellation, upstreamTime);
  }

  /**
   * Returns a context whose correction another thread can end.
   *
   * @param token what ends it, with {@link dev.aligner.CancelledException}
   * @return a context that differs from this one in the token alone
   */
  public AlignmentContext withCancellation(CancellationToken token) {
    return new AlignmentContext(
        query, traits, samplingKey, Objects.requireNonNull(token, "token"), upstreamTime);
  }

  /**
   * Returns a context that tells how long the upstream model took, for listeners.
   *
   * @param time the time of the upstream call; 0 or more
   * @return a context that differs from this one in the time alone
   * @throws IllegalArgumentException if the time is negative
   */
  public AlignmentContext withUpstreamTime(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("expected a time of 0 or more; found " + time);
    }
    return new AlignmentContext(query, traits, samplingKey, cancellation, time);
  }

  /**
   * Returns the question that was asked.
   *
   * @return the question
   */
  public String query() {
    return query;
  }

  /**
   * Returns what is known of the answer.
   *
   * @return an unmodifiable set, empty by default
   */
  public Set<AnswerTrait> traits() {
    return traits;
  }

  /**
   * Tells whether the answer has a trait.
   *
   * @param trait the trait
   * @return true if it is known to have it
   */
  public boolean has(AnswerTrait trait) {
    return traits.contains(trait);
  }

  /**
   * Returns the key by which {@link Mode.Sample} chooses.
   *
   * @return the key that was set, else the question: the same question is then always treated alike
   */
  public String samplingKey() {
    return samplingKey != null ? samplingKey : query;
  }

  /**
   * Returns what can end the correction.
   *
   * @return the token, or empty for none, the default
   */
  public Optional<CancellationToken> cancellation() {
    return Optional.ofNullable(cancellation);
  }

  /**
   * Returns how long the upstream model took.
   *
   * @return the time of its call, or empty if unknown, the default
   */
  public Optional<Duration> upstreamTime() {
    return Optional.ofNullable(upstreamTime);
  }

  @Override
  public String toString() {
    return "AlignmentContext[query=" + query.length() + " chars, traits=" + traits + "]";
  }
}
