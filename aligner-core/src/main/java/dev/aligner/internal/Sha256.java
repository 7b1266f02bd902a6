package dev.aligner.internal;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Where digests come from. */
public final class Sha256 {

  private Sha256() {}

  /**
   * Starts a digest.
   *
   * @return a new one, not thread-safe
   */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
