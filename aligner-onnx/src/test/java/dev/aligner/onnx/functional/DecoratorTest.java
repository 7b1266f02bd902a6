package dev.aligner.onnx.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.CorrectionRequest;
import dev.aligner.PromptTemplate;
import dev.aligner.event.AlignmentEvent;
import dev.aligner.onnx.Batching;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.Limits;
import dev.aligner.onnx.OnnxAligner;
import dev.aligner.onnx.Segmentation;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import dev.aligner.onnx.testing.ModelCopy;
import dev.aligner.onnx.testing.TestModels;
import dev.aligner.policy.AcceptanceCheck;
import dev.aligner.policy.AlignmentContext;
import dev.aligner.policy.AlignmentPolicy;
import dev.aligner.policy.AnswerAligner;
import dev.aligner.policy.CorrectionCache;
import dev.aligner.policy.CorrectionKey;
import dev.aligner.policy.FailureClass;
import dev.aligner.policy.StreamDelivery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The decorator over a real engine: fingerprints, deadlines, overload, streams. */
@Timeout(120)
class DecoratorTest {

  private static final AlignmentContext QUESTION = AlignmentContext.of("question");
  private static final String ANSWER = "The answer is long enough to be read for a while.";

  @TempDir Path folder = Path.of("");

  @AfterEach
  void nothingIsLeft() {
    assertThat(NativeHandle.live()).isZero();
  }

  @Test
  void fingerprint_isTheSameForTheSameModelElsewhere() {
    String here = fingerprint(tiny()).orElseThrow();
    Path copy = ModelCopy.of("tiny-t5", folder).directory();
    String there = fingerprint(builder(copy)).orElseThrow();

    assertThat(here).matches("[0-9a-f]{64}").isEqualTo(there);
    assertThat(fingerprint(tiny().device(Device.cpu(1)).batching(Batching.off()))).contains(here);
  }

  @Test
  void fingerprint_changesWithAllThatChangesTexts() {
    ModelCopy copy = ModelCopy.of("tiny-t5", folder);
    List<Optional<String>> all = new ArrayList<>();
    all.add(fingerprint(builder(copy.directory())));
    all.add(fingerprint(builder(copy.directory()).decoding(Decoding.beamSearch(2))));
    all.add(fingerprint(builder(copy.directory()).decoding(Decoding.beamSearch(3))));
    all.add(fingerprint(builder(copy.directory()).template(PromptTemplate.ALIGNER_V1)));
    all.add(fingerprint(builder(copy.directory()).segmentation(Segmentation.sentences())));
    all.add(fingerprint(builder(copy.directory()).limits(Limits.ofModel().withMaxNewTokens(5))));
    copy.write("special_tokens_map.json", "{}");
    all.add(fingerprint(builder(copy.directory())));

    assertThat(all).doesNotContain(Optional.empty()).doesNotHaveDuplicates();
  }

  @Test
  void fingerprint_whereTextsVary_isEmpty() {
    assertThat(fingerprint(tiny().decoding(Decoding.sampling()))).isEmpty();
    assertThat(
            fingerprint(
                tiny()
                    .decoding(
                        Decoding.greedy()
                            .with(
                                DecodingOption.LOGITS_PROCESSOR,
                                List.of((inputIds, scores) -> {})))))
        .isEmpty();
  }

  @Test
  void cache_overARealModel_asksItOnce() {
    Map<CorrectionKey, String> texts = new ConcurrentHashMap<>();
    try (OnnxAligner aligner = tiny().build()) {
      AnswerAligner answers = AnswerAligner.of(aligner, open().cache(new MapCache(texts)).build());

      String first = answers.align(QUESTION, ANSWER).text();
      assertThat(texts).hasSize(1);
      assertThat(texts.keySet().iterator().next().fingerprint())
          .isEqualTo(aligner.fingerprint().orElseThrow());
      texts.replaceAll((key, text) -> text + " from the cache");
      assertThat(answers.align(QUESTION, ANSWER).text()).isEqualTo(first + " from the cache");
    }
  }

