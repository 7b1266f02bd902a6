package dev.aligner.onnx.internal.chat;

import java.time.LocalDateTime;

/**
 * One rendering, and what is left of its bounds: a template is a program that comes with a model,
 * and may neither run without end nor fill the memory. Not thread-safe.
 *
 * <p>Every node that is evaluated and every element of a list costs a step, every character that is
 * made or searched costs a character. Real templates take some thousands of both.
 */
final class Run {

  private static final long STEPS = 1_000_000;
  private static final long CHARACTERS = 8_000_000;
  private static final int CHARACTERS_PER_INPUT = 32;
  private static final int DEPTH = 300;

  private final LocalDateTime now;
  private long steps = STEPS;
  private long characters;
  private int depth;

  /**
   * Begins a rendering.
   *
   * @param inputLength characters of template and messages together
   * @param now what the template takes for the time
   */
  Run(long inputLength, LocalDateTime now) {
    this.characters = CHARACTERS + CHARACTERS_PER_INPUT * inputLength;
    this.now = now;
  }

  LocalDateTime now() {
    return now;
  }

  void steps(long count) {
    steps -= count;
    if (steps < 0) {
      throw new TemplateException("it takes more than " + STEPS + " steps");
    }
  }

  void characters(long count) {
    characters -= count;
    if (characters < 0) {
      throw new TemplateException("it handles more characters than templates need");
    }
  }

  /** Charges a search for a text in another, which is slow for long ones. */
  void search(String text, String part) {
    characters(text.length() * (1L + part.length() / 16));
  }

  String charged(String text) {
    characters(text.length());
    return text;
  }

  void enter() {
    steps(1);
    if (++depth > DEPTH) {
      throw new TemplateException("it is nested more than " + DEPTH + " levels deep");
    }
  }

  void leave() {
    depth--;
  }
}
