package dev.aligner.onnx.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Aligner;
import dev.aligner.AlignerClosedException;
import dev.aligner.Correction;
import dev.aligner.CorrectionOutcome;
import dev.aligner.CorrectionRequest;
import dev.aligner.CorrectionUsage;
import dev.aligner.EngineUnavailableException;
import dev.aligner.FinishReason;
import dev.aligner.LimitExceededException;
import dev.aligner.PromptTemplate;
import dev.aligner.SkipReason;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.Limits;
import dev.aligner.onnx.OnnxAligner;
import dev.aligner.onnx.Segmentation;
import dev.aligner.onnx.testing.Golden;
import dev.aligner.onnx.testing.TestModels;
import dev.aligner.policy.AcceptanceCheck;
import dev.aligner.policy.AlignmentPolicy;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Behaviour through the public door, on tiny random models: what they write makes no sense. */
class OnnxAlignerTest {

  private static final PromptTemplate ANSWER_ALONE = PromptTemplate.of("{answer}");

  @Test
  void correct_isTheModelsOutput() {
    Golden golden = stopped("tiny-t5");
    try (OnnxAligner aligner = tiny("tiny-t5").build()) {
      Correction correction = aligner.correct("question", golden.prompt());

      assertThat(correction.text()).isEqualTo(golden.text().strip());
      assertThat(correction.outcome()).isEqualTo(new CorrectionOutcome.Corrected());
      CorrectionUsage usage = correction.usage().orElseThrow();
      assertThat(usage.outputTokenIds()).isEqualTo(golden.tokenIds());
      assertThat(usage.promptTokens()).hasValue(golden.inputIds().length);
      assertThat(usage.outputTokens()).hasValue(golden.tokenIds().length);
      assertThat(usage.modelSteps().orElseThrow()).isBetween(1, golden.tokenIds().length);
      assertThat(usage.finishReason()).contains(FinishReason.STOP);
      assertThat(usage.duration()).isPositive();
    }
  }

  @Test
  void correct_textThatSpellsControlTokens_isEncodedSafely() {
    for (String model : List.of("tiny-t5", "tiny-llama")) {
      try (OnnxAligner aligner =
          tiny(model).limits(Limits.ofModel().withMaxNewTokens(200)).build()) {
        for (Golden golden : Golden.of(model)) {
          if (golden.injection()) {
            Correction correction = aligner.correct("", golden.prompt());
            CorrectionUsage usage = correction.usage().orElseThrow();
            assertThat(usage.promptTokens()).hasValue(golden.inputIds().length);
            assertThat(usage.outputTokenIds()).startsWith(golden.tokenIds());
          }
        }
      }
    }
  }

  @Test
  void correct_outputOverTheLimit_isSkippedAndNeverCut() {
    try (OnnxAligner aligner =
        tiny("tiny-t5").limits(Limits.ofModel().withMaxNewTokens(2)).build()) {
      Correction correction = aligner.correct("", unstopped("tiny-t5").prompt());

      assertThat(correction.outcome())
          .isEqualTo(new CorrectionOutcome.Skipped(SkipReason.OUTPUT_TOO_LONG));
      assertThat(correction.text()).isEqualTo(unstopped("tiny-t5").prompt());
      assertThat(correction.usage().orElseThrow().finishReason()).contains(FinishReason.LENGTH);
    }
  }

  @Test
  void correct_promptOverTheLimit_isSkippedWithoutRunningTheModel() {
    try (OnnxAligner aligner =
        tiny("tiny-t5").limits(Limits.ofModel().withMaxPromptTokens(4)).build()) {
      Correction correction = aligner.correct("", "A long answer of many words.");

      assertThat(correction.outcome())
          .isEqualTo(new CorrectionOutcome.Skipped(SkipReason.PROMPT_TOO_LONG));
      assertThat(correction.usage()).isEmpty();
    }
  }

  @Test
  void correct_promptOverTheModelsPositions_isSkipped() {
    try (OnnxAligner aligner = tiny("tiny-llama").build()) {
      Correction correction = aligner.correct("", "word ".repeat(20_000));

      assertThat(correction.outcome())
          .isEqualTo(new CorrectionOutcome.Skipped(SkipReason.PROMPT_TOO_LONG));
    }
  }

  @Test
  void correct_overALimitWithPolicyFail_throwsWithoutTheText() {
    Limits limits = Limits.ofModel().withMaxPromptTokens(4).whenExceeded(Limits.WhenExceeded.FAIL);
    try (OnnxAligner aligner = tiny("tiny-t5").limits(limits).build()) {
      assertThatThrownBy(() -> aligner.correct("", "A sekret answer of many words."))
          .isInstanceOfSatisfying(
              LimitExceededException.class,
              e -> {
                assertThat(e.reason()).isEqualTo(SkipReason.PROMPT_TOO_LONG);
                assertThat(e.limit()).isEqualTo(4);
                assertThat(e)
                    .hasMessageContaining("expected at most 4 tokens")
                    .hasMessageNotContaining("sekret");
              });
      assertThat(aligner.correctAll(List.of(CorrectionRequest.of("", "A long answer indeed."))))
          .extracting(Correction::outcome)
          .hasOnlyElementsOfType(CorrectionOutcome.Failed.class);
    }
  }

