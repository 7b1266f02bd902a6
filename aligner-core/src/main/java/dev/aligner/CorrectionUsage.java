package dev.aligner;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a correction cost. Where an answer was corrected in several pieces, the figures are those of
 * all pieces together. Whatever an engine cannot know is empty.
 *
 * <p>Immutable and thread-safe.
 */
public final class CorrectionUsage {

  private final Duration duration;
  private final Optional<Duration> waitingTime;
  private final OptionalInt promptTokens;
  private final OptionalInt outputTokens;
  private final OptionalInt modelSteps;
  private final OptionalInt draftedTokens;
  private final OptionalInt acceptedDraftTokens;
  private final Optional<FinishReason> finishReason;
  private final int[] outputTokenIds;

  private CorrectionUsage(Builder builder) {
    this.duration = builder.duration;
    this.waitingTime = Optional.ofNullable(builder.waitingTime);
    this.promptTokens = builder.promptTokens;
    this.outputTokens = builder.outputTokens;
    this.modelSteps = builder.modelSteps;
    this.draftedTokens = builder.draftedTokens;
    this.acceptedDraftTokens = builder.acceptedDraftTokens;
    this.finishReason = Optional.ofNullable(builder.finishReason);
    this.outputTokenIds = builder.outputTokenIds;
  }

  /**
   * Starts a usage with the one figure that every engine knows.
   *
   * @param duration wall-clock time of the correction
   * @return a builder; what is not set stays unknown
   * @throws IllegalArgumentException if the duration is negative
   */
  public static Builder builder(Duration duration) {
    return new Builder(duration);
  }

  /**
   * Returns the wall-clock time of the correction.
   *
   * @return the duration, waiting included
   */
  public Duration duration() {
    return duration;
  }

  /**
   * Returns the part of the {@link #duration} in which the correction waited for its turn in the
   * engine's queue.
   *
   * @return the time, or empty if unknown
   */
  public Optional<Duration> waitingTime() {
    return waitingTime;
  }

  /**
   * Returns the tokens the model read, special ones included, padding not.
   *
   * @return the count, or empty if unknown
   */
  public OptionalInt promptTokens() {
    return promptTokens;
  }

  /**
   * Returns the tokens the model wrote, the end-of-sequence token included.
   *
   * @return the count, or empty if unknown
   */
  public OptionalInt outputTokens() {
    return outputTokens;
  }

  /**
   * Returns the decoder runs, the one over the prompt included, an encoder's not.
   *
   * @return the count, or empty if unknown
   */
  public OptionalInt modelSteps() {
    return modelSteps;
  }

  /**
   * Returns the tokens of the original answer that the model was asked to check rather than to
   * write one by one. They make a correction faster and never another one.
   *
   * @return the count, or empty if unknown
   */
  public OptionalInt draftedTokens() {
    return draftedTokens;
  }

  /**
   * Returns how many of the {@linkplain #draftedTokens() drafted tokens} the model wrote itself.
   *
   * @return the count, or empty if unknown
   */
  public OptionalInt acceptedDraftTokens() {
    return acceptedDraftTokens;
  }

  /**
   * Returns why the model stopped: {@link FinishReason#LENGTH} if any piece reached the limit.
   *
   * @return the reason, or empty if unknown
   */
  public Optional<FinishReason> finishReason() {
    return finishReason;
  }

  /**
   * Returns the ids of the tokens the model wrote, end-of-sequence tokens included, the decoder's
   * start token and padding not. Pieces follow each other in the order of the text.
   *
   * @return a fresh array, empty if unknown
   */
  public int[] outputTokenIds() {
    return outputTokenIds.clone();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("CorrectionUsage[").append(duration);
    waitingTime.ifPresent(time -> text.append(", waitingTime=").append(time));
    promptTokens.ifPresent(n -> text.append(", promptTokens=").append(n));
    outputTokens.ifPresent(n -> text.append(", outputTokens=").append(n));
    modelSteps.ifPresent(n -> text.append(", modelSteps=").append(n));
    draftedTokens.ifPresent(n -> text.append(", draftedTokens=").append(n));
    acceptedDraftTokens.ifPresent(n -> text.append(", acceptedDraftTokens=").append(n));
    finishReason.ifPresent(r -> text.append(", finishReason=").append(r));
    return text.append(']').toString();
  }

