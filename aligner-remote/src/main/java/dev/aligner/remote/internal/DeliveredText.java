package dev.aligner.remote.internal;

import dev.aligner.internal.OutputText;
import java.util.function.Consumer;

/**
 * Delivers a corrected answer while a server writes it: what later parts cannot change, in whole
 * characters. Not thread-safe.
 */
final class DeliveredText {

  private final OutputText output;
  private final Consumer<String> onText;
  private final StringBuilder delivered = new StringBuilder();
  private String half = "";

  /**
   * Begins a text.
   *
   * @param answer the original answer
   * @param prefix what the model writes before the text itself, maybe nothing
   * @param onText hears of the text, never of an empty one
   */
  DeliveredText(String answer, String prefix, Consumer<String> onText) {
    this.output = new OutputText(answer, prefix);
    this.onText = onText;
  }

  /** Adds what the model wrote. */
  void append(String written) {
    deliver(output.append(written));
  }

  /** Ends the text. */
  void finish() {
    deliver(output.finish());
    if (!half.isEmpty()) {
      delivered.append(half);
      onText.accept(half);
      half = "";
    }
  }

  /** Tells whether anything was delivered, which cannot be taken back. */
  boolean hasBegun() {
    return !delivered.isEmpty();
  }

  /** Returns all that was delivered. */
  String text() {
    return delivered.toString();
  }

  private void deliver(String certain) {
    String text = half + certain;
    boolean cut = !text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1));
    int end = cut ? text.length() - 1 : text.length();
    half = text.substring(end);
    if (end > 0) {
      String part = text.substring(0, end);
      delivered.append(part);
      onText.accept(part);
    }
  }
}
