package dev.aligner.onnx.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.onnx.Batching;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.SearchRequest.TokenListener;
import dev.aligner.onnx.internal.decode.SearchResult;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Jobs for a {@link FakeBatchModel}, and what is to come out of them. */
final class Jobs {

  private Jobs() {}

  static Job of(int... prompt) {
    return of(List.of(prompt), 200);
  }

  static Job of(List<int[]> prompts, int limit) {
    return new Job(
        prompts,
        List.of(),
        Collections.nCopies(prompts.size(), limit),
        Decoding.greedy(),
        Optional.empty(),
        TokenListener.NONE,
        Cancellation.NEVER,
        /* begun= */ false);
  }

  /** Up to three prompts of up to ten tokens; half of them with drafts, good and bad ones. */
  static Job random(Random random) {
    int count = 1 + random.nextInt(3);
    List<int[]> prompts =
        IntStream.range(0, count).mapToObj(i -> tokens(random, 1 + random.nextInt(10))).toList();
    Job plain = of(prompts, 1 + random.nextInt(25));
    if (random.nextBoolean()) {
      return plain;
    }
    SearchResult output = alone(plain);
    List<int[]> drafts =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    switch (random.nextInt(3)) {
                      case 0 -> new int[0];
                      case 1 -> tokens(random, 6);
                      default -> output.outputs().get(i).get(0).tokenIds();
                    })
            .toList();
    return drafted(plain, drafts.toArray(int[][]::new));
  }

  /** One draft for each prompt. */
  static Job drafted(Job job, int[]... drafts) {
    return new Job(
        job.prompts(),
        List.of(drafts),
        job.limits(),
        job.decoding(),
        job.loraAdapter(),
        job.listener(),
        job.cancellation(),
        job.begun());
  }

  private static int[] tokens(Random random, int length) {
    return random.ints(length, 0, FakeBatchModel.VOCABULARY).toArray();
  }

  static Job with(Job job, Decoding decoding) {
    return new Job(
        job.prompts(),
        job.drafts(),
        job.limits(),
        decoding,
        job.loraAdapter(),
        job.listener(),
        job.cancellation(),
        job.begun());
  }

  static Job with(Job job, Cancellation cancellation) {
    return with(job, job.listener(), cancellation, job.begun());
  }

  static Job with(Job job, TokenListener listener) {
    return with(job, listener, job.cancellation(), job.begun());
  }

  static Job begun(Job job) {
    return with(job, job.listener(), job.cancellation(), /* begun= */ true);
  }

  private static Job with(
      Job job, TokenListener listener, Cancellation cancellation, boolean begun) {
    return new Job(
        job.prompts(),
        job.drafts(),
        job.limits(),
        job.decoding(),
        job.loraAdapter(),
        listener,
        cancellation,
        begun);
  }

  /** What a job makes on a model that nobody else uses. */
  static SearchResult alone(Job job) {
    Job quiet = with(with(job, TokenListener.NONE), Cancellation.NEVER);
    return new Dispatcher(new FakeBatchModel(), Batching.off(), /* merges= */ false, 1).run(quiet);
  }

  static List<String> texts(SearchResult result) {
    return result.outputs().stream()
        .map(rows -> rows.stream().map(row -> Arrays.toString(row.tokenIds())).toList().toString())
        .toList();
  }

  static void assertSame(SearchResult result, Job job) {
    assertThat(texts(result)).isEqualTo(texts(alone(job)));
  }
}
