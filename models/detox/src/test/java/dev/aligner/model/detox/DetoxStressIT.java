package dev.aligner.model.detox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.Aligner;
import dev.aligner.AlignerClosedException;
import dev.aligner.onnx.OnnxAligner;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Minutes of load on the bundled model. Not part of the default build: {@code mvn -pl models/detox
 * -am test -Dtest='Detox*IT' -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class DetoxStressIT {

  private static final int THREADS = 8;
  private static final int CORRECTIONS = 500;
  private static final List<String> ANSWERS =
      List.of(
          "You are an idiot. It is in the manual, on page 7.",
          "The train leaves at nine. Take the stupid bus if you miss it. It stops nearby.",
          "Yes.",
          "What a damn mess! Run `mvn clean` first, and then build it again, as everyone does.");

  @Test
  void close_inTheMiddleOfFiveHundred_fiveTimes() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      for (int round = 0; round < 5; round++) {
        Aligner aligner = OnnxAligner.bundled();
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        AtomicInteger closed = new AtomicInteger();
        List<Future<?>> workers = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
          workers.add(threads.submit(() -> correct(aligner, begun, done, closed)));
        }
        while (done.get() < CORRECTIONS / 2) {
          TimeUnit.MILLISECONDS.sleep(1);
        }
        aligner.close();
        for (Future<?> worker : workers) {
          worker.get(30, TimeUnit.SECONDS);
        }
        System.out.printf(
            "round %d: %d corrected, %d closed, live handles %d%n",
            round, done.get(), closed.get(), NativeHandle.live());
        assertThat(done.get() + closed.get()).isEqualTo(CORRECTIONS);
        assertThat(closed.get()).isPositive();
        assertThat(NativeHandle.live()).isZero();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void correct(
      Aligner aligner, AtomicInteger begun, AtomicInteger done, AtomicInteger closed) {
    for (int i = begun.getAndIncrement(); i < CORRECTIONS; i = begun.getAndIncrement()) {
      try {
        aligner.correct("", ANSWERS.get(i % ANSWERS.size()));
        done.incrementAndGet();
      } catch (AlignerClosedException e) {
        closed.incrementAndGet();
      }
    }
  }

  /**
   * Linux only: resident memory over 5,000 corrections, after twice as many in which the JVM
   * compiles and ONNX Runtime's arena grows to its size.
   */
  @Test
  void residentMemory_overFiveThousandCorrections_hasNoSlope() throws IOException {
    List<Long> resident = new ArrayList<>();
    try (Aligner aligner = OnnxAligner.bundled()) {
      for (int i = 1; i <= 15_000; i++) {
        aligner.correct("", ANSWERS.get(i % ANSWERS.size()) + " This is number " + i + ".");
        if (i > 9_000 && i % 250 == 0) {
          System.gc(); // the heap takes a while to shrink to what is in use
          resident.add(residentKilobytes());
        }
      }
    }
    List<Long> measured = resident.subList(resident.size() - 20, resident.size());
    double slope = slope(measured) / 250;
    System.out.printf(
        "RSS in kB after each 250: %s%nslope: %.3f kB a correction%n", measured, slope);
    assertThat(slope).as("kB a correction").isLessThan(1.0);
  }

  private static long residentKilobytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  private static double slope(List<Long> values) {
    double meanX = (values.size() - 1) / 2.0;
    double meanY = values.stream().mapToLong(v -> v).average().orElseThrow();
    double covariance = 0;
    double variance = 0;
    for (int x = 0; x < values.size(); x++) {
      covariance += (x - meanX) * (values.get(x) - meanY);
      variance += (x - meanX) * (x - meanX);
    }
    return covariance / variance;
  }
}
