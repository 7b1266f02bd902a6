package dev.aligner.onnx.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.AlignerClosedException;
import dev.aligner.CancellationToken;
import dev.aligner.Correction;
import dev.aligner.CorrectionOutcome;
import dev.aligner.CorrectionRequest;
import dev.aligner.LimitExceededException;
import dev.aligner.PromptTemplate;
import dev.aligner.onnx.Batching;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.Limits;
import dev.aligner.onnx.OnnxAligner;
import dev.aligner.onnx.Segmentation;
import dev.aligner.onnx.testing.TestModels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many answers at once, and several outputs for one. */
class CorrectAllTest {

  private static final int NEW_TOKENS = 24;

  @ParameterizedTest
  @ValueSource(strings = {"tiny-t5-merged", "tiny-llama", "tiny-qwen2", "tiny-llama-int8"})
  void correctAll_isWhatCorrectMakesOfEach(String model) {
    List<CorrectionRequest> requests = requests(30);
    for (Segmentation segmentation : List.of(Segmentation.none(), Segmentation.sentences())) {
      try (OnnxAligner aligner = builder(model).segmentation(segmentation).build()) {
        List<Correction> together = aligner.correctAll(requests);
        for (int i = 0; i < requests.size(); i++) {
          Correction alone = aligner.correct(requests.get(i));
          assertThat(together.get(i).request()).isSameAs(requests.get(i));
          assertThat(together.get(i).text()).isEqualTo(alone.text());
          assertThat(together.get(i).outcome()).hasToString(alone.outcome().toString());
        }
      }
    }
  }

  @Test
  void correctAll_smallBudget_changesNoResult() {
    List<CorrectionRequest> requests = requests(12);
    try (OnnxAligner large = builder("tiny-t5-merged").build();
        OnnxAligner small =
            builder("tiny-t5-merged")
                .batching(Batching.auto().withMaxRows(3).withMemoryBudget(20_000))
                .build();
        OnnxAligner none = builder("tiny-t5-merged").batching(Batching.off()).build()) {
      assertThat(texts(small.correctAll(requests))).isEqualTo(texts(large.correctAll(requests)));
      assertThat(texts(none.correctAll(requests))).isEqualTo(texts(large.correctAll(requests)));
    }
  }

  @Test
  void correctAll_itemOverALimit_failsAlone() {
    List<CorrectionRequest> requests =
        List.of(
            CorrectionRequest.of("Why?", "Because."),
            CorrectionRequest.of("Why?", "so ".repeat(200)),
            CorrectionRequest.of("Why?", " "));
    Limits limits =
        Limits.ofModel()
            .withMaxPromptTokens(120)
            .withMaxNewTokens(400)
            .whenExceeded(Limits.WhenExceeded.FAIL);
    try (OnnxAligner aligner = builder("tiny-t5").limits(limits).build()) {
      List<Correction> corrections = aligner.correctAll(requests);

      assertThat(corrections.get(0).usage()).isPresent();
      assertThat(corrections.get(1).outcome())
          .isInstanceOfSatisfying(
              CorrectionOutcome.Failed.class,
              failed -> assertThat(failed.exception()).isInstanceOf(LimitExceededException.class));
      assertThat(corrections.get(2).outcome()).isInstanceOf(CorrectionOutcome.Skipped.class);
    }
  }

  @Test
  void correctAll_cancelledItem_failsAlone() {
    CancellationToken cancelled = new CancellationToken();
    cancelled.cancel();
    CorrectionRequest request = CorrectionRequest.of("Why?", "Because.");
    try (OnnxAligner aligner = builder("tiny-t5").build()) {
      List<Correction> corrections =
          aligner.correctAll(List.of(request, request.withCancellation(cancelled)));

      assertThat(corrections.get(0).text()).isEqualTo(aligner.correct(request).text());
      assertThat(corrections.get(1).outcome()).isInstanceOf(CorrectionOutcome.Failed.class);
    }
  }

  @Test
  void correctAll_afterClose_failsEach() {
    OnnxAligner aligner = builder("tiny-t5").build();
    aligner.close();

    assertThat(aligner.correctAll(requests(2)))
        .hasSize(2)
        .allSatisfy(
            correction ->
                assertThat(correction.outcome())
                    .isInstanceOfSatisfying(
                        CorrectionOutcome.Failed.class,
                        failed ->
                            assertThat(failed.exception())
                                .isInstanceOf(AlignerClosedException.class)));
  }

  @Test
  void correct_severalOutputs_areAlternatives() {
    CorrectionRequest request = CorrectionRequest.of("Why?", "Because it is.");
    Decoding beams = // with the model's forced end, so that every output is a whole one
        Decoding.ofModel()
            .with(DecodingOption.NUM_BEAMS, 4)
            .with(DecodingOption.NUM_RETURN_SEQUENCES, 3);
    try (OnnxAligner aligner =
        builder("tiny-bart")
            .decoding(beams)
            .limits(Limits.ofModel().withMaxNewTokens(60))
            .build()) {
      Correction correction = aligner.correct(request);

      assertThat(correction.alternatives()).hasSize(3);
      assertThat(correction.alternatives().get(0).text()).isEqualTo(correction.text());
      assertThat(correction.alternatives())
          .extracting(candidate -> candidate.score().orElseThrow())
          .isSortedAccordingTo((a, b) -> Double.compare(b, a));
    }
  }

  OnnxAligner.Builder over(Path directory) {
    return OnnxAligner.builder(directory);
  }

  private OnnxAligner.Builder builder(String model) {
    return over(TestModels.directory(model))
        .template(PromptTemplate.of("{question} {answer}"))
        .limits(Limits.ofModel().withMaxNewTokens(NEW_TOKENS));
  }

  private static List<String> texts(List<Correction> corrections) {
    return corrections.stream().map(Correction::text).toList();
  }

  private static List<CorrectionRequest> requests(int count) {
    Random random = new Random(8);
    String[] words = {"Sort", "it.", "No,", "you", "`x`", "été", "😀", "now!", "\n\n", "1."};
    List<CorrectionRequest> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder answer = new StringBuilder();
      int length = random.nextInt(9);
      for (int word = 0; word < length; word++) {
        answer.append(words[random.nextInt(words.length)]).append(' ');
      }
      requests.add(CorrectionRequest.of("Why " + i + "?", answer.toString()));
    }
    return requests;
  }
}
