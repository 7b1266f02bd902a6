package dev.aligner;

import java.util.ArrayList;
import java.util.List;

/**
 * A rendered prompt: its text, and which part of the text came from where. An engine trusts the
 * template's own characters alone: a control token's spelling in a question or an answer is
 * ordinary text.
 *
 * <p>Immutable and thread-safe. {@link #toString()} tells lengths, never the text.
 */
public final class Prompt {

  /** Where a part of a prompt came from. */
  public enum Source {
    /** The template itself; the only source that may spell control tokens. */
    TEMPLATE,
    /** The user's question. */
    QUESTION,
    /** What is shown of the answer already. */
    SHOWN,
    /** The upstream model's answer. */
    ANSWER
  }

  /** A part of a prompt, in characters of {@link Prompt#text()}: {@code [start, end)}. */
  public static final class Span {

    private final Source source;
    private final int start;
    private final int end;

    Span(Source source, int start, int end) {
      this.source = source;
      this.start = start;
      this.end = end;
    }

    /**
     * Returns where the part came from.
     *
     * @return the source
     */
    public Source source() {
      return source;
    }

    /**
     * Returns where the part begins.
     *
     * @return index of the first character
     */
    public int start() {
      return start;
    }

    /**
     * Returns where the part ends.
     *
     * @return index after the last character
     */
    public int end() {
      return end;
    }

    @Override
    public String toString() {
      return source + "[" + start + ", " + end + ")";
    }
  }

  private final String text;
  private final List<Span> spans;

  Prompt(String text, List<Span> spans) {
    this.text = text;
    this.spans = List.copyOf(spans);
  }

  /**
   * Makes a prompt of a text that is trusted as a whole, as one that a developer wrote.
   *
   * @param text the whole prompt
   * @return a prompt with one span, {@link Source#TEMPLATE}
   */
  public static Prompt ofTrusted(String text) {
    return new Prompt(text, List.of(new Span(Source.TEMPLATE, 0, text.length())));
  }

  /**
   * Puts trusted text around this prompt, as a chat template does around a user's turn.
   *
   * @param before what stands before it
   * @param after what stands after it
   * @return a prompt in which this one keeps its spans, and the rest is {@link Source#TEMPLATE}
   */
  public Prompt within(String before, String after) {
    List<Span> all = new ArrayList<>();
    all.add(new Span(Source.TEMPLATE, 0, before.length()));
    for (Span span : spans) {
      all.add(new Span(span.source, span.start + before.length(), span.end + before.length()));
    }
    int end = before.length() + text.length();
    all.add(new Span(Source.TEMPLATE, end, end + after.length()));
    return new Prompt(before + text + after, all);
  }

  /**
   * Cuts a part out of this prompt.
   *
   * @param start index of the first character
   * @param end index after the last character
   * @return the part, with the spans that lie in it
   * @throws IndexOutOfBoundsException if there is no such part
   */
  public Prompt part(int start, int end) {
    String part = text.substring(start, end);
    List<Span> all = new ArrayList<>();
    for (Span span : spans) {
      int from = Math.max(span.start, start);
      int to = Math.min(span.end, end);
      if (from <= to) {
        all.add(new Span(span.source, from - start, to - start));
      }
    }
    return new Prompt(part, all);
  }

  /**
   * Returns the whole prompt.
   *
   * @return the text a reference implementation would tokenize
   */
  public String text() {
    return text;
  }

  /**
   * Returns the parts of the prompt.
   *
   * @return spans in the order of the text, without gaps; empty parts included
   */
  public List<Span> spans() {
    return spans;
  }

  @Override
  public String toString() {
    return "Prompt[" + text.length() + " chars, spans=" + spans + "]";
  }
}
