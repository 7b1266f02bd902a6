package dev.aligner.onnx.internal.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.Prompt;
import dev.aligner.onnx.testing.Golden;
import dev.aligner.onnx.testing.TestModels;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamingDecoderTest {

  @ParameterizedTest
  @ValueSource(strings = {"tiny-t5", "tiny-llama"})
  void append_allTokens_givesTheTextOfAllAtOnce(String model) {
    try (HfTokenizer tokenizer = open(model)) {
      for (Golden golden : Golden.of(model)) {
        assertThat(streamed(tokenizer, golden.tokenIds())).isEqualTo(golden.text());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-t5", "tiny-llama"})
  void append_randomTokens_givesTheTextOfAllAtOnce(String model) {
    Random random = new Random(11);
    try (HfTokenizer tokenizer = open(model)) {
      for (int round = 0; round < 300; round++) {
        int[] ids = random.ints(1 + random.nextInt(30), 3, tokenizer.maxId() + 1).toArray();
        assertThat(streamed(tokenizer, ids)).isEqualTo(tokenizer.decode(ids));
      }
    }
  }

  @Test
  void append_partsOfACharacter_holdsThemBack() {
    try (HfTokenizer tokenizer = open("tiny-llama")) {
      StreamingDecoder decoder = tokenizer.streamingDecoder();
      int[] ids = tokenizer.encode(Prompt.ofTrusted("né 😀!"));
      List<String> given = IntStream.of(ids).mapToObj(decoder::append).toList();

      assertThat(String.join("", given) + decoder.finish()).isEqualTo("né 😀!");
      assertThat(given).noneMatch(text -> text.contains("\uFFFD"));
    }
  }

  private static String streamed(HfTokenizer tokenizer, int[] ids) {
    StreamingDecoder decoder = tokenizer.streamingDecoder();
    StringBuilder text = new StringBuilder();
    IntStream.of(ids).forEach(id -> text.append(decoder.append(id)));
    return text.append(decoder.finish()).toString();
  }

  private static HfTokenizer open(String model) {
    return HfTokenizer.open(TestModels.directory(model).resolve("tokenizer.json"), Set.of(1));
  }
}
