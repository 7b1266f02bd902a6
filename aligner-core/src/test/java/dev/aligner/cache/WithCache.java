package dev.aligner.cache;

import dev.aligner.policy.CorrectionKey;
import java.util.function.Supplier;

/** Uses what needs Caffeine. */
public final class WithCache implements Supplier<String> {

  @Override
  public String get() {
    CorrectionKey key = new CorrectionKey("m", "q", "", "a");
    return CaffeineCache.ofCharacters(100).find(key).orElse("none");
  }
}
