package dev.aligner.onnx.internal.chat;

import java.util.ArrayList;
import java.util.List;

/** Python's ideas of strings, where they differ from Java's. */
final class PyStrings {

  private PyStrings() {}

  /** Tells what {@code str.isspace} tells of one character; all of these are in the basic plane. */
  static boolean isSpace(int c) {
    return (c >= '\t' && c <= '\r')
        || (c >= 0x1c && c <= ' ')
        || c == 0x85
        || c == 0xa0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200a)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202f
        || c == 0x205f
        || c == 0x3000;
  }

  static boolean isSpace(String text, int start, int end) {
    for (int i = start; i < end; i++) {
      if (!isSpace(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  static String strip(String text, boolean left, boolean right) {
    int start = 0;
    int end = text.length();
    while (left && start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (right && end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  static String strip(String text, String characters, boolean left, boolean right) {
    int start = 0;
    int end = text.length();
    while (left && start < end && characters.indexOf(text.codePointAt(start)) >= 0) {
      start += Character.charCount(text.codePointAt(start));
    }
    while (right && end > start && characters.indexOf(text.codePointBefore(end)) >= 0) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(start, end);
  }

  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Cuts a text into its characters, each a string. */
  static List<Object> characters(String text) {
    List<Object> all = new ArrayList<>();
    text.codePoints().forEach(c -> all.add(Character.toString(c)));
    return all;
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.offsetByCodePoints(0, 1);
    return Character.toString(Character.toTitleCase(text.codePointAt(0)))
        + lower(text.substring(first));
  }

  static String lower(String text) {
    return text.toLowerCase(java.util.Locale.ROOT);
  }

  static String upper(String text) {
    return text.toUpperCase(java.util.Locale.ROOT);
  }

  /** Writes every run of letters with one capital, as {@code str.title} does. */
  static String titleOfMethod(String text) {
    StringBuilder result = new StringBuilder();
    boolean inWord = false;
    for (int c : text.codePoints().toArray()) {
      result.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
      inWord = Character.isLetter(c);
    }
    return result.toString();
  }

  /** Writes words as Jinja's filter {@code title} does, which knows other borders. */
  static String titleOfFilter(String text) {
    StringBuilder result = new StringBuilder();
    boolean inWord = false;
    for (int c : text.codePoints().toArray()) {
      result.append(inWord ? lower(Character.toString(c)) : upper(Character.toString(c)));
      inWord = !isSpace(c) && "-({[<".indexOf(c) < 0;
    }
    return result.toString();
  }

  static List<Object> lines(String text, boolean keepEnds) {
    List<Object> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c >= '\n' && c <= '\r')
          || (c >= 0x1c && c <= 0x1e)
          || c == 0x85
          || c == 0x2028
          || c == 0x2029) {
        int end = c == '\r' && text.startsWith("\n", i + 1) ? i + 2 : i + 1;
        lines.add(text.substring(start, keepEnds ? end : i));
        start = end;
        i = end - 1;
      }
    }
    if (start < text.length()) {
      lines.add(text.substring(start));
    }
    return lines;
  }

  /** Writes a string as Python's {@code repr} does. */
  static String repr(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder result = new StringBuilder().append(quote);
    for (int c : text.codePoints().toArray()) {
      switch (c) {
        case '\n' -> result.append("\\n");
        case '\r' -> result.append("\\r");
        case '\t' -> result.append("\\t");
        case '\\' -> result.append("\\\\");
        default -> {
          if (c == quote) {
            result.append('\\').append(quote);
          } else if (isPrintable(c)) {
            result.appendCodePoint(c);
          } else {
            result.append(
                String.format(c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
          }
        }
      }
    }
    return result.append(quote).toString();
  }

  private static boolean isPrintable(int c) {
    return c == ' '
        || switch (Character.getType(c)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.SURROGATE,
              Character.PRIVATE_USE,
              Character.UNASSIGNED,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR,
              Character.SPACE_SEPARATOR ->
              false;
          default -> true;
        };
  }

  /** Resolves the escapes of a string literal. */
  static String unescape(String literal, int line) {
    StringBuilder result = new StringBuilder();
    for (int i = 0; i < literal.length(); i++) {
      char c = literal.charAt(i);
      if (c != '\\') {
        result.append(c);
        continue;
      }
      char escape = literal.charAt(++i);
      switch (escape) {
        case '\n' -> {}
        case '\\', '\'', '"' -> result.append(escape);
        case 'n' -> result.append('\n');
        case 't' -> result.append('\t');
        case 'r' -> result.append('\r');
        case 'a' -> result.append('\u0007');
        case 'b' -> result.append('\b');
        case 'f' -> result.append('\f');
        case 'v' -> result.append('\u000b');
        case 'x' -> i = hex(literal, i, 2, result, line);
        case 'u' -> i = hex(literal, i, 4, result, line);
        case 'U' -> i = hex(literal, i, 8, result, line);
        case '0', '1', '2', '3', '4', '5', '6', '7' -> {
          int end = i + 1;
          while (end < literal.length()
              && end < i + 3
              && literal.charAt(end) >= '0'
              && literal.charAt(end) <= '7') {
            end++;
          }
          result.append((char) Integer.parseInt(literal.substring(i, end), 8));
          i = end - 1;
        }
        case 'N' -> throw new TemplateException("line " + line + ": \\N{...} is not supported");
        default -> result.append('\\').append(escape);
      }
    }
    return result.toString();
  }

  private static int hex(String literal, int at, int digits, StringBuilder result, int line) {
    int end = at + 1 + digits;
    int value = 0;
    for (int i = at + 1; i < end; i++) {
      int digit = i < literal.length() ? Character.digit(literal.charAt(i), 16) : -1;
      if (digit < 0 || value > 0x10ffff) {
        throw new TemplateException("line " + line + ": a malformed escape in a string");
      }
      value = value * 16 + digit;
    }
    if (!Character.isValidCodePoint(value)) {
      throw new TemplateException("line " + line + ": a malformed escape in a string");
    }
    result.appendCodePoint(value);
    return end - 1;
  }
}
