package dev.aligner.dataset;

import dev.aligner.internal.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** Digests of files and rows. */
final class Digests {

  private static final Pattern WHITESPACE =
      Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  private Digests() {}

  /**
   * The first half of a SHA-256.
   *
   * @param high its first 64 bits
   * @param low the next 64
   */
  record Half(long high, long low) {}

  /**
   * Digests the question and the answer of a row, so that rows that count as the same are equal.
   */
  static Half ofRow(SourceRow row, Deduplication deduplication) {
    String question = row.question();
    String answer = row.answer();
    if (deduplication == Deduplication.NORMALIZED) {
      question = normalized(question);
      answer = normalized(answer);
    }
    byte[] first = question.getBytes(StandardCharsets.UTF_8);
    MessageDigest digest = Sha256.digest();
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, first.length));
    digest.update(first);
    digest.update(answer.getBytes(StandardCharsets.UTF_8));
    ByteBuffer bytes = ByteBuffer.wrap(digest.digest());
    return new Half(bytes.getLong(), bytes.getLong());
  }

  /** By way of upper case, so that ß and SS are the same. */
  private static String normalized(String text) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
    return WHITESPACE
        .matcher(composed)
        .replaceAll(" ")
        .strip()
        .toUpperCase(Locale.ROOT)
        .toLowerCase(Locale.ROOT);
  }
}