  /** Collects the figures an engine knows. Not thread-safe. */
  public static final class Builder {

    private final Duration duration;
    private @Nullable Duration waitingTime;
    private OptionalInt promptTokens = OptionalInt.empty();
    private OptionalInt outputTokens = OptionalInt.empty();
    private OptionalInt modelSteps = OptionalInt.empty();
    private OptionalInt draftedTokens = OptionalInt.empty();
    private OptionalInt acceptedDraftTokens = OptionalInt.empty();
    private @Nullable FinishReason finishReason;
    private int[] outputTokenIds = {};

    private Builder(Duration duration) {
      if (duration.isNegative()) {
        throw new IllegalArgumentException("duration is negative: " + duration);
      }
      this.duration = duration;
    }

    /**
     * Sets the time in which the correction waited for its turn.
     *
     * @param time the time, 0 or more
     * @return this builder
     * @throws IllegalArgumentException if the time is negative
     */
    public Builder waitingTime(Duration time) {
      if (time.isNegative()) {
        throw new IllegalArgumentException("waitingTime is negative: " + time);
      }
      waitingTime = time;
      return this;
    }

    /**
     * Sets the tokens the model read.
     *
     * @param count the count, 0 or more
     * @return this builder
     * @throws IllegalArgumentException if the count is negative
     */
    public Builder promptTokens(int count) {
      promptTokens = OptionalInt.of(notNegative("promptTokens", count));
      return this;
    }

    /**
     * Sets the tokens the model wrote. {@link #outputTokenIds} sets the count too.
     *
     * @param count the count, 0 or more
     * @return this builder
     * @throws IllegalArgumentException if the count is negative
     */
    public Builder outputTokens(int count) {
      outputTokens = OptionalInt.of(notNegative("outputTokens", count));
      return this;
    }

    /**
     * Sets the ids of the tokens the model wrote, and their count.
     *
     * @param ids the ids; copied
     * @return this builder
     */
    public Builder outputTokenIds(int[] ids) {
      outputTokenIds = ids.clone();
      return outputTokens(ids.length);
    }

    /**
     * Sets the decoder runs.
     *
     * @param count the count, 0 or more
     * @return this builder
     * @throws IllegalArgumentException if the count is negative
     */
    public Builder modelSteps(int count) {
      modelSteps = OptionalInt.of(notNegative("modelSteps", count));
      return this;
    }

    /**
     * Sets the tokens that were drafted, and how many of them the model wrote.
     *
     * @param drafted the tokens it was asked to check, 0 or more
     * @param accepted those that it wrote itself, 0 to {@code drafted}
     * @return this builder
     * @throws IllegalArgumentException if a count is negative, or more were accepted than drafted
     */
    public Builder draftedTokens(int drafted, int accepted) {
      if (notNegative("acceptedDraftTokens", accepted) > notNegative("draftedTokens", drafted)) {
        throw new IllegalArgumentException(
            "expected at most " + drafted + " accepted tokens; found " + accepted);
      }
      draftedTokens = OptionalInt.of(drafted);
      acceptedDraftTokens = OptionalInt.of(accepted);
      return this;
    }

    /**
     * Sets why the model stopped.
     *
     * @param reason the reason
     * @return this builder
     */
    public Builder finishReason(FinishReason reason) {
      finishReason = Objects.requireNonNull(reason, "reason");
      return this;
    }

    /**
     * Makes the usage. The builder stays usable.
     *
     * @return the usage
     */
    public CorrectionUsage build() {
      return new CorrectionUsage(this);
    }

    private static int notNegative(String name, int count) {
      if (count < 0) {
        throw new IllegalArgumentException(name + " is negative: " + count);
      }
      return count;
    }
  }
}
