package dev.aligner.audit;

import dev.aligner.audit.AuditRecord.Texts;
import dev.aligner.internal.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Takes out of a record what must not be written. A record whose redaction fails is dropped, never
 * written as it was.
 *
 * <p>It is called in the thread of the log, for one record after the other.
 */
@FunctionalInterface
public interface Redaction {

  /**
   * Redacts a record.
   *
   * @param record the record, with all texts
   * @return what may be written, or empty to write nothing of it
   */
  Optional<AuditRecord> redact(AuditRecord record);

  /**
   * Returns the redaction that leaves everything, the default.
   *
   * @return the redaction
   */
  static Redaction none() {
    return Optional::of;
  }

  /**
   * Returns the redaction that leaves no text.
   *
   * @return the redaction
   */
  static Redaction withoutTexts() {
    Texts nothing = new Texts(Optional.empty(), Optional.empty(), Optional.empty());
    return record -> Optional.of(record.withTexts(nothing));
  }

  /**
   * Returns the redaction that leaves a digest of each text, {@code sha256:} and 64 hexadecimal
   * digits of its UTF-8: equal texts can be found, and who guesses a text can tell that it was it.
   *
   * @return the redaction
   */
  static Redaction digests() {
    return eachText(Redaction::digest);
  }

  /**
   * Returns the redaction that puts something else for each text, such as one without names.
   *
   * @param redaction given a text, tells what may be written
   * @return the redaction
   */
  static Redaction eachText(UnaryOperator<String> redaction) {
    Objects.requireNonNull(redaction, "redaction");
    return record -> {
      Texts texts = record.texts();
      return Optional.of(
          record.withTexts(
              new Texts(
                  texts.query().map(redaction),
                  texts.original().map(redaction),
                  texts.corrected().map(redaction))));
    };
  }

  private static String digest(String text) {
    byte[] digest = Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8));
    return "sha256:" + HexFormat.of().formatHex(digest);
  }
}
