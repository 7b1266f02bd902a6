package dev.aligner.onnx.internal.segment;

import dev.aligner.onnx.Segmentation;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts an answer into pieces. Chat answers are Markdown more often than not, so {@link Blocks}
 * tells first which lines pass as they are (code and tables); in a line of prose the marks at its
 * beginning pass (of quotes, headings and lists), and so does what {@link InlineMarkup} finds
 * (inline code, URLs, tags); what is left is cut into sentences. A line end always ends a sentence.
 *
 * <p>A piece that is to be corrected holds a letter, no line break, and no whitespace around it. A
 * sentence around inline code becomes several such pieces; no text is ever lost.
 *
 * <p>The time is linear in the length of the answer, whatever stands in it. Not thread-safe; one
 * for each answer.
 */
public final class Segmenter {

  private static final Pattern LINE_BREAK = Pattern.compile("\\R");
  private static final Pattern LINE_MARKS =
      Pattern.compile(
          "(?:\\s*+(?:>|(?:#{1,6}+|[-*+]|\\d{1,9}+[.)]|\\[[ xX]]|\\[[^\\[\\]]++]:)(?=\\s)))*+");

  /** What may stand before the first word of a sentence only because it ends something else. */
  private static final String CLOSING = ",.;:!?)]}、，。；：！？）】」』";

  /** What may stand after the last word of a sentence only because it begins something else. */
  private static final String OPENING = "([{（【「『";

  private static final String EMPHASIS = "*_~";
  private static final int WINDOW = 512;

  private final BreakIterator sentences;
  private final List<Piece> pieces = new ArrayList<>();
  private final StringBuilder untouched = new StringBuilder();

  private Segmenter(Locale locale) {
    this.sentences = BreakIterator.getSentenceInstance(locale);
  }

  /**
   * Cuts an answer.
   *
   * @param answer the answer
   * @param segmentation how to cut it
   * @return the pieces in order; put together they are the answer
   */
  public static List<Piece> cut(String answer, Segmentation segmentation) {
    if (!(segmentation instanceof Segmentation.Sentences chosen)) {
      return List.of(new Piece(answer, true));
    }
    Segmenter segmenter = new Segmenter(chosen.locale());
    segmenter.addLines(lines(answer));
    segmenter.flush();
    return List.copyOf(segmenter.pieces);
  }

  /** Cuts after each line break, so that the lines put together are the text. */
  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    Matcher lineBreak = LINE_BREAK.matcher(text);
    int start = 0;
    while (lineBreak.find()) {
      lines.add(text.substring(start, lineBreak.end()));
      start = lineBreak.end();
    }
    lines.add(text.substring(start));
    return lines;
  }

  private void addLines(List<String> lines) {
    Blocks blocks = new Blocks();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (blocks.isProse(line, i + 1 < lines.size() ? lines.get(i + 1) : "")) {
        addProse(line);
      } else {
        untouched.append(line);
      }
    }
  }

  private void addProse(String line) {
    Matcher marks = LINE_MARKS.matcher(line);
    int from = marks.lookingAt() ? marks.end() : 0;
    untouched.append(line, 0, from);
    InlineMarkup markup = new InlineMarkup(line, from);
    while (markup.next()) {
      addSentences(line.substring(from, markup.start()));
      untouched.append(line, markup.start(), markup.end());
      from = markup.end();
    }
    addSentences(line.substring(from));
  }

  /**
   * Cuts text into sentences, looking at a window of it at a time: {@link BreakIterator} may look
   * ahead to the end of its text for each sentence. Only what ends in the first half of a window is
   * taken, so that some text after it has been seen; a longer sentence has a wider window.
   */
  private void addSentences(String text) {
    if (!hasLetter(text)) {
      untouched.append(text);
      return;
    }
    int width = WINDOW;
    int start = 0;
    while (start < text.length()) {
      int windowEnd = Math.min(text.length(), start + width);
      int trusted = windowEnd == text.length() ? windowEnd - start : width / 2;
      sentences.setText(text.substring(start, windowEnd));
      int taken = 0;
      for (int end = sentences.following(0);
          end != BreakIterator.DONE && end <= trusted && (taken == 0 || width == WINDOW);
          end = sentences.next()) {
        addSentence(text.substring(start + taken, start + end));
        taken = end;
      }
      start += taken;
      width = taken == 0 ? width * 2 : WINDOW;
    }
  }

  private void addSentence(String text) {
    if (!hasLetter(text)) {
      untouched.append(text);
      return;
    }
    int start = startOf(text);
    int end = endOf(text);
    untouched.append(text, 0, start);
    flush();
    pieces.add(new Piece(text.substring(start, end), true));
    untouched.append(text, end, text.length());
  }

  private void flush() {
    if (!untouched.isEmpty()) {
      pieces.add(new Piece(untouched.toString(), false));
      untouched.setLength(0);
    }
  }

  private static boolean hasLetter(String text) {
    return text.codePoints().anyMatch(Character::isLetter);
  }

  /** Skips whitespace, closing marks, and marks of emphasis that can only close it. */
  private static int startOf(String text) {
    int start = 0;
    while (true) {
      int next = start;
      while (EMPHASIS.indexOf(text.charAt(next)) >= 0) {
        next++;
      }
      char c = text.charAt(next);
      if (!isBlank(c) && CLOSING.indexOf(c) < 0) {
        return start;
      }
      start = next + 1;
    }
  }

  /** Skips, from the end, whitespace, opening marks, and marks of emphasis that can only open. */
  private static int endOf(String text) {
    int end = text.length();
    while (true) {
      int before = end;
      while (EMPHASIS.indexOf(text.charAt(before - 1)) >= 0) {
        before--;
      }
      char c = text.charAt(before - 1);
      if (!isBlank(c) && OPENING.indexOf(c) < 0) {
        return end;
      }
      end = before - 1;
    }
  }

  /** Tells whether a character is white to the eye: no-break spaces count. */
  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }
}
