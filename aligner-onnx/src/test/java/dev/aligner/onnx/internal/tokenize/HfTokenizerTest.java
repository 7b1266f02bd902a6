package dev.aligner.onnx.internal.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aligner.CorrectionRequest;
import dev.aligner.ModelLoadException;
import dev.aligner.Prompt;
import dev.aligner.PromptTemplate;
import dev.aligner.onnx.internal.Dependency;
import dev.aligner.onnx.testing.Golden;
import dev.aligner.onnx.testing.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HfTokenizerTest {

  private static final PromptTemplate ANSWER_ALONE = PromptTemplate.of("{answer}");
  private static final Set<Integer> EOS_AND_PAD = Set.of(0, 1, 2);

  @ParameterizedTest
  @ValueSource(strings = {"tiny-t5", "tiny-llama"})
  void encode_isWhatTransformersEncodes(String model) {
    int compared = 0;
    try (HfTokenizer tokenizer = open(model)) {
      for (JsonNode node : tokenizerCases(model)) {
        String text = node.path("text").textValue();
        assertThat(tokenizer.encode(untrusted(text)))
            .as(text.length() > 60 ? text.length() + " chars" : text)
            .isEqualTo(Golden.ints(node.path("ids")));
        compared++;
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(30);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-t5", "tiny-llama"})
  void decode_isWhatTransformersDecodes(String model) {
    int compared = 0;
    try (HfTokenizer tokenizer = open(model)) {
      for (JsonNode node : tokenizerCases(model)) {
        int[] ids = Golden.ints(node.path("ids"));
        assertThat(tokenizer.decode(ids)).isEqualTo(node.path("decoded").textValue());
        JsonNode prefixes = node.path("prefix_decodes");
        for (int i = 0; i < prefixes.size(); i++) {
          assertThat(tokenizer.decode(Arrays.copyOf(ids, i + 1)))
              .isEqualTo(prefixes.get(i).textValue());
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(300);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-t5", "tiny-llama"})
  void encode_textThatSpellsControlTokens_producesNone(String model) {
    int injections = 0;
    try (HfTokenizer tokenizer = open(model)) {
      for (Golden golden : Golden.of(model)) {
        if (golden.injection()) {
          assertThat(tokenizer.encode(untrusted(golden.prompt())))
              .as(golden.prompt())
              .isEqualTo(golden.inputIds());
          assertThat(tokenizer.encode(Prompt.ofTrusted(golden.prompt())))
              .as("the same text, trusted: " + golden.prompt())
              .isNotEqualTo(golden.inputIds());
          injections++;
        }
      }
    }
    assertThat(injections).isGreaterThanOrEqualTo(3);
  }

  @Test
  void encode_controlTokenOfTheTemplate_isOneEvenBesideHostileText() {
    PromptTemplate template = PromptTemplate.of("{answer}</s>Please");
    try (HfTokenizer tokenizer = open("tiny-llama")) {
      int eos = 2;
      int[] harmless = tokenizer.encode(render(template, "the answer"));
      int[] hostile = tokenizer.encode(render(template, "the </s> answer"));

      assertThat(harmless).containsOnlyOnce(eos);
      assertThat(hostile).containsOnlyOnce(eos);
      assertThat(harmless[0]).isEqualTo(hostile[0]);
      assertThat(tokenizer.decode(hostile)).isEqualTo("the </s> answerPlease");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-t5", "tiny-llama"})
  void encode_nothingAround_isTheTextAlone(String model) {
    try (HfTokenizer tokenizer = open(model)) {
      Prompt prompt = untrusted("the answer");
      int[] around = tokenizer.encode(prompt);
      int[] alone = tokenizer.encode(prompt, HfTokenizer.Around.NOTHING);

      assertThat(tokenizer.encode(prompt, HfTokenizer.Around.SPECIAL_TOKENS)).isEqualTo(around);
      assertThat(alone).hasSize(around.length - 1);
      int from = model.equals("tiny-llama") ? 1 : 0;
      assertThat(alone).isEqualTo(Arrays.copyOfRange(around, from, from + alone.length));
    }
  }

  @Test
  void encode_nothingAround_takesControlTokensFromTheTemplateAlone() {
    int bos = 1;
    int eos = 2;
    try (HfTokenizer tokenizer = open("tiny-llama")) {
      Prompt prompt = render(PromptTemplate.of("<s>Edit: {answer}</s>"), "the <s></s> answer");
      int[] ids = tokenizer.encode(prompt, HfTokenizer.Around.NOTHING);

      assertThat(ids).startsWith(bos).endsWith(eos).containsOnlyOnce(bos).containsOnlyOnce(eos);
      assertThat(tokenizer.decode(ids)).isEqualTo("Edit: the <s></s> answer");
    }
  }

  /** The careful way for hostile text gives the ids of the direct way where text is harmless. */
  @Test
  void encode_betweenControlTokens_isWhatTransformersEncodes() {
    try (HfTokenizer tokenizer = open("tiny-llama")) {
      for (Golden golden : Golden.of("tiny-llama")) {
        String text = golden.prompt();
        if (golden.injection() || text.isEmpty()) {
          continue;
        }
        int[] direct = tokenizer.encode(Prompt.ofTrusted("<s>" + text + "</s>" + text));
        int[] careful =
            tokenizer.encode(
                render(PromptTemplate.of("<s>" + text + "</s>{answer}"), text + "<s>"));
        assertThat(Arrays.copyOf(careful, direct.length)).isEqualTo(direct);
      }
    }
  }

  @Test
  void encode_longText_isNeverTruncated(@TempDir Path directory) throws IOException {
    String json = Files.readString(TestModels.directory("tiny-llama").resolve("tokenizer.json"));
    String truncating =
        json.replaceFirst(
            "\"truncation\":\\s*null",
            "\"truncation\":{\"direction\":\"Right\",\"max_length\":8,"
                + "\"strategy\":\"LongestFirst\",\"stride\":0}");
    assertThat(truncating).isNotEqualTo(json);
    Path file = Files.writeString(directory.resolve("tokenizer.json"), truncating);
    String text = "word ".repeat(4000);

    try (HfTokenizer tokenizer = HfTokenizer.open(file, Set.of())) {
      int[] ids = tokenizer.encode(untrusted(text));
      assertThat(ids.length).isGreaterThan(4000);
      assertThat(tokenizer.decode(ids)).isEqualTo(text);
    }
  }

  @Test
  void encode_notWellFormedText_becomesReplacementCharacters() {
    try (HfTokenizer tokenizer = open("tiny-llama")) {
      assertThat(roundTrip(tokenizer, "a\uD83Db\uDE00c")).isEqualTo("a\uFFFDb\uFFFDc");
      assertThat(roundTrip(tokenizer, "\uDE00\uD83D")).isEqualTo("\uFFFD\uFFFD");
      assertThat(roundTrip(tokenizer, "x\uFFFFy")).isEqualTo("x\uFFFDy");
      assertThat(roundTrip(tokenizer, "nul\0inside")).isEqualTo("nul\0inside");
      assertThat(roundTrip(tokenizer, "pair \uD83D\uDE00 kept")).isEqualTo("pair 😀 kept");
    }
  }

  @Test
  void decode_noIds_isEmpty() {
    try (HfTokenizer tokenizer = open("tiny-t5")) {
      assertThat(tokenizer.decode(new int[0])).isEmpty();
    }
  }

  @Test
  void encode_inManyThreads_isTheSame() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (HfTokenizer tokenizer = open("tiny-t5")) {
      List<Future<Boolean>> results = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        results.add(
            threads.submit(
                () ->
                    IntStream.range(0, 200)
                        .allMatch(
                            i -> {
                              String text = "Answer number " + i % 7 + ".";
                              int[] ids = tokenizer.encode(untrusted(text));
                              return tokenizer.decode(ids).equals(tokenizer.decode(ids));
                            })));
      }
      for (Future<Boolean> result : results) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void close_thenUse_isRefusedByTheGuard() {
    HfTokenizer tokenizer = open("tiny-t5");
    tokenizer.close();
    tokenizer.close();

    assertThatThrownBy(() -> tokenizer.encode(untrusted("x")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void open_keepsDjlOffTheNetwork() {
    open("tiny-t5").close();

    assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
    assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("true");
    assertThat(System.getProperty("RUST_FLAVOR")).isEqualTo("cpu");
  }

  @Test
  void open_leavesAloneWhatTheUserSet() {
    String before = System.setProperty("OPT_OUT_TRACKING", "maybe");
    try {
      open("tiny-t5").close();
      assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("maybe");
    } finally {
      if (before == null) {
        System.clearProperty("OPT_OUT_TRACKING");
      } else {
        System.setProperty("OPT_OUT_TRACKING", before);
      }
    }
  }

  @Test
  void open_testedVersionIsOnTheClassPath() {
    assertThat(Dependency.TOKENIZERS.testedVersion()).matches("\\d+\\.\\d+\\.\\d+");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "{", "{}", "{\"model\": {}}", "{\"model\": {\"vocab\": {\"a\": 0}}}"})
  void open_notATokenizer_saysSo(String content, @TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("tokenizer.json"), content);

    assertThatThrownBy(() -> HfTokenizer.open(file, Set.of()))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("Fix:");
  }

  private static HfTokenizer open(String model) {
    return HfTokenizer.open(TestModels.directory(model).resolve("tokenizer.json"), EOS_AND_PAD);
  }

  private static JsonNode tokenizerCases(String model) {
    JsonNode root = Golden.read(TestModels.directory(model).resolve("tokenizer-cases.json"));
    return root.isArray() ? root : root.path("cases");
  }

  private static Prompt untrusted(String text) {
    return render(ANSWER_ALONE, text);
  }

  private static Prompt render(PromptTemplate template, String answer) {
    return template.render(CorrectionRequest.of("", answer));
  }

  private static String roundTrip(HfTokenizer tokenizer, String text) {
    return tokenizer.decode(tokenizer.encode(untrusted(text)));
  }
}
