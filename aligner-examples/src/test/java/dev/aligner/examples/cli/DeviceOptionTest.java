package dev.aligner.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DeviceOptionTest {

  private final DeviceOption.DeviceConverter converter = new DeviceOption.DeviceConverter();

  @ParameterizedTest
  @CsvSource({"cpu,cpu", "cpu:2,cpu(2 threads)", "cuda,cuda(0)", "cuda:3,cuda(3)", "auto,auto"})
  void convert_aDevice_isThatDevice(String value, String device) {
    assertThat(converter.convert(value)).hasToString(device);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "CPU", "cpu:0", "cpu:", "cuda:-1", "cuda:x", "auto:1"})
  void convert_anythingElse_isRefused(String value) {
    assertThatThrownBy(() -> converter.convert(value))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("expected cpu, cpu:THREADS, cuda, cuda:NUMBER or auto");
  }

  @Test
  void correct_onAGpuThatIsNotThere_saysWhatToAddAndEndsAsUnusable() {
    CliRun run = run("correct", "--device", "cuda", "--answer", "Hello.");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("GPU 0 does not start").contains("onnxruntime_gpu");
  }

  @Test
  void correct_onWhateverThereIs_corrects() {
    CliRun cpu = run("correct", "--answer", "You are an idiot.");
    CliRun auto = run("correct", "--device", "auto", "--answer", "You are an idiot.");

    assertThat(auto.exitCode()).isZero();
    assertThat(auto.out()).isEqualTo(cpu.out());
  }

  private static CliRun run(String... args) {
    return CliRun.opening(CliContext.ofProcess().aligners(), args);
  }
}
