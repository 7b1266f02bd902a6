package dev.aligner.internal;

import dev.aligner.policy.SegmentRule;
import java.util.Set;

/**
 * Cuts after sentences and lines. An end is only taken where no later text can take it back, so how
 * a stream is cut into parts changes nothing. Thread-safe.
 */
public enum SentenceRule implements SegmentRule {
  /** The only one. */
  INSTANCE;

  private static final int NONE = -1;
  private static final int LONGEST_TITLE = 5;
  private static final String ENDS = ".!?…";
  private static final String IDEOGRAPHIC_ENDS = "。！？｡";
  private static final Set<String> TITLES =
      Set.of("Dr", "Mr", "Mrs", "Ms", "Prof", "St", "vs", "Fig", "Eq");
  private static final String CLOSING = "\"'”’»)]}*_」』）】";

  @Override
  public int firstEnd(CharSequence text, boolean complete) {
    int start = skipBlank(text, 0);
    int fence = fence(text, start, complete);
    if (fence != 0) {
      return fence > 0 ? fence : unknown(text, complete);
    }
    boolean letters = false;
    int i = start;
    while (i < text.length()) {
      char c = text.charAt(i);
      int next = i + 1;
      if (c == '\n') {
        return sure(text, skipBlank(text, i), complete);
      }
      if (isEnd(c)) {
        int end = letters ? afterMark(text, start, i) : NONE;
        if (end != NONE) {
          return sure(text, end, complete);
        }
        next = afterMarks(text, i);
      }
      letters |= Character.isLetter(c);
      i = next;
    }
    return unknown(text, complete);
  }

  /** An end is sure if something stands behind it. */
  private static int sure(CharSequence text, int end, boolean complete) {
    return end == text.length() ? unknown(text, complete) : end;
  }

  private static int unknown(CharSequence text, boolean complete) {
    return complete ? text.length() : -1;
  }

  /**
   * Tells where the sentence ends that a mark may end.
   *
   * @return the end, with the whitespace behind it; the length of the text if more has to be known;
   *     or {@link #NONE} if no sentence ends here
   */
  private static int afterMark(CharSequence text, int start, int mark) {
    if (isAbbreviation(text, start, mark)) {
      return NONE;
    }
    int i = afterMarks(text, mark);
    boolean ideographic = IDEOGRAPHIC_ENDS.indexOf(text.charAt(i - 1)) >= 0;
    while (i < text.length() && CLOSING.indexOf(text.charAt(i)) >= 0) {
      i++;
    }
    int next = skipBlank(text, i);
    if (next == text.length()) {
      return next;
    }
    boolean ends =
        ideographic
            || (next > i && !Character.isLowerCase(Character.codePointAt(text, next)))
            || text.subSequence(i, next).toString().indexOf('\n') >= 0;
    return ends ? next : NONE;
  }

  private static boolean isEnd(char c) {
    return ENDS.indexOf(c) >= 0 || IDEOGRAPHIC_ENDS.indexOf(c) >= 0;
  }

  private static int afterMarks(CharSequence text, int mark) {
    int end = mark;
    while (end < text.length() && isEnd(text.charAt(end))) {
      end++;
    }
    return end;
  }

  /** A title ends no sentence, and neither does an initial. */
  private static boolean isAbbreviation(CharSequence text, int start, int mark) {
    int word = mark;
    while (word > start
        && mark - word < LONGEST_TITLE
        && Character.isLetter(text.charAt(word - 1))) {
      word--;
    }
    boolean initial = mark - word == 1 && Character.isUpperCase(text.charAt(word));
    return text.charAt(mark) == '.'
        && (initial || TITLES.contains(text.subSequence(word, mark).toString()));
  }

  private static int skipBlank(CharSequence text, int from) {
    int i = from;
    while (i < text.length() && Character.isWhitespace(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /**
   * Finds the end of a fenced code block (CommonMark 0.31, section 4.5).
   *
   * @return 0 if none begins here, -1 if that or its end is not known yet
   */
  private static int fence(CharSequence text, int start, boolean complete) {
    int run = run(text, start);
    if (start + run == text.length() && run > 0) {
      return -1;
    }
    if (run < 3) {
      return 0;
    }
    char mark = text.charAt(start);
    int line = lineEnd(text, start + run);
    if (mark == '`' && text.subSequence(start + run, line).toString().indexOf('`') >= 0) {
      return 0;
    }
    while (line < text.length()) {
      int next = lineEnd(text, line + 1);
      if (next == text.length() && !complete) {
        return -1;
      }
      if (closes(text.subSequence(line + 1, next).toString(), mark, run)) {
        int end = skipBlank(text, next);
        return end == text.length() ? -1 : end;
      }
      line = next;
    }
    return -1;
  }

  private static boolean closes(String line, char mark, int length) {
    String stripped = line.strip();
    return stripped.length() >= length
        && line.indexOf(stripped) <= 3
        && stripped.charAt(0) == mark
        && run(stripped, 0) == stripped.length();
  }

  /** Counts the backticks or tildes at a place; they are all the same. */
  private static int run(CharSequence text, int from) {
    int end = from;
    while (end < text.length()
        && (text.charAt(end) == '`' || text.charAt(end) == '~')
        && text.charAt(end) == text.charAt(from)) {
      end++;
    }
    return end - from;
  }

  private static int lineEnd(CharSequence text, int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) != '\n') {
      end++;
    }
    return end;
  }
}
