package dev.aligner.internal;

/** What is asked of the text of an answer, in one walk over it and without copies. */
public final class AnswerText {

  private AnswerText() {}

  /**
   * Counts what is no whole character: replacement characters, and halves of surrogate pairs.
   *
   * @param text any text
   * @return the count
   */
  public static int halfCharacters(String text) {
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\ufffd') {
        count++;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        count++;
      }
    }
    return count;
  }

  /**
   * Tells whether a text holds half a surrogate pair, which UTF-8 cannot spell.
   *
   * @param text any text
   * @return true if it does
   */
  public static boolean hasHalfPair(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Tells whether a text is fenced code blocks (CommonMark 0.31, section 4.5) and blank lines
   * alone.
   *
   * @param text any text
   * @return true if there is a block and nothing else; a block without an end counts
   */
  public static boolean isCodeOnly(String text) {
    int start = 0;
    while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    if (!text.startsWith("```", start) && !text.startsWith("~~~", start)) {
      return false;
    }
    Fences fences = new Fences();
    return text.lines().allMatch(line -> fences.isCode(line) || line.isBlank());
  }
}
