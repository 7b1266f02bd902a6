package dev.aligner.onnx.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.CancellationToken;
import dev.aligner.CancelledException;
import dev.aligner.onnx.Batching;
import dev.aligner.onnx.internal.decode.SearchResult;
import dev.aligner.onnx.internal.lifecycle.ActiveCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads with random jobs, some of which fail: each gets what it gets alone. */
class DispatcherLoadTest {

  private static final int THREADS = 12;
  private static final int JOBS = 60;

  private final FakeBatchModel model = new FakeBatchModel();
  private final ActiveCalls calls = new ActiveCalls();

  @Test
  @Timeout(120)
  void run_manyThreads_eachGetsWhatItGetsAlone() throws Exception {
    for (int slots = 1; slots <= 3; slots++) {
      Dispatcher dispatcher = new Dispatcher(model, Batching.auto(), /* merges= */ true, slots);
      load(dispatcher);
      assertThat(dispatcher.waiting()).isZero();
      assertThat(model.open).hasValue(0);
    }
    assertThat(model.runs).as("runs of several jobs").anyMatch(prompts -> prompts.size() > 3);
  }

  @Test
  @Timeout(120)
  void run_manyThreadsOnAModelThatFails_eachGetsWhatItGetsAlone() throws Exception {
    model.failingRows = 5;
    model.failingStep = 3;
    Dispatcher dispatcher = new Dispatcher(model, Batching.auto(), /* merges= */ true, 2);

    load(dispatcher);

    assertThat(dispatcher.waiting()).isZero();
    assertThat(model.open).hasValue(0);
  }

  private void load(Dispatcher dispatcher) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<?>> all = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      Random random = new Random(thread);
      all.add(
          threads.submit(
              () -> {
                for (int i = 0; i < JOBS; i++) {
                  runOne(dispatcher, Jobs.random(random), random);
                }
              }));
    }
    threads.shutdown();
    for (Future<?> each : all) {
      each.get(100, TimeUnit.SECONDS);
    }
  }

  private void runOne(Dispatcher dispatcher, Job job, Random random) {
    switch (random.nextInt(6)) {
      case 0 -> {
        CancellationToken token = new CancellationToken();
        int after = random.nextInt(4);
        int[] heard = {0};
        Job cancelled =
            Jobs.with(
                Jobs.with(job, calls.enter(Optional.empty(), Optional.of(token))),
                (prompt, id) -> {
                  if (++heard[0] > after) {
                    token.cancel();
                  }
                });
        try {
          Jobs.assertSame(dispatcher.run(cancelled), job);
        } catch (CancelledException e) {
          assertThat(heard[0]).isGreaterThan(after);
        }
      }
      case 1, 2 -> {
        Thread caller = Thread.currentThread();
        List<List<Integer>> heard = new ArrayList<>();
        job.prompts().forEach(prompt -> heard.add(new ArrayList<>()));
        SearchResult result =
            dispatcher.run(
                Jobs.with(
                    job,
                    (prompt, id) -> {
                      assertThat(Thread.currentThread()).isSameAs(caller);
                      heard.get(prompt).add(id);
                    }));
        Jobs.assertSame(result, job);
        for (int i = 0; i < heard.size(); i++) {
          assertThat(heard.get(i).stream().mapToInt(id -> id).toArray())
              .isEqualTo(result.outputs().get(i).get(0).tokenIds());
        }
      }
      default -> Jobs.assertSame(dispatcher.run(job), job);
    }
  }
}
