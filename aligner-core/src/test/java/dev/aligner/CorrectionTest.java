package dev.aligner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorrectionTest {

  private final CorrectionRequest request = CorrectionRequest.of("question", "the answer");

  @Test
  void of_anotherText_isCorrected() {
    Correction correction = Correction.of(request, "another answer");

    assertThat(correction.outcome()).isEqualTo(new CorrectionOutcome.Corrected());
    assertThat(correction.changed()).isTrue();
    assertThat(correction.text()).isEqualTo("another answer");
    assertThat(correction.usage()).isEmpty();
  }

  @Test
  void of_theSameText_isKept() {
    Correction correction = Correction.of(request, "the answer");

    assertThat(correction.outcome()).isEqualTo(new CorrectionOutcome.Kept());
    assertThat(correction.changed()).isFalse();
    assertThat(correction.editRatio()).isZero();
  }

  @Test
  void skipped_showsTheAnswer() {
    Correction correction = Correction.skipped(request, SkipReason.PROMPT_TOO_LONG);

    assertThat(correction.text()).isEqualTo("the answer");
    assertThat(correction.outcome())
        .isEqualTo(new CorrectionOutcome.Skipped(SkipReason.PROMPT_TOO_LONG));
  }

  @Test
  void failed_showsTheAnswer() {
    RuntimeException exception = new InferenceException("x", null);

    Correction correction = Correction.failed(request, exception);

    assertThat(correction.text()).isEqualTo("the answer");
    assertThat(correction.outcome()).isEqualTo(new CorrectionOutcome.Failed(exception));
    assertThat(correction.editRatio()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          'a b c d',        'a b c d',       0
          'a b c d',        'a x c d',       0.25
          'a b c d',        'a c d',         0.25
          'a b c d',        'a b x c d',     0.25
          'a b c d',        'd c b a',       1
          'a b',            'v w x y z',     2.5
          'a b',            '',              1
          'a  b',           'a b',           0
          'a\u00a0b c',     'a b c',         0
          ' a b ',          'a\tb\n',        0
          'kitten sat on',  'sitting sat',   0.6666667
          '',               '',              0
          '',               'a b c',         1
          '',               ' ',             1
          """)
  void editRatio_isLevenshteinOverWords(String answer, String text, double ratio) {
    Correction correction = Correction.of(CorrectionRequest.of("", answer), text);

    assertThat(correction.editRatio()).isEqualTo(ratio, within(1e-6));
    assertThat(correction.editRatio()).isEqualTo(ratio, within(1e-6));
  }

  @Test
  void editRatio_equalsThePlainRecurrence() {
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      String[] a = words(random);
      String[] b = words(random);

      double ratio =
          Correction.of(CorrectionRequest.of("", String.join(" ", a)), String.join(" ", b))
              .editRatio();

      assertThat(ratio).isEqualTo((double) distance(a, b, a.length, b.length) / a.length);
    }
  }

  @Test
  void withUsage_keepsTheRest() {
    CorrectionUsage usage =
        CorrectionUsage.builder(Duration.ofMillis(5))
            .promptTokens(3)
            .outputTokenIds(new int[] {7, 8, 1})
            .modelSteps(2)
            .finishReason(FinishReason.STOP)
            .build();

    Correction correction =
        Correction.skipped(request, SkipReason.OUTPUT_TOO_LONG).withUsage(usage);

    assertThat(correction.outcome()).isInstanceOf(CorrectionOutcome.Skipped.class);
    assertThat(correction.usage()).contains(usage);
    assertThat(usage.outputTokens()).hasValue(3);
    assertThat(usage.outputTokenIds()).containsExactly(7, 8, 1);
    assertThat(usage.promptTokens()).hasValue(3);
    assertThat(usage.modelSteps()).hasValue(2);
    assertThat(usage.finishReason()).contains(FinishReason.STOP);
  }

  @Test
  void usage_ofAnEngineThatKnowsNothing_isEmpty() {
    CorrectionUsage usage = CorrectionUsage.builder(Duration.ZERO).build();

    assertThat(usage.promptTokens()).isEmpty();
    assertThat(usage.outputTokens()).isEmpty();
    assertThat(usage.modelSteps()).isEmpty();
    assertThat(usage.finishReason()).isEmpty();
    assertThat(usage.outputTokenIds()).isEmpty();
  }

  @Test
  void usage_negativeCount_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CorrectionUsage.builder(Duration.ZERO).modelSteps(-1))
        .withMessageContaining("modelSteps");
  }

  @Test
  void withAlternatives_keepsTheRest() {
    CorrectionUsage usage = CorrectionUsage.builder(Duration.ZERO).build();
    List<CorrectionCandidate> candidates =
        List.of(
            new CorrectionCandidate("better", OptionalDouble.of(-0.5)),
            new CorrectionCandidate("good", OptionalDouble.empty()));

    Correction correction =
        Correction.of(request, "better").withAlternatives(candidates).withUsage(usage);

    assertThat(correction.alternatives()).isEqualTo(candidates);
    assertThat(correction.usage()).contains(usage);
    assertThat(correction.text()).isEqualTo("better");
    assertThat(correction.withAlternatives(List.of()).alternatives()).isEmpty();
    assertThat(Correction.of(request, "better").alternatives()).isEmpty();
  }

  @Test
  void withAlternatives_firstIsAnotherText_isRefusedWithoutTheTexts() {
    List<CorrectionCandidate> candidates =
        List.of(new CorrectionCandidate("sekret", OptionalDouble.empty()));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Correction.of(request, "better").withAlternatives(candidates))
        .withMessageNotContainingAny("sekret", "better");
  }

  @Test
  void toString_ofAll_holdsNoText() {
    CorrectionRequest secret = CorrectionRequest.of("sekret1", "sekret2");
    CorrectionCandidate candidate = new CorrectionCandidate("sekret3", OptionalDouble.of(-1));
    Correction correction = Correction.of(secret, "sekret3").withAlternatives(List.of(candidate));

    assertThat(
            candidate
                + " "
                + secret
                + " "
                + correction
                + " "
                + PromptTemplate.ALIGNER_V1.render(secret))
        .doesNotContain("sekret");
  }

  private static String[] words(Random random) {
    return random
        .ints(1 + random.nextInt(7), 0, 4)
        .mapToObj(Integer::toString)
        .toArray(String[]::new);
  }

  /** The definition, as slow as it is short. */
  private static int distance(String[] a, String[] b, int i, int j) {
    if (i == 0 || j == 0) {
      return i + j;
    }
    int substitution = distance(a, b, i - 1, j - 1) + (a[i - 1].equals(b[j - 1]) ? 0 : 1);
    return Math.min(substitution, 1 + Math.min(distance(a, b, i - 1, j), distance(a, b, i, j - 1)));
  }
}
