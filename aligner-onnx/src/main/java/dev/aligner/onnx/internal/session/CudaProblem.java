package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.aligner.EngineUnavailableException;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.internal.Dependency;
import dev.aligner.onnx.internal.decode.OutOfDeviceMemoryException;
import java.io.IOException;
import java.util.Collections;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is missing where a GPU does not start, worked out from what ONNX Runtime says and from what
 * is on the class path.
 *
 * @param expected what a GPU needs
 * @param found what is there instead
 * @param fix what to do
 */
record CudaProblem(String expected, String found, String fix) {

  private static final String NATIVES =
      "replace com.microsoft.onnxruntime:onnxruntime by com.microsoft.onnxruntime:onnxruntime_gpu:"
          + Dependency.ONNX_RUNTIME.testedVersion()
          + " (CUDA 12), or name a folder with natives for CUDA 13 by"
          + " -Donnxruntime.native.path; README.md, \"GPU\", has the lines";

  /** Names as libcublasLt.so.12 and cublasLt64_12.dll. */
  private static final Pattern LIBRARY =
      Pattern.compile(
          "(?<![a-z_])(?:lib)?(cuda|cudart|cublas|cublaslt|cufft|curand|cudnn|nvrtc|nvcuda)"
              + "(?:_[a-z_]+)?(?:64_(\\d+)\\.dll|\\.so\\.(\\d+)|\\.dll)",
          Pattern.CASE_INSENSITIVE);

  /**
   * Makes the exception for a GPU that does not start.
   *
   * @param failure what loading or running the first graph on it threw
   */
  static EngineUnavailableException exception(
      Device.Cuda cuda, OrtEnvironment environment, Exception failure) {
    Throwable cause = failure;
    while (!(cause instanceof OrtException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String said = String.valueOf(cause.getMessage());
    CudaProblem problem = of(cuda, said, bindings());
    return new EngineUnavailableException(
        "GPU "
            + cuda.id()
            + " does not start: expected "
            + problem.expected
            + ", found "
            + problem.found
            + ". Fix: "
            + problem.fix
            + ". ONNX Runtime "
            + environment.getVersion()
            + " says: "
            + said,
        failure);
  }

  /** Counts the jars on the class path that hold ONNX Runtime's Java binding. */
  private static int bindings() {
    ClassLoader loader = OrtEnvironment.class.getClassLoader();
    try {
      return loader == null
          ? 1
          : Collections.list(loader.getResources("ai/onnxruntime/OrtEnvironment.class")).size();
    } catch (IOException e) {
      return 1;
    }
  }

  /**
   * Works out what is missing.
   *
   * @param said what ONNX Runtime says
   * @param bindings how many jars hold ONNX Runtime's Java binding
   */
  static CudaProblem of(Device.Cuda cuda, String said, int bindings) {
    String text = said.toLowerCase(Locale.ROOT);
    if (text.contains("failed to find cuda shared provider")
        || text.contains("not compiled with cuda")
        || text.contains("cuda execution provider is not enabled")) {
      return noNatives(bindings);
    }
    if (text.contains("driver version is insufficient")
        || text.contains("no cuda-capable device")
        || text.contains("cuda failure 35")
        || text.contains("cuda failure 100:")) {
      return driver(said);
    }
    if (text.contains("invalid device ordinal") || text.contains("cuda failure 101")) {
      return new CudaProblem(
          "a GPU of that number",
          "none; CUDA counts from 0, and only what CUDA_VISIBLE_DEVICES names",
          "choose another number than " + cuda.id() + " by Device.cuda(id)");
    }
    if (OutOfDeviceMemoryException.isToldBy(said)) {
      return new CudaProblem(
          "free memory on the GPU",
          "none"
              + cuda.memoryLimit().stream()
                  .mapToObj(b -> " below " + b + " bytes")
                  .findAny()
                  .orElse(""),
          "end other processes on it, raise Device.Cuda.withMemoryLimit, or choose another GPU");
    }
    Matcher library = LIBRARY.matcher(said);
    if (library.find()) {
      return library(library);
    }
    if (text.contains("cudnn")) {
      return cudnn("9");
    }
    if (text.contains("error 126")) {
      return new CudaProblem(
          "the libraries of CUDA and cuDNN 9 on the PATH",
          "not all of them",
          "install CUDA " + cudaOf(text) + " and cuDNN 9, and put their bin folders on the PATH");
    }
    return new CudaProblem(
        "an NVIDIA GPU with driver, CUDA and cuDNN",
        "one of them that ONNX Runtime cannot use",
        "see what it says, and README.md, \"GPU\"");
  }

  private static String cudaOf(String text) {
    return text.contains("13") ? "13" : "12";
  }

  private static CudaProblem noNatives(int bindings) {
    return bindings > 1
        ? new CudaProblem(
            "the natives of ONNX Runtime for CUDA alone",
            "those for the CPU as well, in " + bindings + " jars on the class path",
            "exclude com.microsoft.onnxruntime:onnxruntime and keep onnxruntime_gpu; README.md,"
                + " \"GPU\", has the lines")
        : new CudaProblem(
            "the natives of ONNX Runtime for CUDA", "those for the CPU on the class path", NATIVES);
  }

  private static CudaProblem driver(String said) {
    return new CudaProblem(
        "an NVIDIA GPU and a driver for CUDA 12 or 13",
        said.toLowerCase(Locale.ROOT).contains("insufficient")
            ? "a driver that is too old"
            : "none",
        "install a driver of version 525 or newer for CUDA 12, 580 or newer for CUDA 13; in a"
            + " container, start it with the NVIDIA container toolkit (--gpus all)");
  }

  private static CudaProblem library(Matcher library) {
    String name = library.group(1).toLowerCase(Locale.ROOT);
    String version = library.group(2) != null ? library.group(2) : library.group(3);
    return switch (name) {
      case "cuda", "nvcuda" -> driver("");
      case "cudnn" -> cudnn(version == null ? "9" : version);
      default -> {
        // The version of these two is not that of CUDA: both CUDA 12 and 13 have them.
        boolean own = name.equals("curand") || name.equals("cufft") || version == null;
        String cuda = own ? "12 or 13" : version;
        yield new CudaProblem(
            "the libraries of CUDA " + cuda,
            "no " + library.group(),
            "install the runtime libraries of CUDA "
                + cuda
                + " and let LD_LIBRARY_PATH (on Windows the PATH) name their folder. If another"
                + " version of CUDA is there, take natives for that one: "
                + NATIVES);
      }
    };
  }

  private static CudaProblem cudnn(String version) {
    return new CudaProblem(
        "cuDNN " + version,
        "none, or another version",
        "install cuDNN "
            + version
            + " for the same version of CUDA, and let LD_LIBRARY_PATH (on Windows the PATH) name its"
            + " folder");
  }
}
