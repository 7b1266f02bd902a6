package dev.aligner.onnx.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several JVMs and one cache. */
@Timeout(120)
class ModelCacheProcessesTest {

  private static final int PROCESSES = 4;

  private final Path place;

  ModelCacheProcessesTest(@TempDir Path place) {
    this.place = place;
  }

  @Test
  void directoryOf_inSeveralJvmsAtOnce_isIntactInAll() throws Exception {
    List<Jvm> jvms = start(PROCESSES, 20);
    for (Jvm jvm : jvms) {
      jvm.go();
    }
    for (Jvm jvm : jvms) {
      ModelCacheTest.requireIntact(Path.of(jvm.result()));
    }
    ModelCacheTest.requireNothingElse(place);
  }

  @Test
  void directoryOf_afterJvmsWereKilled_isIntact() throws Exception {
    for (Jvm jvm : start(PROCESSES, Integer.MAX_VALUE)) {
      jvm.go();
      Path weights = ModelCacheTest.directory(place).resolve("weights.bin");
      while (!Files.exists(weights)) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
      Files.delete(weights); // which the JVM is about to mend
      jvm.kill();
    }
    Jvm last = start(1, 1).get(0);
    last.go();

    ModelCacheTest.requireIntact(Path.of(last.result()));
  }

  private List<Jvm> start(int count, int times) throws IOException {
    List<Jvm> jvms = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      jvms.add(new Jvm(place, times));
    }
    for (Jvm jvm : jvms) {
      assertThat(jvm.output.readLine()).isEqualTo("ready");
    }
    return jvms;
  }

  private static final class Jvm {

    final Process process;
    final BufferedReader output;

    Jvm(Path place, int times) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xshare:auto",
                  "-XX:TieredStopAtLevel=1",
                  "-Xmx64m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  UnpackMain.class.getName(),
                  place.toString(),
                  String.valueOf(times))
              .redirectErrorStream(true)
              .start();
      output = process.inputReader();
    }

    void go() throws IOException {
      try (OutputStream input = process.getOutputStream()) {
        input.write('\n');
      }
    }

    String result() throws Exception {
      String line = output.readLine();
      assertThat(process.waitFor()).as(line).isZero();
      return line;
    }

    void kill() throws InterruptedException {
      process.destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }
}
