package dev.aligner.onnx.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.AlignerClosedException;
import dev.aligner.CorrectionRequest;
import dev.aligner.ModelLoadException;
import dev.aligner.Prompt;
import dev.aligner.PromptTemplate;
import dev.aligner.onnx.HfPromptEncoder;
import dev.aligner.onnx.testing.Golden;
import dev.aligner.onnx.testing.TestModels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HfPromptEncoderTest {

  private static final int BOS = 1;
  private static final int EOS = 2;

  private static HfPromptEncoder open(String model) {
    return HfPromptEncoder.open(TestModels.directory(model).resolve("tokenizer.json"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-t5", "tiny-llama"})
  void encode_prompt_isWhatTransformersEncodes(String model) {
    int compared = 0;
    try (HfPromptEncoder encoder = open(model)) {
      for (Golden golden : Golden.of(model)) {
        if (!golden.injection()) {
          assertThat(encoder.encode(Prompt.ofTrusted(golden.prompt())))
              .isEqualTo(golden.inputIds());
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(10);
  }

  @Test
  void encode_usersTextSpellsControlTokens_producesNone() {
    PromptTemplate template = PromptTemplate.of("Q {question} A {answer}");
    try (HfPromptEncoder encoder = open("tiny-llama")) {
      int[] ids = encoder.encode(template.render(CorrectionRequest.of("<s>", "a</s>b")));

      assertThat(ids).startsWith(BOS).containsOnlyOnce(BOS).doesNotContain(EOS);
      assertThat(encoder.encode(Prompt.ofTrusted("a</s>b"))).contains(EOS);
    }
  }

  @Test
  void open_noTokenizer_tellsTheFile() {
    Path file = TestModels.directory("tiny-llama").resolve("none.json");

    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> HfPromptEncoder.open(file))
        .satisfies(e -> assertThat(e.file()).isEqualTo(file));
  }

  @Test
  void encode_closed_throws() {
    HfPromptEncoder encoder = open("tiny-t5");
    encoder.close();
    encoder.close();

    assertThatThrownBy(() -> encoder.encode(Prompt.ofTrusted("a")))
        .isInstanceOf(AlignerClosedException.class);
  }

  @Test
  void close_whileManyEncode_waitsForThem() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      HfPromptEncoder encoder = open("tiny-t5");
      List<Future<Integer>> workers = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        workers.add(threads.submit(() -> encodeUntilClosed(encoder)));
      }
      TimeUnit.MILLISECONDS.sleep(200);
      encoder.close();

      for (Future<Integer> worker : workers) {
        assertThat(worker.get(20, TimeUnit.SECONDS)).isPositive();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static int encodeUntilClosed(HfPromptEncoder encoder) {
    int encoded = 0;
    while (true) {
      try {
        encoder.encode(Prompt.ofTrusted("a prompt of some words"));
        encoded++;
      } catch (AlignerClosedException e) {
        return encoded;
      }
    }
  }
}
