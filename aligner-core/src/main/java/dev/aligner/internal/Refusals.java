package dev.aligner.internal;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Finds English refusals by their usual phrases; a refusal in other words is not seen. */
public final class Refusals {

  private static final int WHERE_REFUSALS_STAND = 200;

  private static final List<Pattern> PHRASES =
      List.of(
          Pattern.compile(
              "\\bi (?:can't|can ?not|couldn't|could not|won't|will not|must not) (?:\\w+ ){0,3}?"
                  + "(?:help|assist|provide|comply|do (?:that|this|so)|answer|give|support|share"
                  + "|fulfil|fulfill|engage|participate|create|write|tell|discuss|offer|continue"
                  + "|generate|recommend)\\b"),
          Pattern.compile(
              "\\bi(?:'m| am) (?:\\w+ ){0,2}?(?:unable|not (?:able|going|allowed|permitted)) to\\b"),
          Pattern.compile(
              "\\bi (?:(?:must|have to) (?:\\w+ )?(?:decline|refuse)|(?:decline|refuse) to)\\b"),
          Pattern.compile("\\bsorry,? (?:but )?(?:i )?(?:can't|can ?not|won't)\\b"));

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
    return PHRASES.stream().anyMatch(phrase -> phrase.matcher(plain).find());
  }
}
