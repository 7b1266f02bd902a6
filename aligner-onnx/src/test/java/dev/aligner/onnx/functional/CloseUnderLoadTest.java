package dev.aligner.onnx.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.Aligner;
import dev.aligner.AlignerClosedException;
import dev.aligner.PromptTemplate;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.Limits;
import dev.aligner.onnx.OnnxAligner;
import dev.aligner.onnx.Segmentation;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import dev.aligner.onnx.testing.TestModels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Eight threads correct while close() comes in the middle: a result or a clear exception for all.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CloseUnderLoadTest {

  private static final int THREADS = 8;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS + 2);

  @AfterAll
  void stop() {
    threads.shutdownNow();
  }

  @Test
  @Timeout(120)
  void close_whileEightThreadsCorrect_endsAllOfThem() throws Exception {
    AtomicInteger results = new AtomicInteger();
    AtomicInteger closed = new AtomicInteger();
    Random random = new Random(1);
    int rounds = rounds();
    for (int round = 0; round < rounds; round++) {
      String model = List.of("tiny-t5", "tiny-t5-merged", "tiny-llama").get(round % 3);
      Aligner aligner =
          over(TestModels.directory(model))
              .template(PromptTemplate.of("{answer}"))
              .segmentation(Segmentation.sentences())
              .device(Device.cpu(1))
              .limits(Limits.ofModel().withMaxNewTokens(12))
              .build();
      List<Future<Void>> workers = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        workers.add(threads.submit(corrector(aligner, results, closed)));
      }
      int enough = results.get() + random.nextInt(6);
      while (results.get() < enough) {
        TimeUnit.MICROSECONDS.sleep(100);
      }
      Future<?> secondClose = threads.submit(aligner::close);
      aligner.close();
      for (Future<Void> worker : workers) {
        worker.get(30, TimeUnit.SECONDS);
      }
      secondClose.get(30, TimeUnit.SECONDS);
      assertThat(NativeHandle.live()).as("round " + round).isZero();
    }
    assertThat(closed).as("every thread ended by close()").hasValue(THREADS * rounds);
    assertThat(results).as("corrections before that").hasValueGreaterThan(rounds);
  }

  OnnxAligner.Builder over(Path directory) {
    return OnnxAligner.builder(directory);
  }

  int rounds() {
    return 100;
  }

  private static Callable<Void> corrector(
      Aligner aligner, AtomicInteger results, AtomicInteger closed) {
    AtomicBoolean open = new AtomicBoolean(true);
    return () -> {
      while (open.get()) {
        try {
          aligner.correct("", "The answer is yes. Please answer the question. Is it?");
          results.incrementAndGet();
        } catch (AlignerClosedException e) {
          closed.incrementAndGet();
          open.set(false);
        }
      }
      return null;
    };
  }
}
