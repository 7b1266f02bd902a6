package dev.aligner.remote.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Aligner;
import dev.aligner.CancellationToken;
import dev.aligner.CancelledException;
import dev.aligner.Correction;
import dev.aligner.CorrectionOutcome;
import dev.aligner.CorrectionRequest;
import dev.aligner.DeadlineExceededException;
import dev.aligner.FinishReason;
import dev.aligner.LimitExceededException;
import dev.aligner.PromptTemplate;
import dev.aligner.SkipReason;
import dev.aligner.onnx.HfPromptEncoder;
import dev.aligner.remote.RemoteAligner;
import dev.aligner.remote.RemoteAlignerBuilder;
import dev.aligner.remote.RemoteStatusException;
import dev.aligner.remote.SpecialTokens;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Against llama.cpp's own server and a model whose outputs are known: see
 * src/test/llamacpp/README.md. Not part of the default build.
 */
@Timeout(120)
class LlamaCppIT {

  private static final Path SCRIPTS = Path.of("src", "test", "llamacpp");
  private static final String KEY = "it-key";

  /** What the model writes after a colon. */
  private static final String SENTENCE = "Take the bus, 🚌please";

  private static final PromptTemplate TEMPLATE = PromptTemplate.of("Q {question} A {answer} C:");

  /** After an exclamation mark it writes without end. */
  private static final PromptTemplate ENDLESS = PromptTemplate.of("Q {question} A {answer}!");

  @TempDir private static Path folder;
  private static Process process;
  private static URI uri;

  @BeforeAll
  static void start() throws Exception {
    String python = System.getProperty("llamacpp.python", "python3");
    Process maker =
        new ProcessBuilder(python, SCRIPTS.resolve("make_model.py").toString(), folder.toString())
            .inheritIO()
            .start();
    assertThat(maker.waitFor()).isZero();
    process =
        new ProcessBuilder(
                python,
                SCRIPTS.resolve("serve.py").toString(),
                folder.resolve("known.gguf").toString(),
                KEY)
            .redirectError(folder.resolve("server.log").toFile())
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    while (line != null && !line.startsWith("http")) {
      line = out.readLine();
    }
    assertThat(line).as("address of the server").isNotNull();
    uri = URI.create(line);
  }

  @AfterAll
  static void stop() throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  private static RemoteAlignerBuilder builder() {
    return RemoteAligner.builder(uri, "known").template(TEMPLATE).apiKey(() -> KEY);
  }

  private static Aligner ofText() {
    return builder().specialTokens(SpecialTokens.of("<s>", "</s>")).build();
  }

  @Test
  void correct_text_isWhatTheModelWrites() {
    try (Aligner aligner = ofText()) {
      Correction correction = aligner.correct("why", "because\n");

      assertThat(correction.text()).isEqualTo(SENTENCE + "\n");
      assertThat(correction.outcome()).isInstanceOf(CorrectionOutcome.Corrected.class);
      assertThat(correction.usage().orElseThrow().finishReason()).contains(FinishReason.STOP);
      assertThat(correction.usage().orElseThrow().promptTokens())
          .hasValue(1 + "Q why A because\n C:".length());
      // Nine tokens, and the end of sequence.
      assertThat(correction.usage().orElseThrow().outputTokens()).hasValue(10);
      assertThat(aligner.correct("why", SENTENCE).outcome())
          .isInstanceOf(CorrectionOutcome.Kept.class);
    }
  }

  @Test
  void correct_streamed_isTheSameInWholeCharacters() {
    try (Aligner aligner = ofText()) {
      List<String> parts = new ArrayList<>();
      Correction correction = aligner.correct(CorrectionRequest.of("why", "because"), parts::add);

      assertThat(correction.text()).isEqualTo(SENTENCE);
      assertThat(String.join("", parts)).isEqualTo(SENTENCE);
      assertThat(parts).hasSizeGreaterThan(3).doesNotContain("");
      assertThat(parts).anyMatch(part -> part.contains("🚌")).noneMatch(p -> p.contains("\uFFFD"));
      assertThat(correction.usage().orElseThrow().outputTokens()).hasValue(10);
      assertThat(correction.usage().orElseThrow().promptTokens())
          .hasValue(1 + "Q why A because C:".length());
    }
  }

  @Test
  void correct_ids_areReadAsTheyAre() {
    CorrectionRequest hostile = CorrectionRequest.of("why", "a</s>b");
    try (HfPromptEncoder encoder = HfPromptEncoder.open(folder.resolve("tokenizer.json"));
        Aligner ids = builder().promptEncoder(encoder).build();
        Aligner text = builder().specialTokens(SpecialTokens.none()).build()) {
      Correction correction = ids.correct(hostile);

      assertThat(correction.text()).isEqualTo(SENTENCE);
      assertThat(promptTokens(correction)).isEqualTo(1 + "Q why A a</s>b C:".length());
      assertThat(promptTokens(correction))
          .isEqualTo(encoder.encode(TEMPLATE.render(hostile)).length);
      assertThat(promptTokens(text.correct(hostile)))
          .as("in text the server makes one token of its four letters")
          .isEqualTo(promptTokens(correction) - 3);
    }
  }

