package dev.aligner.onnx.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.CancellationToken;
import dev.aligner.CancelledException;
import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import dev.aligner.DeadlineExceededException;
import dev.aligner.LimitExceededException;
import dev.aligner.PromptTemplate;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.Limits;
import dev.aligner.onnx.OnnxAligner;
import dev.aligner.onnx.Segmentation;
import dev.aligner.onnx.testing.TestModels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text that is delivered while it is written, and calls that end before their time. */
class StreamingTest {

  private static final String[] WORDS = {
    "Sort it.", "naïve", "😀👍🏽", "今天 天气", "a  b", "\n\n", "`x = 1`", "It's 5!", " ", "été. Oui."
  };

  @ParameterizedTest
  @ValueSource(strings = {"tiny-t5", "tiny-llama"})
  void correct_streaming_deliversTheTextOfTheCorrection(String model) {
    Random random = new Random(11);
    int inParts = 0;
    for (Segmentation segmentation : List.of(Segmentation.none(), Segmentation.sentences())) {
      try (OnnxAligner aligner = builder(model).segmentation(segmentation).build()) {
        for (int i = 0; i < 12; i++) {
          CorrectionRequest request = CorrectionRequest.of("Why?", answer(random));
          List<String> parts = new ArrayList<>();
          Correction plain = aligner.correct(request);
          Correction streamed;
          try {
            streamed = aligner.correct(request, parts::add);
          } catch (LimitExceededException e) {
            assertThat(plain.usage().orElseThrow().finishReason()).hasToString("Optional[LENGTH]");
            continue;
          }
          assertThat(streamed.text()).isEqualTo(plain.text());
          assertThat(String.join("", parts)).isEqualTo(streamed.text());
          assertThat(parts).doesNotContain("");
          inParts += parts.size() > 1 ? 1 : 0;
        }
      }
    }
    assertThat(inParts).as("answers that came in several parts").isGreaterThan(4);
  }

  @Test
  void correct_streamingWithBeams_deliversInTheEnd() {
    try (OnnxAligner aligner = builder("tiny-t5").decoding(Decoding.beamSearch(2)).build()) {
      List<String> parts = new ArrayList<>();
      Correction correction =
          aligner.correct(CorrectionRequest.of("Why?", "Because it is."), parts::add);

      assertThat(parts).containsExactly(correction.text());
    }
  }

  @Test
  void correct_consumerThatThrows_endsTheCorrectionAndLeavesTheEngineUsable() {
    CorrectionRequest request = CorrectionRequest.of("Why?", "Because it is.");
    try (OnnxAligner aligner = builder("tiny-llama").build()) {
      String before = aligner.correct(request).text();
      assertThatThrownBy(
              () ->
                  aligner.correct(
                      request,
                      text -> {
                        throw new IllegalStateException("mine");
                      }))
          .hasMessage("mine");
      assertThat(aligner.correct(request).text()).isEqualTo(before);
    }
  }

  @Test
  void cancel_fromTheConsumer_endsWithinOneStep() {
    CancellationToken token = new CancellationToken();
    CorrectionRequest request = CorrectionRequest.of("Why?", "Because it is so, and has been.");
    try (OnnxAligner aligner = builder("tiny-llama").build()) {
      String before = aligner.correct(request).text();
      List<String> parts = new ArrayList<>();
      assertThatThrownBy(
              () ->
                  aligner.correct(
                      request.withCancellation(token),
                      text -> {
                        parts.add(text);
                        token.cancel();
                      }))
          .isInstanceOf(CancelledException.class);
      assertThat(parts).hasSize(1);
      assertThat(aligner.correct(request).text()).isEqualTo(before);
      assertThatThrownBy(() -> aligner.correct(request.withCancellation(token)))
          .isInstanceOf(CancelledException.class);
    }
  }

  @Test
  void correct_timeoutThatIsOver_endsAndLeavesTheEngineUsable() {
    CorrectionRequest request = CorrectionRequest.of("Why?", "Because it is so, and has been.");
    try (OnnxAligner aligner = builder("tiny-llama").build()) {
      assertThatThrownBy(() -> aligner.correct(request.withTimeout(Duration.ofNanos(1))))
          .isInstanceOf(DeadlineExceededException.class)
          .hasMessageContaining("0 ms");
      assertThat(aligner.correct(request.withTimeout(Duration.ofMinutes(5))).usage()).isPresent();
    }
  }

  @Test
  void publish_inAnotherThread_deliversTheTextOfTheCorrection() throws Exception {
    CorrectionRequest request = CorrectionRequest.of("Why?", "Because it is.");
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (OnnxAligner aligner = builder("tiny-llama").build()) {
      Collecting collecting = new Collecting();
      aligner.publish(request, executor).subscribe(collecting);

      assertThat(collecting.text.get(60, TimeUnit.SECONDS))
          .isEqualTo(aligner.correct(request).text());
    } finally {
      executor.shutdownNow();
    }
  }

  OnnxAligner.Builder over(Path directory) {
    return OnnxAligner.builder(directory);
  }

  private OnnxAligner.Builder builder(String model) {
    return over(TestModels.directory(model))
        .template(PromptTemplate.ALIGNER_V2)
        .limits(Limits.ofModel().withMaxNewTokens(200));
  }

  private static String answer(Random random) {
    StringBuilder answer = new StringBuilder();
    int words = 1 + random.nextInt(5);
    for (int i = 0; i < words; i++) {
      answer.append(WORDS[random.nextInt(WORDS.length)]).append(random.nextBoolean() ? " " : "");
    }
    return answer.toString();
  }

  private static final class Collecting implements Flow.Subscriber<String> {
    private final CompletableFuture<String> text = new CompletableFuture<>();
    private final StringBuilder parts = new StringBuilder();

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String part) {
      parts.append(part);
    }

    @Override
    public void onError(Throwable failure) {
      text.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      text.complete(parts.toString());
    }
  }
}
