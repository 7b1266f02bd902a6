package dev.aligner.internal;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds English refusals by their usual phrases; a refusal in other words is not seen. */
public final class Refusals {

  private static final int WHERE_REFUSALS_STAND = 200;

  /*
   * The patterns are tried only where their first word stands, and not searched for: most answers
   * have few of these words, and this is asked of every answer that is changed.
   */
  private static final Pattern I_REFUSE =
      Pattern.compile(
          "i(?: (?:can't|can ?not|couldn't|could not|won't|will not|must not) (?:\\w+ ){0,3}?"
              + "(?:help|assist|provide|comply|do (?:that|this|so)|answer|give|support|share|fulfil"
              + "|fulfill|engage|participate|create|write|tell|discuss|offer|continue|generate"
              + "|recommend)\\b"
              + "|(?:'m| am) (?:\\w+ ){0,2}?(?:unable|not (?:able|going|allowed|permitted)) to\\b"
              + "| (?:must|have to) (?:\\w+ )?(?:decline|refuse)\\b"
              + "| (?:decline|refuse) to\\b)");

  private static final Pattern SORRY =
      Pattern.compile("sorry,? (?:but )?(?:i )?(?:can't|can ?not|won't)\\b");

  private Refusals() {}

  /**
   * Tells whether a text begins with a refusal.
   *
   * @param text an answer
   * @return true if one of the phrases stands in its first 200 characters
   */
  public static boolean isRefusal(String text) {
    String head = text.substring(0, Math.min(text.length(), WHERE_REFUSALS_STAND));
    String plain = head.toLowerCase(Locale.ROOT).replace('\u2019', '\'');
    return stands(plain, "i", I_REFUSE) || stands(plain, "sorry", SORRY);
  }

  private static boolean stands(String text, String word, Pattern phrase) {
    Matcher matcher = null;
    for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      if (isWord(text, at, at + word.length())) {
        matcher = matcher == null ? phrase.matcher(text) : matcher;
        if (matcher.region(at, text.length()).lookingAt()) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isWord(String text, int start, int end) {
    return (start == 0 || !Character.isLetterOrDigit(text.charAt(start - 1)))
        && end < text.length()
        && !Character.isLetterOrDigit(text.charAt(end));
  }
}
