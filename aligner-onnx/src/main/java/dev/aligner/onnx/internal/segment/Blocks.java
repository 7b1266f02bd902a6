package dev.aligner.onnx.internal.segment;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells which lines of a Markdown text are prose, and which are code (fenced or indented) or rows
 * of a table. It follows CommonMark and the tables of GitHub as far as that takes one line and the
 * next. In doubt a line is not prose: code that is left as it is does no harm, code that is
 * corrected does.
 *
 * <p>It is asked about each line once, in order. Not thread-safe.
 */
final class Blocks {

  private static final String LIST_MARK = "(?:[-*+]|\\d{1,9}+[.)])";
  private static final Pattern LIST_ITEM = Pattern.compile(LIST_MARK + "(?:[ \\t]++|$)");
  private static final Pattern FENCE =
      Pattern.compile("(?:" + LIST_MARK + "[ \\t]++)*+(`{3,}+|~{3,}+)(.*+)", Pattern.DOTALL);
  private static final Pattern TABLE_DELIMITER = Pattern.compile("[|:\\- \\t]++");

  private @Nullable Fence fence;
  private boolean inTable;
  private boolean inParagraph;
  private int quotes;

  /** Where the text of the current list item begins; 0 outside lists. */
  private int listIndent;

  /**
   * Tells whether a line is prose; a blank line is.
   *
   * @param text the line
   * @param next the line after it, or an empty string
   */
  boolean isProse(String text, String next) {
    Line line = Line.of(text);
    if (fence != null && line.quotes >= fence.quotes) {
      fence = fence.isClosedBy(line) ? null : fence;
      return false;
    }
    if (line.quotes != quotes) {
      quotes = line.quotes;
      inTable = false;
      inParagraph = false;
      listIndent = 0;
    }
    fence = Fence.openedBy(line);
    boolean code = !inParagraph && !line.isBlank() && line.indent >= listIndent + 4;
    inTable = isTableRow(line, next);
    boolean prose = fence == null && !code && !inTable;
    inParagraph = prose && !line.isBlank() && !line.content.startsWith("#");
    if (!code && !line.isBlank()) {
      Matcher item = LIST_ITEM.matcher(line.content);
      listIndent = item.lookingAt() ? line.indent + item.end() : Math.min(listIndent, line.indent);
    }
    return prose;
  }

  private boolean isTableRow(Line line, String next) {
    if (line.content.indexOf('|') < 0) {
      return false;
    }
    return inTable || line.content.startsWith("|") || isTableDelimiter(Line.of(next).content);
  }

  /** Tells a row such as {@code --- | :--:}, which makes the line before it a table's header. */
  private static boolean isTableDelimiter(String content) {
    return content.indexOf('|') >= 0
        && content.indexOf('-') >= 0
        && TABLE_DELIMITER.matcher(content).matches();
  }

  /**
   * A line taken apart.
   *
   * @param quotes how many {@code >} stand at its beginning
   * @param indent how many columns of whitespace stand after them
   * @param content what comes then, without the whitespace at its end
   */
  private record Line(int quotes, int indent, String content) {

    static Line of(String line) {
      int quotes = 0;
      int indent = 0;
      int at = 0;
      for (; at < line.length(); at++) {
        char c = line.charAt(at);
        if (c == '>' && indent < 4) {
          quotes++;
          indent = -1; // one space belongs to the mark
        } else if (c == ' ') {
          indent++;
        } else if (c == '\t') {
          indent += 4 - Math.max(0, indent) % 4;
        } else {
          break;
        }
      }
      return new Line(quotes, Math.max(0, indent), line.substring(at).stripTrailing());
    }

    boolean isBlank() {
      return content.isEmpty();
    }
  }

  /**
   * A fence that is open.
   *
   * @param mark three or more backticks or tildes
   * @param quotes how deep in quotes it stands; it ends with them
   */
  private record Fence(String mark, int quotes) {

    static @Nullable Fence openedBy(Line line) {
      Matcher fence = FENCE.matcher(line.content);
      if (!fence.matches()) {
        return null;
      }
      String mark = fence.group(1);
      boolean inlineCode = mark.startsWith("`") && fence.group(2).indexOf('`') >= 0;
      return inlineCode ? null : new Fence(mark, line.quotes);
    }

    boolean isClosedBy(Line line) {
      return line.quotes == quotes
          && line.content.length() >= mark.length()
          && line.content.chars().allMatch(c -> c == mark.charAt(0));
    }
  }
}
