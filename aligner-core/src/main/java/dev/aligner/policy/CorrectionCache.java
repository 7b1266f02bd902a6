package dev.aligner.policy;

import java.util.Optional;

/**
 * Remembers corrected texts, so that the same answer is not corrected twice. It is asked before
 * each pass; what failed or was skipped is not remembered. {@code dev.aligner.cache.CaffeineCache}
 * is one; there is none by default.
 *
 * <p>Implementations are thread-safe and bounded; what one throws is a failure of class {@link
 * FailureClass#ENGINE_ERROR}.
 */
public interface CorrectionCache {

  /**
   * Finds a corrected text.
   *
   * @param key what the correction depends on
   * @return the text, which is the answer's where it was kept; or empty if it is not remembered
   */
  Optional<String> find(CorrectionKey key);

  /**
   * Remembers a corrected text.
   *
   * @param key what the correction depends on
   * @param text the corrected text
   */
  void put(CorrectionKey key, String text);
}
