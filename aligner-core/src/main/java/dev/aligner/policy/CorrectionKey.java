package dev.aligner.policy;

import dev.aligner.CorrectionRequest;
import java.util.Objects;

/**
 * What a correction depends on: the same key, the same text. Two keys are equal if all they hold
 * is.
 *
 * <p>Immutable and thread-safe. {@link #toString()} tells lengths, never texts.
 *
 * @param fingerprint {@link dev.aligner.Aligner#fingerprint()}: the model, its decoding, its
 *     template
 * @param query the question
 * @param shown what was shown of the answer already; empty but in streams
 * @param answer the answer
 */
public record CorrectionKey(String fingerprint, String query, String shown, String answer) {

  /** Checks. */
  public CorrectionKey {
    Objects.requireNonNull(fingerprint, "fingerprint");
    Objects.requireNonNull(query, "query");
    Objects.requireNonNull(shown, "shown");
    Objects.requireNonNull(answer, "answer");
  }

  /**
   * Makes the key of a request.
   *
   * @param fingerprint the aligner's
   * @param request the question and the answer
   * @return the key
   */
  public static CorrectionKey of(String fingerprint, CorrectionRequest request) {
    return new CorrectionKey(fingerprint, request.query(), request.shown(), request.answer());
  }

  /** Returns the lengths; the texts never reach a log. */
  @Override
  public String toString() {
    return "CorrectionKey[query="
        + query.length()
        + " chars, shown="
        + shown.length()
        + " chars, answer="
        + answer.length()
        + " chars]";
  }
}
