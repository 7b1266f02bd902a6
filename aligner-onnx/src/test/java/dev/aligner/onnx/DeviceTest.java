package dev.aligner.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DeviceTest {

  @Test
  void cuda_defaults_giveTheTokensOfTheCpu() {
    Device.Cuda cuda = Device.cuda(2);

    assertThat(cuda.id()).isEqualTo(2);
    assertThat(cuda.memoryLimit()).isEmpty();
    assertThat(cuda.precision()).isEqualTo(Device.Precision.FP32);
    assertThat(cuda.attentionKernel()).isEqualTo(Device.AttentionKernel.AUTO);
    assertThat(cuda).hasToString("cuda(2)");
  }

  @Test
  void cuda_withers_changeOneThingEach() {
    Device.Cuda cuda = Device.cuda(0);

    assertThat(cuda.withMemoryLimit(5).memoryLimit()).isEqualTo(OptionalLong.of(5));
    assertThat(cuda.withMemoryLimit(5).withPrecision(Device.Precision.TF32))
        .isEqualTo(
            new Device.Cuda(
                0,
                OptionalLong.of(5),
                Device.ArenaGrowth.POWER_OF_TWO,
                Device.Precision.TF32,
                Device.AttentionKernel.AUTO));
    assertThat(cuda.withArenaGrowth(Device.ArenaGrowth.AS_REQUESTED)).isNotEqualTo(cuda);
    assertThat(cuda.withAttentionKernel(Device.AttentionKernel.MATH)).isNotEqualTo(cuda);
  }

  @Test
  void cuda_numbersOutOfRange_areRefused() {
    assertThatThrownBy(() -> Device.cuda(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found -1");
    assertThatThrownBy(() -> Device.cuda(0).withMemoryLimit(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 0");
  }

  @Test
  void batching_defaultsOfADevice_applyWhereNothingWasChosen() {
    Batching chosen = Batching.auto().withMaxRows(16);

    assertThat(Batching.auto().withDefaults(128, 1000).maxRows()).isEqualTo(128);
    assertThat(Batching.auto().withDefaults(128, 1000).memoryBudget()).isEqualTo(1000);
    assertThat(chosen.withDefaults(128, 1000).maxRows()).isEqualTo(16);
    assertThat(chosen.withMemoryBudget(7).withDefaults(128, 1000).memoryBudget()).isEqualTo(7);
  }
}
