package dev.aligner.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables of transformers' tests of stop strings, over tokens of any text. */
class StopStringsTest {

  @ParameterizedTest
  @ValueSource(strings = {"<|im_end|>", "><|im_end|>", "<|im_end|>stuff", "stuff<|im_end|>>"})
  void test_lastTokenHoldsTheText_ends(String last) {
    assertThat(stop(new String[] {"a", last}, "<|im_end|>").test(new int[] {0, 1})).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"<|im_end|", "|im_end|>", ">", "im_end", "<|im_end<|im_end|"})
  void test_lastTokenHoldsAPart_goesOn(String last) {
    assertThat(stop(new String[] {"a", last}, "<|im_end|>").test(new int[] {0, 1})).isFalse();
  }

  @Test
  void test_acrossTokens_isFoundWithItsLastCharacter() {
    String[] tokens = {"sto", "p", "pin", "g"};
    Predicate<int[]> stop = stop(tokens, "stop");

    assertThat(stop.test(new int[] {0})).isFalse();
    assertThat(stop.test(new int[] {0, 1})).isTrue();
    assertThat(stop.test(new int[] {1, 0})).isFalse();
    assertThat(stop.test(new int[] {2, 0, 1})).isTrue();
  }

  @Test
  void test_longOutput_looksAtItsEndAlone() {
    String[] tokens = {"x", "end"};
    int[] written = new int[5_000];
    written[4_999] = 1;

    assertThat(stop(tokens, "xend").test(written)).isTrue();
    assertThat(stop(tokens, "end").test(new int[5_000])).isFalse();
  }

  @Test
  void of_noTexts_neverEnds() {
    assertThat(stop(new String[] {"a"}).test(new int[] {0})).isFalse();
  }

  private static Predicate<int[]> stop(String[] tokens, String... texts) {
    return StopStrings.of(
        List.of(texts),
        ids -> {
          StringBuilder text = new StringBuilder();
          for (int id : ids) {
            text.append(tokens[id]);
          }
          return text.toString();
        });
  }
}