  private static int promptTokens(Correction correction) {
    return correction.usage().orElseThrow().promptTokens().orElseThrow();
  }

  @Test
  void correct_stopString_endsTheCorrection() {
    try (Aligner aligner =
        builder().specialTokens(SpecialTokens.of("</s>")).stop(List.of(" bus")).build()) {
      assertThat(aligner.correct("why", "because").text()).isEqualTo("Take the");
      assertThat(aligner.correct(CorrectionRequest.of("why", "because"), t -> {}).text())
          .isEqualTo("Take the");
    }
  }

  @Test
  void correct_overMaxTokens_isSkippedOrThrown() {
    try (Aligner aligner = builder().specialTokens(SpecialTokens.of("</s>")).maxTokens(3).build()) {
      Correction correction = aligner.correct("why", "because");

      assertThat(correction.outcome())
          .isEqualTo(new CorrectionOutcome.Skipped(SkipReason.OUTPUT_TOO_LONG));
      assertThat(correction.usage().orElseThrow().outputTokens()).hasValue(3);
      assertThatThrownBy(() -> aligner.correct(CorrectionRequest.of("why", "because"), text -> {}))
          .isInstanceOf(LimitExceededException.class);
    }
  }

  @Test
  void correct_promptTooLong_isSkipped() {
    try (Aligner aligner = ofText()) {
      String answer = "x".repeat(20_000);

      assertThat(aligner.correct("why", answer).outcome())
          .isEqualTo(new CorrectionOutcome.Skipped(SkipReason.PROMPT_TOO_LONG));
      assertThat(aligner.correct(CorrectionRequest.of("why", answer), text -> {}).outcome())
          .isEqualTo(new CorrectionOutcome.Skipped(SkipReason.PROMPT_TOO_LONG));
    }
  }

  @Test
  void correct_wrongKey_tellsTheFix() {
    try (Aligner aligner =
        builder().apiKey(() -> "another").specialTokens(SpecialTokens.none()).build()) {
      assertThatExceptionOfType(RemoteStatusException.class)
          .isThrownBy(() -> aligner.correct("why", "because"))
          .withMessageContaining("apiKey(...)")
          .satisfies(e -> assertThat(e.status()).isEqualTo(401));
    }
  }

  @Test
  void correct_endedWhileItWrites_endsTheServersWork() throws Exception {
    long before = tasksCancelled();
    try (Aligner endless =
        builder()
            .template(ENDLESS)
            .specialTokens(SpecialTokens.of("</s>"))
            .maxTokens(100_000)
            .build()) {
      for (int i = 0; i < 5; i++) {
        CancellationToken token = new CancellationToken();
        StringBuilder delivered = new StringBuilder();
        assertThatThrownBy(
                () ->
                    endless.correct(
                        CorrectionRequest.of("why", "because").withCancellation(token),
                        text -> {
                          delivered.append(text);
                          if (delivered.length() > 30) {
                            token.cancel();
                          }
                        }))
            .isInstanceOf(CancelledException.class);
        assertThat(delivered.toString()).startsWith("again again");
      }
      assertThatThrownBy(
              () ->
                  endless.correct(
                      CorrectionRequest.of("why", "because").withTimeout(Duration.ofMillis(50)),
                      text -> {}))
          .isInstanceOf(DeadlineExceededException.class);
    }
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (tasksCancelled() < before + 6) {
      assertThat(System.nanoTime()).as("the server's log tells of 6 tasks").isLessThan(until);
      TimeUnit.MILLISECONDS.sleep(20);
    }
    try (Aligner aligner = ofText()) {
      assertThat(aligner.correct("why", "because").text()).isEqualTo(SENTENCE);
    }
  }

  private static long tasksCancelled() throws IOException {
    return Files.readString(folder.resolve("server.log"))
        .lines()
        .filter(line -> line.contains("cancel task"))
        .count();
  }

  @Test
  void correctAll_manyAnswers_areAllCorrected() {
    try (Aligner aligner =
        builder().specialTokens(SpecialTokens.of("</s>")).maxConcurrentCalls(4).build()) {
      List<CorrectionRequest> requests =
          IntStream.range(0, 30).mapToObj(i -> CorrectionRequest.of("q" + i, "a " + i)).toList();

      assertThat(aligner.correctAll(requests))
          .hasSize(30)
          .extracting(Correction::text)
          .containsOnly(SENTENCE);
    }
  }
}
