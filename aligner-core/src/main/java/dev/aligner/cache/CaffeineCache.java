package dev.aligner.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aligner.policy.CorrectionCache;
import dev.aligner.policy.CorrectionKey;
import java.time.Duration;
import java.util.Optional;

/**
 * A {@link CorrectionCache} in the memory of this JVM, bounded by the characters in it; those that
 * are seldom asked for go first.
 *
 * <p>Needs {@code com.github.ben-manes.caffeine:caffeine} on the class path. Thread-safe. Policies
 * may share one, also for different aligners.
 */
public final class CaffeineCache implements CorrectionCache {

  /** What an entry weighs beside its texts. */
  private static final int OVERHEAD = 128;

  private final Cache<CorrectionKey, String> texts;

  private CaffeineCache(Caffeine<Object, Object> builder) {
    this.texts = builder.weigher(CaffeineCache::weight).build();
  }

  /**
   * Makes a cache.
   *
   * @param characters how many characters there may be in it, of questions, answers and
   *     corrections; above 0. A character takes one or two bytes
   * @return the cache
   * @throws IllegalArgumentException if it is not above 0
   */
  public static CaffeineCache ofCharacters(long characters) {
    return new CaffeineCache(bounded(characters));
  }

  /**
   * Makes a cache that forgets.
   *
   * @param characters how many characters there may be in it; above 0
   * @param age how long a text is remembered; above 0
   * @return the cache
   * @throws IllegalArgumentException if one is not above 0
   */
  public static CaffeineCache ofCharacters(long characters, Duration age) {
    if (age.isNegative() || age.isZero()) {
      throw new IllegalArgumentException("expected an age above 0; found " + age);
    }
    return new CaffeineCache(bounded(characters).expireAfterWrite(age));
  }

  private static Caffeine<Object, Object> bounded(long characters) {
    if (characters < 1) {
      throw new IllegalArgumentException("expected at least 1 character; found " + characters);
    }
    return Caffeine.newBuilder().maximumWeight(characters);
  }

  private static int weight(Object key, Object text) {
    CorrectionKey of = (CorrectionKey) key;
    long weight =
        (long) OVERHEAD
            + of.query().length()
            + of.shown().length()
            + of.answer().length()
            + ((String) text).length();
    return (int) Math.min(weight, Integer.MAX_VALUE);
  }

  @Override
  public Optional<String> find(CorrectionKey key) {
    return Optional.ofNullable(texts.getIfPresent(key));
  }

  @Override
  public void put(CorrectionKey key, String text) {
    texts.put(key, text);
  }
}
