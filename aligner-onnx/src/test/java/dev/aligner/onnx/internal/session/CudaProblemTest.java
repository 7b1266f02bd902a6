package dev.aligner.onnx.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import dev.aligner.EngineUnavailableException;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.GenerationRequest;
import dev.aligner.onnx.OnnxAligner;
import dev.aligner.onnx.OnnxGenerator;
import dev.aligner.onnx.testing.TestModels;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told where a GPU does not start. */
class CudaProblemTest {

  private static final Path MODEL = TestModels.directory("tiny-llama");

  /** What ONNX Runtime says, as its source or users report it, and what is made of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Failed to find CUDA shared provider | natives of ONNX Runtime for CUDA | onnxruntime_gpu",
        "This binary was not compiled with CUDA support. | for CUDA | -Donnxruntime.native.path",
        "Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.12:"
            + " cannot open shared object file | libraries of CUDA 12 | LD_LIBRARY_PATH",
        "Failed to load library /tmp/onnxruntime-java1/libonnxruntime_providers_cuda.so with error:"
            + " libcublasLt.so.13: cannot open | no libcublasLt.so.13 | runtime libraries of CUDA 13",
        "Failed to load library x with error: libcudart.so.12: cannot open | CUDA 12 | CUDA 12",
        "Failed to load library x with error: libcurand.so.10: no | CUDA 12 or 13 | CUDA 12 or 13",
        "Failed to load library x with error: libcudnn.so.9: cannot open | cuDNN 9 | install cuDNN 9",
        "Failed to load library x with error: libcudnn_ops.so.9: no | cuDNN 9 | install cuDNN 9",
        "CUDNN failure 1001: CUDNN_STATUS_NOT_INITIALIZED ; GPU=0 | cuDNN 9 | install cuDNN 9",
        "Failed to load library x with error: libcuda.so.1: no | a driver for CUDA | 525 or newer",
        "CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version | a driver that"
            + " is too old | 580 or newer",
        "CUDA failure 100: no CUDA-capable device is detected ; GPU=0 | and a driver | --gpus all",
        "CUDA failure 101: invalid device ordinal ; GPU=7 | of that number | another number than 7",
        "CUDA failure 2: out of memory ; GPU=7 | free memory on the GPU | end other processes",
        "Error loading \"C:\\onnxruntime_providers_cuda.dll\" which depends on \"cublasLt64_12.dll\""
            + " which is missing. | libraries of CUDA 12 | on Windows the PATH",
        "Error loading \"C:\\onnxruntime_providers_cuda.dll\" which depends on \"cudnn64_9.dll\""
            + " which is missing. | cuDNN 9 | install cuDNN 9",
        "LoadLibrary failed with error 126 \"\" when trying to load"
            + " \"C:\\onnxruntime_providers_cuda.dll\" | CUDA and cuDNN 9 | on the PATH",
        "CUDA failure 719: unspecified launch failure | cannot use | README.md",
      })
  void of_whatOnnxRuntimeSays_tellsWhatIsMissingAndTheFix(String said, String what, String fix) {
    CudaProblem problem = CudaProblem.of(Device.cuda(7), said, 1);

    assertThat(problem.expected() + ", found " + problem.found()).contains(what);
    assertThat(problem.fix()).contains(fix);
  }

  @Test
  void of_bothJarsOnTheClassPath_saysToExcludeTheOneForTheCpu() {
    CudaProblem problem = CudaProblem.of(Device.cuda(0), "Failed to find CUDA shared provider", 2);

    assertThat(problem.found()).contains("2 jars");
    assertThat(problem.fix()).contains("exclude com.microsoft.onnxruntime:onnxruntime and keep");
  }

  @Test
  void build_gpuWithTheNativesForTheCpu_failsAndTellsWhatToAdd() {
    assertThatThrownBy(() -> OnnxGenerator.builder(MODEL).device(Device.cuda(0)).build())
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("GPU 0 does not start: expected the natives of ONNX Runtime for CUDA")
        .hasMessageContaining("com.microsoft.onnxruntime:onnxruntime_gpu:1.29.0")
        .hasMessageContaining("-Donnxruntime.native.path");
    assertThatThrownBy(() -> OnnxAligner.builder(MODEL).device(Device.cuda(0)).build())
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void build_autoWithTheNativesForTheCpu_runsOnTheCpu() {
    try (OnnxGenerator auto = OnnxGenerator.builder(MODEL).device(Device.auto()).build();
        OnnxGenerator cpu = OnnxGenerator.open(MODEL)) {
      GenerationRequest request = GenerationRequest.ofInputIds(5, 6, 7).withMaxNewTokens(8);

      assertThat(auto.generate(request).tokenIds()).isEqualTo(cpu.generate(request).tokenIds());
    }
  }

  @Test
  void resolve_auto_isTheCpu() {
    OrtEnvironment environment = OrtRuntime.environment();

    assertThat(Devices.resolve(environment, Device.auto())).hasToString("cpu");
    assertThat(Devices.resolve(environment, Device.cpu(3))).hasToString("cpu(3 threads)");
  }

  @Test
  void options_areThoseOfOnnxRuntime() {
    Device.Cuda plain = Device.cuda(1);

    assertThat(CudaOptions.of(plain))
        .containsEntry("arena_extend_strategy", "kNextPowerOfTwo")
        .containsEntry("use_tf32", "0")
        .containsEntry("sdpa_kernel", "0")
        .hasSize(3);
    assertThat(
            CudaOptions.of(
                plain
                    .withMemoryLimit(1L << 33)
                    .withArenaGrowth(Device.ArenaGrowth.AS_REQUESTED)
                    .withPrecision(Device.Precision.TF32)
                    .withAttentionKernel(Device.AttentionKernel.CUDNN_FLASH)))
        .containsEntry("gpu_mem_limit", "8589934592")
        .containsEntry("arena_extend_strategy", "kSameAsRequested")
        .containsEntry("use_tf32", "1")
        .containsEntry("sdpa_kernel", "8");
  }
}
