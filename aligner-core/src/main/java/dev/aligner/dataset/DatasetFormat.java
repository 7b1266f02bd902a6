package dev.aligner.dataset;

import java.util.Locale;

/** What the rows of a dataset look like; each is one line of JSON. */
public enum DatasetFormat {

  /**
   * {@link DatasetRow.Qac}: question, answer and correction, to train an aligner on. Answers that
   * the aligner kept are among them, since an aligner must learn that, too.
   */
  QAC,

  /**
   * {@link DatasetRow.Preference}: TRL's standard preference rows, to train an upstream model
   * without a chat template on: a trainer joins prompt and answer as they are. Pairs of equal texts
   * are left out.
   */
  PREFERENCE,

  /**
   * {@link DatasetRow.Conversational}: TRL's conversational preference rows, to train an upstream
   * model with a chat template on. Pairs of equal texts are left out.
   */
  CONVERSATIONAL,

  /**
   * {@link DatasetRow.Qac} whose correction is the answer, to warm an aligner up on copying. No
   * model is asked.
   */
  IDENTITY;

  /** Tells whether a row says that one text is better than another. */
  boolean isPreference() {
    return this == PREFERENCE || this == CONVERSATIONAL;
  }

  /** Returns the name as it stands in files. */
  String lowerCase() {
    return name().toLowerCase(Locale.ROOT);
  }
}
