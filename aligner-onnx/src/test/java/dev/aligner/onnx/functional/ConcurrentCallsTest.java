package dev.aligner.onnx.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.AlignerClosedException;
import dev.aligner.CancellationToken;
import dev.aligner.CancelledException;
import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import dev.aligner.DeadlineExceededException;
import dev.aligner.LimitExceededException;
import dev.aligner.PromptTemplate;
import dev.aligner.SkipReason;
import dev.aligner.onnx.Batching;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.GenerationRequest;
import dev.aligner.onnx.Limits;
import dev.aligner.onnx.OnnxAligner;
import dev.aligner.onnx.OnnxGenerator;
import dev.aligner.onnx.Segmentation;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import dev.aligner.onnx.testing.TestModels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sixteen threads on one aligner: whoever shares a run of the model does not notice. */
@Timeout(120)
class ConcurrentCallsTest {

  private static final int THREADS = 16;
  private static final int REQUESTS = 40;

  @ParameterizedTest
  @ValueSource(strings = {"tiny-t5-merged", "tiny-t5", "tiny-llama", "tiny-qwen2"})
  void correct_manyThreads_isWhatOneThreadGets(String model) throws Exception {
    List<CorrectionRequest> requests = requests();
    try (OnnxAligner aligner = builder(model).build();
        OnnxAligner single = builder(model).batching(Batching.off()).build()) {
      List<String> expected =
          requests.stream().map(request -> single.correct(request).text()).toList();
      inManyThreads(
          12,
          (which, random) -> correct(aligner, requests.get(which), expected.get(which), random));
    }
    assertThat(NativeHandle.live()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-t5-merged", "tiny-llama", "tiny-qwen2"})
  void generate_manyThreads_isWhatOneThreadGets(String model) throws Exception {
    List<GenerationRequest> requests = generations();
    try (OnnxGenerator generator = open(TestModels.directory(model))) {
      List<int[]> expected =
          requests.stream().map(request -> generator.generate(request).tokenIds()).toList();
      inManyThreads(
          16,
          (which, random) -> {
            GenerationRequest request = drafted(requests.get(which), expected.get(which), random);
            assertThat(generator.generate(request).tokenIds()).isEqualTo(expected.get(which));
          });
    }
    assertThat(NativeHandle.live()).isZero();
  }

  /** Makes random ones of the requests in each of many threads. */
  private static void inManyThreads(int times, NumberedCall call) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        Random random = new Random(thread);
        all.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < times; i++) {
                    call.of(random.nextInt(REQUESTS), random);
                  }
                }));
      }
      for (Future<?> each : all) {
        each.get(100, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** One call of many. */
  @FunctionalInterface
  private interface NumberedCall {
    void of(int which, Random random);
  }

  /** Half of the requests get a draft, which is right but for one token. */
  private static GenerationRequest drafted(
      GenerationRequest request, int[] expected, Random random) {
    if (random.nextBoolean()) {
      return request;
    }
    int[] draft = expected.clone();
    draft[random.nextInt(draft.length)] = 5;
    return request.withDraft(draft);
  }

  private static List<GenerationRequest> generations() {
    Random random = new Random(3);
    return IntStream.range(0, REQUESTS)
        .mapToObj(
            i -> {
              int[] prompt = random.ints(3 + random.nextInt(12), 5, 60).toArray();
              Decoding decoding = i % 10 == 0 ? Decoding.beamSearch(2) : Decoding.greedy();
              return GenerationRequest.ofInputIds(prompt)
                  .withDecoding(decoding)
                  .withMaxNewTokens(4 + random.nextInt(30));
            })
        .toList();
  }

  private static void correct(
      OnnxAligner aligner, CorrectionRequest request, String expected, Random random) {
    switch (random.nextInt(6)) {
      case 0 -> {
        CancellationToken token = new CancellationToken();
        try {
          aligner.correct(request.withCancellation(token), text -> token.cancel());
        } catch (CancelledException e) {
          assertThat(token.isCancelled()).isTrue();
        } catch (LimitExceededException e) {
          assertThat(e.reason()).isEqualTo(SkipReason.OUTPUT_TOO_LONG);
        }
      }
      case 1 -> {
        try {
          aligner.correct(request.withTimeout(Duration.ofMillis(1 + random.nextInt(40))));
        } catch (DeadlineExceededException e) {
          assertThat(e.timeout()).isLessThan(Duration.ofMillis(41));
        }
      }
      case 2 -> {
        List<CorrectionRequest> twice = List.of(request, request);
        assertThat(aligner.correctAll(twice).stream().map(Correction::text))
            .containsExactly(expected, expected);
      }
      default -> assertThat(aligner.correct(request).text()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-t5-merged", "tiny-llama"})
  void close_whileRunsAreShared_endsAllCalls(String model) throws Exception {
    List<CorrectionRequest> requests = requests();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      for (int round = 0; round < 6; round++) {
        OnnxAligner aligner = builder(model).build();
        List<Future<Integer>> all = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
          Random random = new Random(thread);
          all.add(threads.submit(() -> correctUntilClosed(aligner, requests, random)));
        }
        TimeUnit.MILLISECONDS.sleep(20 + 10 * round);
        long start = System.nanoTime();
        aligner.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        for (Future<Integer> each : all) {
          each.get(20, TimeUnit.SECONDS);
        }
        assertThat(NativeHandle.live()).as("round " + round).isZero();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static int correctUntilClosed(
      OnnxAligner aligner, List<CorrectionRequest> requests, Random random) {
    for (int corrected = 0; ; corrected++) {
      try {
        aligner.correct(requests.get(random.nextInt(REQUESTS)));
      } catch (AlignerClosedException e) {
        return corrected;
      }
    }
  }

  OnnxGenerator open(Path directory) {
    return OnnxGenerator.open(directory);
  }

  OnnxAligner.Builder over(Path directory) {
    return OnnxAligner.builder(directory);
  }

  private OnnxAligner.Builder builder(String model) {
    return over(TestModels.directory(model))
        .template(PromptTemplate.of("{question} {answer}"))
        .segmentation(Segmentation.sentences())
        .decoding(Decoding.greedy())
        .device(Device.cpu(1))
        .limits(Limits.ofModel().withMaxNewTokens(24));
  }

  private static List<CorrectionRequest> requests() {
    Random random = new Random(5);
    String[] words = {"Sort", "it.", "No,", "you", "`x`", "été", "😀", "now!", "\n\n", "1."};
    return IntStream.range(0, REQUESTS)
        .mapToObj(
            i -> {
              StringBuilder answer = new StringBuilder("It");
              int length = random.nextInt(12);
              for (int word = 0; word < length; word++) {
                answer.append(' ').append(words[random.nextInt(words.length)]);
              }
              return CorrectionRequest.of("Why " + i + "?", answer.toString());
            })
        .toList();
  }
}