  @Test
  void correct_blankAnswer_isSkipped() {
    try (OnnxAligner aligner = tiny("tiny-t5").build()) {
      for (String blank : List.of("", " ", "\n\t \u2003")) {
        Correction correction = aligner.correct("question", blank);

        assertThat(correction.outcome())
            .isEqualTo(new CorrectionOutcome.Skipped(SkipReason.NOTHING_TO_CORRECT));
        assertThat(correction.text()).isEqualTo(blank);
      }
    }
  }

  @Test
  void correct_bySentences_leavesAloneWhatIsNoSentence() {
    String code = "```java\nSystem.out.println(\"Hi.\");\n```\n";
    try (OnnxAligner aligner =
        tiny("tiny-t5")
            .segmentation(Segmentation.sentences())
            .limits(Limits.ofModel().withMaxNewTokens(400))
            .build()) {
      Correction correction = aligner.correct("", code + "\nThe answer is yes.  \n" + code);

      assertThat(correction.text()).startsWith(code + "\n").endsWith("  \n" + code);
      assertThat(aligner.correct("", code).outcome())
          .isEqualTo(new CorrectionOutcome.Skipped(SkipReason.NOTHING_TO_CORRECT));
    }
  }

  @Test
  void correct_bySentences_correctsEachByItself() {
    Limits limits = Limits.ofModel().withMaxNewTokens(60);
    try (OnnxAligner whole = tiny("tiny-t5").limits(limits).build();
        OnnxAligner bySentence =
            tiny("tiny-t5").limits(limits).segmentation(Segmentation.sentences()).build()) {
      List<Correction> corrections =
          Golden.of("tiny-t5").stream()
              .map(Golden::prompt)
              .filter(text -> text.matches("[A-Z][A-Za-z ,]+[.?!]?"))
              .map(sentence -> whole.correct("", sentence))
              .filter(Correction::changed)
              .toList();
      assertThat(corrections).hasSizeGreaterThanOrEqualTo(2);

      Correction together = bySentence.correct("", joined(corrections, c -> c.request().answer()));

      assertThat(together.text()).isEqualTo(joined(corrections, Correction::text));
    }
  }

  @Test
  void wrap_correctsWhatTheModelSays() {
    Golden golden = stopped("tiny-t5");
    try (Aligner aligner = tiny("tiny-t5").build()) {
      AlignmentPolicy unchecked =
          AlignmentPolicy.builder().acceptance(AcceptanceCheck.none()).build();

      assertThat(aligner.wrap(query -> golden.prompt(), unchecked).chat("hello"))
          .isEqualTo(golden.text().strip());
    }
  }

  /** A random model writes half characters, which nobody is to see. */
  @Test
  void wrap_byDefault_showsNoBrokenText() {
    Golden golden = stopped("tiny-t5");
    assertThat(golden.text()).contains("\ufffd");
    try (Aligner aligner = tiny("tiny-t5").build()) {
      assertThat(aligner.wrap(query -> golden.prompt()).chat("hello")).isEqualTo(golden.prompt());
    }
  }

  @Test
  void build_settings_areSeen() {
    try (OnnxAligner aligner =
        tiny("tiny-llama")
            .device(Device.cpu(1))
            .decoding(Decoding.greedy())
            .segmentation(Segmentation.sentences())
            .build()) {
      assertThat(aligner.template()).isEqualTo(ANSWER_ALONE);
      assertThat(aligner.segmentation()).isInstanceOf(Segmentation.Sentences.class);
    }
  }

  @Test
  void build_twice_givesTwoAligners() {
    OnnxAligner.Builder builder = tiny("tiny-t5");
    builder.build().close();
    try (OnnxAligner second = builder.build()) {
      assertThat(second.correct("", stopped("tiny-t5").prompt()).changed()).isTrue();
    }
  }

  @Test
  void close_thenCorrect_isClosed() {
    OnnxAligner aligner = tiny("tiny-t5").build();
    aligner.close();
    aligner.close();

    assertThatThrownBy(() -> aligner.correct("", "x")).isInstanceOf(AlignerClosedException.class);
    assertThat(aligner.correctAll(List.of(CorrectionRequest.of("", "x"))))
        .extracting(Correction::text)
        .containsExactly("x");
  }

  @Test
  void bundled_noModelOnTheClassPath_saysWhatToAdd() {
    assertThatThrownBy(OnnxAligner::bundled)
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("dev.aligner:aligner-model-detox");
    assertThatThrownBy(() -> OnnxAligner.bundled("detox"))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("expected \"detox\", found []");
  }

  private static String joined(List<Correction> corrections, Function<Correction, String> part) {
    return corrections.stream().map(part).collect(Collectors.joining("\n\n"));
  }

  private static OnnxAligner.Builder tiny(String model) {
    return OnnxAligner.builder(TestModels.directory(model)).template(ANSWER_ALONE);
  }

  private static Golden stopped(String model) {
    return Golden.of(model).stream()
        .filter(g -> g.finishReason().equals("stop") && g.tokenIds().length > 3)
        .filter(g -> !g.injection() && !g.prompt().isBlank())
        .findFirst()
        .orElseThrow();
  }

  private static Golden unstopped(String model) {
    return Golden.of(model).stream()
        .filter(g -> g.finishReason().equals("length") && g.tokenIds().length > 10)
        .findFirst()
        .orElseThrow();
  }
}
