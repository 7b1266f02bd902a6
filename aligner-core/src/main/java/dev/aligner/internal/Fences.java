package dev.aligner.internal;

/**
 * Tells which lines of a Markdown text are fenced code blocks, the fences included (CommonMark
 * 0.31, section 4.5). Not thread-safe; one for each text.
 */
public final class Fences {

  private char mark;
  private int length;

  /** Makes one that stands outside of any block. */
  public Fences() {}

  /**
   * Reads the next line.
   *
   * @param line the line, without its end
   * @return true if it is part of a block
   */
  public boolean isCode(String line) {
    int indent = 0;
    while (indent < line.length() && line.charAt(indent) == ' ') {
      indent++;
    }
    int run = run(line, indent);
    if (length == 0) {
      boolean opens = indent <= 3 && run >= 3 && mayOpen(line, indent + run);
      if (opens) {
        mark = line.charAt(indent);
        length = run;
      }
      return opens;
    }
    boolean closes =
        indent <= 3
            && run >= length
            && line.charAt(indent) == mark
            && line.substring(indent + run).isBlank();
    if (closes) {
      length = 0;
    }
    return true;
  }

  /**
   * Tells whether the lines read so far end inside a block.
   *
   * @return true if a block is open
   */
  public boolean isOpen() {
    return length > 0;
  }

  /** Counts the backticks or tildes at a place; they are all the same. */
  private static int run(String line, int from) {
    int end = from;
    while (end < line.length()
        && (line.charAt(end) == '`' || line.charAt(end) == '~')
        && line.charAt(end) == line.charAt(from)) {
      end++;
    }
    return end - from;
  }

  /** What follows backticks may not hold any, or it is inline code. */
  private static boolean mayOpen(String line, int info) {
    return line.charAt(info - 1) == '~' || line.indexOf('`', info) < 0;
  }
}
