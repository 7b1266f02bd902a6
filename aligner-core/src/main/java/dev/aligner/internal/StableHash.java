package dev.aligner.internal;

import java.nio.charset.StandardCharsets;

/** A hash of texts that never changes: 64-bit FNV-1a, mixed by the finaliser of MurmurHash3. */
public final class StableHash {

  /*
   * FNV-1a: Fowler, Noll, Vo, draft-eastlake-fnv. Its high bits are poor for short texts, hence
   * fmix64 of MurmurHash3 (Appleby, public domain).
   */
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private StableHash() {}

  /**
   * Hashes a text.
   *
   * @param text any text
   * @return 64 bits
   */
  public static long of(String text) {
    long hash = FNV_OFFSET;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
  }

  /**
   * Hashes a text into a number.
   *
   * @param text any text
   * @return the upper 53 bits of the hash as a fraction, 0 or more and below 1
   */
  public static double unit(String text) {
    return (of(text) >>> 11) * 0x1.0p-53;
  }
}
