package dev.aligner.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class OutputTextTest {

  private static final String PREFIX = "##CORRECTION: ";

  @Test
  void of_output_isTheTextWithTheOriginalsWhitespace() {
    assertThat(OutputText.of("a", PREFIX, "b")).isEqualTo("b");
    assertThat(OutputText.of("a", PREFIX, " b\n")).isEqualTo("b");
    assertThat(OutputText.of(" a\n", PREFIX, "b ")).isEqualTo(" b\n");
    assertThat(OutputText.of(" a\n", PREFIX, " a")).isEqualTo(" a\n");
  }

  @Test
  void of_nothingWritten_isEmpty() {
    assertThat(OutputText.of(" a ", PREFIX, "")).isEmpty();
    assertThat(OutputText.of(" a ", PREFIX, " \n ")).isEmpty();
    assertThat(OutputText.of(" a ", PREFIX, "##CORRECTION:")).isEmpty();
  }

  @Test
  void of_prefix_isDroppedOnceAtTheStart() {
    assertThat(OutputText.of("a", PREFIX, " ##CORRECTION:b")).isEqualTo("b");
    assertThat(OutputText.of("a", PREFIX, PREFIX + PREFIX + "b")).isEqualTo(PREFIX + "b");
    assertThat(OutputText.of("a", PREFIX, "b " + PREFIX + "c")).isEqualTo("b " + PREFIX + "c");
    assertThat(OutputText.of("a", PREFIX, "##CORRECT")).isEqualTo("##CORRECT");
    assertThat(OutputText.of("a", "", "##CORRECTION: b")).isEqualTo("##CORRECTION: b");
  }

  @Test
  void append_inPartsOfAnySize_isTheSameText() {
    Random random = new Random(4);
    String alphabet = "ab \n#CORETIN:😀";
    for (int round = 0; round < 5_000; round++) {
      String original = random.nextBoolean() ? " x\n" : "x";
      String output =
          (random.nextInt(3) == 0 ? PREFIX : "") + word(random, alphabet, random.nextInt(12));
      OutputText parts = new OutputText(original, PREFIX);
      StringBuilder text = new StringBuilder();
      for (int from = 0; from < output.length(); ) {
        int to = Math.min(output.length(), from + 1 + random.nextInt(4));
        text.append(parts.append(output.substring(from, to)));
        from = to;
      }
      text.append(parts.finish());
      assertThat(text.toString()).isEqualTo(OutputText.of(original, PREFIX, output));
    }
  }

  @Test
  void append_text_isGivenAsSoonAsItIsCertain() {
    OutputText text = new OutputText("x", PREFIX);

    assertThat(text.append("##COR")).isEmpty();
    assertThat(text.append("N")).isEqualTo("##CORN");
    assertThat(text.append(" ")).isEmpty();
    assertThat(text.append("y")).isEqualTo(" y");
    assertThat(text.finish()).isEmpty();
  }

  private static String word(Random random, String alphabet, int length) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.appendCodePoint(alphabet.codePointAt(random.nextInt(alphabet.length() - 2)));
    }
    return word.toString();
  }
}
