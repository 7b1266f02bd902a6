package dev.aligner.evaluation;

import java.util.Locale;
import java.util.Optional;

/**
 * Markup under construction. Whatever is not written in our own source goes through {@link
 * #escape}: questions and answers are hostile input. Not thread-safe.
 */
final class Html {

  private final StringBuilder html = new StringBuilder();

  /** Appends markup of ours. */
  Html raw(String markup) {
    html.append(markup);
    return this;
  }

  /** Appends a text, escaped. */
  Html text(String text) {
    html.append(escape(text));
    return this;
  }

  /** Appends an element that holds a text, such as {@code <th scope="row">}. */
  Html element(String openTag, String text) {
    int end = openTag.indexOf(' ');
    String name = openTag.substring(1, end < 0 ? openTag.length() - 1 : end);
    return raw(openTag).text(text).raw("</" + name + ">");
  }

  /** Escapes a text for content and for quoted attributes; what no page may hold is replaced. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(isForbidden(c) ? 0xFFFD : c);
              }
            });
    return escaped.toString();
  }

  private static boolean isForbidden(int c) {
    boolean control = Character.isISOControl(c) && c != '\n' && c != '\t' && c != '\r';
    boolean half = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    // Overrides of the direction could make a text read as another one.
    boolean override = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    return control || half || override || (c & 0xFFFE) == 0xFFFE;
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f\u00a0%%", 100 * share);
  }

  static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value + 0.0);
  }

  static String signed(double value, int digits) {
    return String.format(Locale.ROOT, "%+." + digits + "f", value + 0.0).replace('-', '\u2212');
  }

  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Returns a share as a value and its interval; a dash without one. */
  static String share(Optional<Estimate> estimate) {
    return estimate
        .map(e -> percent(e.value()) + " (" + range(100 * e.low(), 100 * e.high(), 1) + ")")
        .orElse("\u2013");
  }

  static String range(double low, double high, int digits) {
    return number(low, digits).replace('-', '\u2212')
        + " to "
        + number(high, digits).replace('-', '\u2212');
  }

  @Override
  public String toString() {
    return html.toString();
  }
}
