package dev.aligner.onnx;

import dev.aligner.FinishReason;
import dev.aligner.onnx.internal.decode.DraftUsage;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a model wrote.
 *
 * <p>Immutable and thread-safe. {@link #toString()} tells counts, never the text.
 */
public final class Generation {

  private final List<GeneratedSequence> sequences;
  private final int promptTokens;
  private final int modelSteps;
  private final DraftUsage drafts;
  private final Duration duration;

  Generation(
      List<GeneratedSequence> sequences,
      int promptTokens,
      int modelSteps,
      DraftUsage drafts,
      Duration duration) {
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException("expected at least one sequence; found none");
    }
    this.sequences = List.copyOf(sequences);
    this.promptTokens = promptTokens;
    this.modelSteps = modelSteps;
    this.drafts = drafts;
    this.duration = duration;
  }

  /**
   * Returns all outputs, as many as {@link DecodingOption#NUM_RETURN_SEQUENCES} asked for.
   *
   * @return an unmodifiable list of at least one, the best first
   */
  public List<GeneratedSequence> sequences() {
    return sequences;
  }

  private GeneratedSequence best() {
    return sequences.get(0);
  }

  /**
   * Returns the ids of the tokens of the best output, as {@link GeneratedSequence#tokenIds()}.
   *
   * @return a fresh array
   */
  public int[] tokenIds() {
    return best().tokenIds();
  }

  /**
   * Returns the text of the best output, special tokens left out.
   *
   * @return the text
   */
  public String text() {
    return best().text();
  }

  /**
   * Returns why the best output ended.
   *
   * @return the reason
   */
  public FinishReason finishReason() {
    return best().finishReason();
  }

  /**
   * Returns the score of the best output, as {@link GeneratedSequence#score()}.
   *
   * @return the score, or empty if it was not found by beam search
   */
  public OptionalDouble score() {
    return best().score();
  }

  /**
   * Returns the tokens the model read, special ones included.
   *
   * @return the count
   */
  public int promptTokens() {
    return promptTokens;
  }

  /**
   * Returns the decoder runs, the one over the prompt included, an encoder's not.
   *
   * @return the count
   */
  public int modelSteps() {
    return modelSteps;
  }

  /**
   * Returns how many tokens of the {@linkplain GenerationRequest#withDraft draft} the model
   * checked.
   *
   * @return the count; a token that is checked twice counts twice
   */
  public int draftedTokens() {
    return drafts.drafted();
  }

  /**
   * Returns how many of the {@linkplain #draftedTokens() drafted tokens} the model wrote itself.
   *
   * @return the count
   */
  public int acceptedDraftTokens() {
    return drafts.accepted();
  }

  /**
   * Returns the wall-clock time.
   *
   * @return the duration
   */
  public Duration duration() {
    return duration;
  }

  @Override
  public String toString() {
    return "Generation["
        + sequences
        + ", promptTokens="
        + promptTokens
        + ", modelSteps="
        + modelSteps
        + ", "
        + duration
        + "]";
  }
}
