package dev.aligner.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.aligner.CorrectionRequest;
import dev.aligner.policy.CorrectionKey;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CaffeineCacheTest {

  @Test
  void find_whatWasPut_byAllOfTheKey() {
    CaffeineCache cache = CaffeineCache.ofCharacters(10_000);
    CorrectionRequest request = CorrectionRequest.of("q", "a").withShown("s");
    cache.put(CorrectionKey.of("m", request), "text");

    assertThat(cache.find(CorrectionKey.of("m", request))).contains("text");
    assertThat(cache.find(CorrectionKey.of("other", request))).isEmpty();
    assertThat(cache.find(CorrectionKey.of("m", request.withQuery("other")))).isEmpty();
    assertThat(cache.find(CorrectionKey.of("m", request.withAnswer("other")))).isEmpty();
    assertThat(cache.find(CorrectionKey.of("m", request.withShown("other")))).isEmpty();
    assertThat(cache.find(CorrectionKey.of("m", request.withTimeout(Duration.ofSeconds(1)))))
        .contains("text");
  }

  @Test
  void put_more_thanFits_isBounded() throws Exception {
    CaffeineCache cache = CaffeineCache.ofCharacters(10_000);
    for (int i = 0; i < 1_000; i++) {
      cache.put(key(i), "x".repeat(1_000));
    }

    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (kept(cache) > 8 && System.nanoTime() < end) {
      Thread.sleep(10);
    }
    assertThat(kept(cache)).isBetween(1L, 8L);
  }

  @Test
  void ofCharacters_withAnAge_forgets() throws Exception {
    CaffeineCache cache = CaffeineCache.ofCharacters(10_000, Duration.ofMillis(20));
    cache.put(key(1), "text");
    Thread.sleep(50);

    assertThat(cache.find(key(1))).isEmpty();
  }

  @Test
  void ofCharacters_whatMakesNoSense_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> CaffeineCache.ofCharacters(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CaffeineCache.ofCharacters(1, Duration.ZERO));
  }

  private static long kept(CaffeineCache cache) {
    return IntStream.range(0, 1_000).filter(i -> cache.find(key(i)).isPresent()).count();
  }

  private static CorrectionKey key(int i) {
    return new CorrectionKey("m", "q", "", "answer " + i);
  }
}
