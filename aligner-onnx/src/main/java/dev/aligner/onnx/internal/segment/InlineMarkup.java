package dev.aligner.onnx.internal.segment;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds, in a line of prose, what is not prose: inline code, URLs and e-mail addresses, HTML tags,
 * marks of strong emphasis, and the brackets and targets of links, whose text is prose again.
 *
 * <p>Every quantifier of the pattern is possessive and every part begins where a run of its
 * characters begins, so that no line takes more than linear time or any depth of stack. Not
 * thread-safe.
 */
final class InlineMarkup {

  private static final String HOST = "[A-Za-z0-9-]++";
  private static final String SCHEME = "[A-Za-z0-9.+-]";
  private static final String MAILBOX = "[A-Za-z0-9._%+-]";

  /** Punctuation of other scripts ends a URL: they write no space after it. */
  private static final String URL = "[\\p{L}\\p{M}\\p{N}!#$%&'()*+,./:;=?@\\[\\]_~{}-]";

  private static final String BACKTICKS = "`++";
  private static final String LINK_TEXT_BEGINS = "!?+\\[(?=[^\\[\\]]*+]\\()";
  private static final String LINK_TEXT_ENDS =
      "]\\((?:[^\\s()]++|\\([^\\s()]*+\\))*+(?:\\s++\"[^\"]*+\"\\s*+)?+\\)";
  private static final String TAG = "<[A-Za-z/!][^<>]*+>";
  private static final String BARE_URL =
      "(?<!" + SCHEME + ")(?:" + SCHEME + "++://" + URL + "*+|www\\." + URL + "++)";
  private static final String EMAIL =
      "(?<!" + MAILBOX + ")(?:mailto:)?+" + MAILBOX + "++@" + HOST + "(?:\\." + HOST + ")++";

  /** Marks of strong emphasis; between letters they stand for letters, as in {@code f**k}. */
  private static final String STRONG =
      "(?<![\\p{L}\\p{N}*_~])[*_~]{2,}+|(?<![*_~])[*_~]{2,}+(?![\\p{L}\\p{N}])";

  private static final Pattern MARKUP =
      Pattern.compile(
          String.join(
              "|",
              "(?<backticks>" + BACKTICKS + ")",
              LINK_TEXT_BEGINS,
              LINK_TEXT_ENDS,
              TAG,
              STRONG,
              "(?<url>" + BARE_URL + ")",
              EMAIL),
          Pattern.CASE_INSENSITIVE);

  private final String line;
  private final Matcher matcher;
  private int start;
  private int end;

  /**
   * Begins a search.
   *
   * @param from where in the line to begin
   */
  InlineMarkup(String line, int from) {
    this.line = line;
    this.matcher = MARKUP.matcher(line);
    this.end = from;
  }

  /** Goes to the next find, and tells whether there is one. */
  boolean next() {
    int from = end;
    while (from < line.length() && matcher.find(from)) {
      int found = markupEnd();
      if (found > matcher.start()) {
        start = matcher.start();
        end = found;
        return true;
      }
      from = matcher.end();
    }
    return false;
  }

  /** Returns where the find begins. */
  int start() {
    return start;
  }

  /** Returns where the find ends. */
  int end() {
    return end;
  }

  private int markupEnd() {
    if (matcher.group("backticks") != null) {
      return codeEnd(matcher.start(), matcher.end());
    }
    return matcher.group("url") != null ? urlEnd(matcher.start(), matcher.end()) : matcher.end();
  }

  /** Code ends after as many backticks as it begins with; returns -1 if it does not end. */
  private int codeEnd(int runStart, int runEnd) {
    int at = line.indexOf('`', runEnd);
    while (at >= 0) {
      int next = at;
      while (next < line.length() && line.charAt(next) == '`') {
        next++;
      }
      if (next - at == runEnd - runStart) {
        return next;
      }
      at = line.indexOf('`', next);
    }
    return -1;
  }

  /** Leaves out what ends a sentence or closes a bracket around the URL, as GitHub does. */
  private int urlEnd(int urlStart, int urlEnd) {
    int unopened = 0;
    for (int i = urlStart; i < urlEnd; i++) {
      unopened += line.charAt(i) == ')' ? 1 : line.charAt(i) == '(' ? -1 : 0;
    }
    int at = urlEnd;
    while (at > urlStart) {
      char last = line.charAt(at - 1);
      if (last == ')' && unopened > 0) {
        unopened--;
      } else if ("?!.,:;'*_~]}".indexOf(last) < 0) {
        break;
      }
      at--;
    }
    return at;
  }
}
