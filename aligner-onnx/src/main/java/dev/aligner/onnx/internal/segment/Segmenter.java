package dev.aligner.onnx.internal.segment;

import dev.aligner.onnx.Segmentation;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts an answer into pieces. Chat answers are Markdown more often than not, so lines are looked at
 * first (fenced and indented code and tables pass as they are), then what stands inside a line
 * (list and heading marks, inline code and URLs), and what is left is cut into sentences. A line
 * end always ends a sentence. Not thread-safe; one for each answer.
 */
public final class Segmenter {

  private static final Pattern FENCE = Pattern.compile("\\s*(```+|~~~+).*");
  private static final Pattern TABLE_ROW = Pattern.compile("\\s*\\|.*");
  private static final Pattern INDENTED = Pattern.compile("( {4}|\\t).*\\S.*");
  private static final Pattern LIST_ITEM = Pattern.compile("\\s*(?:[-*+]|\\d{1,9}[.)])\\s.*");
  private static final Pattern LINE_MARK =
      Pattern.compile("\\s*(?:>\\s*)*(?:#{1,6}\\s+|[-*+]\\s+(?:\\[[ xX]]\\s+)?|\\d{1,9}[.)]\\s+)?");

  /** Inline code, and URLs up to a character that ends them in running text. */
  private static final Pattern UNTOUCHED =
      Pattern.compile(
          "(`+)[^`].*?\\1(?!`)"
              + "|(?:https?://|ftp://|mailto:|www\\.)[^\\s<>\"]*[^\\s<>\"'.,;:!?)\\]}*_]");

  private final Locale locale;
  private final List<Piece> pieces = new ArrayList<>();
  private final StringBuilder untouched = new StringBuilder();

  private Segmenter(Locale locale) {
    this.locale = locale;
  }

  /**
   * Cuts an answer.
   *
   * @param answer the answer
   * @param segmentation how to cut it
   * @return the pieces in order; put together they are the answer
   */
  public static List<Piece> cut(String answer, Segmentation segmentation) {
    if (!(segmentation instanceof Segmentation.Sentences sentences)) {
      return List.of(new Piece(answer, true));
    }
    Segmenter segmenter = new Segmenter(sentences.locale());
    segmenter.lines(answer);
    segmenter.flush();
    return segmenter.pieces;
  }

  private void lines(String answer) {
    String fence = "";
    boolean blankBefore = true;
    boolean codeBefore = false;
    boolean inList = false;
    for (int start = 0; start < answer.length(); ) {
      int end = lineEnd(answer, start);
      String line = answer.substring(start, end);
      Matcher fenceMark = FENCE.matcher(line.stripTrailing());
      boolean code =
          INDENTED.matcher(line.stripTrailing()).matches()
              && (codeBefore || (blankBefore && !inList));
      if (!fence.isEmpty()) {
        untouched.append(line);
        boolean closes = line.strip().startsWith(fence) && line.strip().length() >= fence.length();
        fence = closes ? "" : fence;
        code = false;
      } else if (fenceMark.matches()) {
        fence = fenceMark.group(1);
        untouched.append(line);
      } else if (code || TABLE_ROW.matcher(line.stripTrailing()).matches()) {
        untouched.append(line);
      } else {
        prose(line);
      }
      codeBefore = code;
      blankBefore = line.isBlank();
      if (!blankBefore) {
        inList =
            LIST_ITEM.matcher(line.stripTrailing()).matches()
                || (inList && Character.isWhitespace(line.charAt(0)));
      }
      start = end;
    }
  }

  /** Returns where the line ends, its line break included. */
  private static int lineEnd(String text, int start) {
    for (int i = start; i < text.length(); i++) {
      if (text.charAt(i) == '\n') {
        return i + 1;
      }
      if (text.charAt(i) == '\r') {
        return i + 1 < text.length() && text.charAt(i + 1) == '\n' ? i + 2 : i + 1;
      }
    }
    return text.length();
  }

  private void prose(String line) {
    Matcher mark = LINE_MARK.matcher(line);
    int from = mark.lookingAt() ? mark.end() : 0;
    untouched.append(line, 0, from);
    Matcher skip = UNTOUCHED.matcher(line);
    while (from < line.length() && skip.find(from)) {
      sentences(line.substring(from, skip.start()));
      untouched.append(skip.group());
      from = skip.end();
    }
    sentences(line.substring(from));
  }

  private void sentences(String text) {
    BreakIterator breaks = BreakIterator.getSentenceInstance(locale);
    breaks.setText(text);
    int start = breaks.first();
    for (int end = breaks.next(); end != BreakIterator.DONE; start = end, end = breaks.next()) {
      sentence(text.substring(start, end));
    }
  }

  private void sentence(String text) {
    if (text.codePoints().noneMatch(Character::isLetter)) {
      untouched.append(text);
      return;
    }
    String leftTrimmed = text.stripLeading();
    String body = leftTrimmed.stripTrailing();
    untouched.append(text, 0, text.length() - leftTrimmed.length());
    flush();
    pieces.add(new Piece(body, true));
    untouched.append(leftTrimmed, body.length(), leftTrimmed.length());
  }

  private void flush() {
    if (!untouched.isEmpty()) {
      pieces.add(new Piece(untouched.toString(), false));
      untouched.setLength(0);
    }
  }
}
