package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import dev.aligner.onnx.Device;
import java.util.LinkedHashMap;
import java.util.Map;

/** Turns the options of a GPU into those of ONNX Runtime, which are text. */
final class CudaOptions {

  private CudaOptions() {}

  /** Lets a session run on a GPU, as far as ONNX Runtime has operators for it. */
  static void add(Device.Cuda cuda, OrtSession.SessionOptions options) throws OrtException {
    try (OrtCUDAProviderOptions provider = new OrtCUDAProviderOptions(cuda.id())) {
      for (Map.Entry<String, String> option : of(cuda).entrySet()) {
        provider.add(option.getKey(), option.getValue());
      }
      options.addCUDA(provider);
    }
  }

  /** Returns the options by ONNX Runtime's names. */
  static Map<String, String> of(Device.Cuda cuda) {
    Map<String, String> options = new LinkedHashMap<>();
    cuda.memoryLimit().ifPresent(bytes -> options.put("gpu_mem_limit", String.valueOf(bytes)));
    options.put(
        "arena_extend_strategy",
        switch (cuda.arenaGrowth()) {
          case POWER_OF_TWO -> "kNextPowerOfTwo";
          case AS_REQUESTED -> "kSameAsRequested";
        });
    options.put("use_tf32", cuda.precision() == Device.Precision.TF32 ? "1" : "0");
    // A set of bits: AttentionBackend in ONNX Runtime's attention_common.h. 0 leaves the choice.
    options.put(
        "sdpa_kernel",
        switch (cuda.attentionKernel()) {
          case AUTO -> "0";
          case FLASH -> "1";
          case EFFICIENT -> "2";
          case CUDNN_FLASH -> "8";
          case MATH -> "16";
        });
    return options;
  }
}
