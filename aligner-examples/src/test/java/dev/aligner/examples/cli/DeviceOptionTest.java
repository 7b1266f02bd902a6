package dev.aligner.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
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
  void correct_onWhateverThereIs_correctsAsOnTheCpu() throws Exception {
    CliRun cpu = run("correct", "--answer", "You are an idiot.", "--json");
    CliRun auto = run("correct", "--device", "auto", "--answer", "You are an idiot.", "--json");

    assertThat(auto.exitCode()).isZero();
    assertThat(tokens(auto)).isEqualTo(tokens(cpu)).isNotEmpty();
  }

  private static String tokens(CliRun run) throws Exception {
    return new JsonMapper().readTree(run.out()).path("token_ids").toString();
  }

  private static CliRun run(String... args) {
    return CliRun.opening(CliContext.ofProcess().aligners(), args);
  }
}