  @Test
  void timeout_isTheEnginesAndReturnsTheOriginal() {
    try (OnnxAligner aligner = tiny().limits(Limits.ofModel().withMaxNewTokens(2_000)).build()) {
      AnswerAligner answers =
          AnswerAligner.of(aligner, open().timeout(Duration.ofNanos(1)).build());

      assertThat(answers.align(QUESTION, ANSWER).text()).isEqualTo(ANSWER);
      assertThat(answers.counts().failed()).containsEntry(FailureClass.TIMEOUT, 1L);
    }
  }

  @Test
  void aClosedAligner_isAFailureLikeAnyOther() {
    OnnxAligner aligner = tiny().build();
    AnswerAligner answers = AnswerAligner.of(aligner, open().build());
    aligner.close();

    assertThat(answers.align(QUESTION, ANSWER).text()).isEqualTo(ANSWER);
    assertThat(answers.counts().failed()).containsEntry(FailureClass.ENGINE_ERROR, 1L);
  }

  @Test
  void live_isWhatTheWholeCorrectionIs() {
    try (OnnxAligner aligner = tiny().build()) {
      String whole = AnswerAligner.of(aligner, open().build()).align(QUESTION, ANSWER).text();
      List<String> parts = new ArrayList<>();
      var stream =
          AnswerAligner.of(aligner, open().streams(StreamDelivery.bufferThenLive()).build()).stream(
              QUESTION, parts::add);
      stream.add(ANSWER.substring(0, 10));
      stream.add(ANSWER.substring(10));

      assertThat(stream.complete().text()).isEqualTo(whole);
      assertThat(String.join("", parts)).isEqualTo(whole);
    }
  }

  @Test
  void perSegment_givesTheModelWhatIsShown() {
    List<String> shown = new ArrayList<>();
    try (OnnxAligner aligner = tiny().template(PromptTemplate.of("{prefix}|{answer}")).build()) {
      String first = aligner.correct(CorrectionRequest.of("question", "One.")).text();
      String second =
          aligner.correct(CorrectionRequest.of("question", "Two.").withShown(first + " ")).text();
      var stream =
          AnswerAligner.of(aligner, open().streams(StreamDelivery.perSegment()).build()).stream(
              QUESTION, shown::add);
      stream.add("One. Two.");
      stream.complete();

      assertThat(shown).containsExactly(first + " ", second);
    }
  }

  @Test
  void usage_tellsHowLongItWaited() {
    List<AlignmentEvent> events = new ArrayList<>();
    try (OnnxAligner aligner = tiny().build()) {
      AnswerAligner.of(aligner, open().listener(events::add).build()).align(QUESTION, ANSWER);
    }

    AlignmentEvent.Corrected event = (AlignmentEvent.Corrected) events.get(1);
    Duration waited = event.correction().usage().orElseThrow().waitingTime().orElseThrow();
    assertThat(waited).isBetween(Duration.ZERO, event.duration());
  }

  private static AlignmentPolicy.Builder open() {
    return AlignmentPolicy.builder().acceptance(AcceptanceCheck.none());
  }

  private static Optional<String> fingerprint(OnnxAligner.Builder builder) {
    try (OnnxAligner aligner = builder.build()) {
      return aligner.fingerprint();
    }
  }

  private static OnnxAligner.Builder tiny() {
    return builder(TestModels.directory("tiny-t5"));
  }

  /** Random models seldom stop, so the decoding is told when. */
  private static OnnxAligner.Builder builder(Path directory) {
    return OnnxAligner.builder(directory)
        .template(PromptTemplate.of("{question} {answer}"))
        .limits(Limits.ofModel().withMaxNewTokens(200))
        .decoding(Decoding.greedy().with(DecodingOption.FORCED_EOS_TOKEN_ID, java.util.Set.of(1)));
  }

  private record MapCache(Map<CorrectionKey, String> texts) implements CorrectionCache {

    @Override
    public Optional<String> find(CorrectionKey key) {
      return Optional.ofNullable(texts.get(key));
    }

    @Override
    public void put(CorrectionKey key, String text) {
      texts.put(key, text);
    }
  }
}
