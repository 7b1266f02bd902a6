package dev.aligner.onnx.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.onnx.GenerationRequest;
import dev.aligner.onnx.OnnxGenerator;
import dev.aligner.onnx.testing.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at what a process with a home of its own leaves there. */
class TelemetryOptOutTest {

  @Test
  void environment_inAFreshProcess_leavesNoDeviceId(@TempDir Path home) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName());
    // ONNX Runtime sends nothing from what it takes for a build server; this is to hold everywhere.
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("ORT_") || isOfBuildServer(name));
    builder.environment().put("HOME", home.toString());
    builder.environment().put("XDG_CACHE_HOME", home.resolve(".cache").toString());
    builder.environment().put("DJL_CACHE_DIR", home.resolve("djl").toString());
    Process process = builder.inheritIO().start();

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(filesBelow(home)).isNotEmpty().noneMatch(file -> file.contains("onnxruntime"));
  }

  private static boolean isOfBuildServer(String name) {
    return List.of("CI", "TF_BUILD", "GITHUB_ACTIONS", "JENKINS_URL", "BUILD_ID").contains(name);
  }

  private static List<String> filesBelow(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.map(file -> directory.relativize(file).toString()).skip(1).toList();
    }
  }

  /** Loads a model and runs it. */
  static final class Main {

    private Main() {}

    public static void main(String[] args) {
      try (OnnxGenerator generator = OnnxGenerator.open(TestModels.directory("tiny-t5"))) {
        generator.generate(GenerationRequest.ofPrompt("Hello.").withMaxNewTokens(3));
      }
    }
  }
}
