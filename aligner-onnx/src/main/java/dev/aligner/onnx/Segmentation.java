package dev.aligner.onnx;

import java.util.Locale;
import java.util.Objects;

/**
 * Which pieces of an answer the model sees. The default is what {@code aligner.json} says, else
 * {@link #none()}.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface Segmentation {

  /**
   * Returns no segmentation: the model reads and writes the answer as a whole, as in the paper.
   *
   * @return the segmentation
   */
  static Segmentation none() {
    return new Whole();
  }

  /**
   * Returns segmentation by the sentences of English text. Each sentence is corrected by itself,
   * all of an answer as one batch. Code blocks, tables, inline code and URLs pass untouched, and so
   * does every character of whitespace between sentences.
   *
   * @return the segmentation
   */
  static Segmentation sentences() {
    return sentences(Locale.ENGLISH);
  }

  /**
   * Returns segmentation by sentences, as {@link #sentences()}, of text in another language.
   *
   * @param locale the language, as {@link java.text.BreakIterator} knows it
   * @return the segmentation
   */
  static Segmentation sentences(Locale locale) {
    return new Sentences(locale);
  }

  /** The answer as a whole. */
  final class Whole implements Segmentation {

    private Whole() {}

    @Override
    public String toString() {
      return "none";
    }
  }

  /** Sentence by sentence. */
  final class Sentences implements Segmentation {

    private final Locale locale;

    private Sentences(Locale locale) {
      this.locale = Objects.requireNonNull(locale, "locale");
    }

    /**
     * Returns the language of the text.
     *
     * @return the locale
     */
    public Locale locale() {
      return locale;
    }

    @Override
    public String toString() {
      return "sentences(" + locale.toLanguageTag() + ")";
    }
  }
}
