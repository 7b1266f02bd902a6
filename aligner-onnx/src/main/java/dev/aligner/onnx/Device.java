package dev.aligner.onnx;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * Where a model runs. The default is {@link #cpu()}.
 *
 * <p>On a GPU the caches of a generation stay in its memory: a step takes token ids there and the
 * best ids back. Tokens are those of the CPU, as long as the model computes in 32-bit floats.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface Device {

  /**
   * Returns the CPU, with as many threads for one model run as ONNX Runtime chooses: one for each
   * physical core.
   *
   * @return the device
   */
  static Device cpu() {
    return new Cpu(0);
  }

  /**
   * Returns the CPU with a number of threads.
   *
   * @param threads threads that work on one model run, the calling one included; at least 1. All
   *     corrections of one aligner share them
   * @return the device
   * @throws IllegalArgumentException if there is not at least one thread
   */
  static Device cpu(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("expected at least 1 thread; found " + threads);
    }
    return new Cpu(threads);
  }

  /**
   * Returns an NVIDIA GPU, with {@link Cuda}'s defaults. It needs the natives of ONNX Runtime for
   * CUDA on the class path instead of those for the CPU, and the libraries of CUDA and cuDNN; where
   * anything is missing, loading a model fails and tells what.
   *
   * @param id the number of the GPU, from 0 on, as CUDA counts those that the process may see
   * @return the device
   * @throws IllegalArgumentException if the number is negative
   */
  static Cuda cuda(int id) {
    return new Cuda(
        id, OptionalLong.empty(), ArenaGrowth.POWER_OF_TWO, Precision.FP32, AttentionKernel.AUTO);
  }

  /**
   * Returns the first GPU if it can run a model, else the CPU. Which one it was, and why no GPU, is
   * logged once.
   *
   * @return the device
   */
  static Device auto() {
    return Auto.INSTANCE;
  }

  /** The CPU. */
  final class Cpu implements Device {

    private final int threads;

    private Cpu(int threads) {
      this.threads = threads;
    }

    /**
     * Returns the threads that work on one model run.
     *
     * @return the number, or 0 to let ONNX Runtime choose
     */
    public int threads() {
      return threads;
    }

    @Override
    public String toString() {
      return threads == 0 ? "cpu" : "cpu(" + threads + " threads)";
    }
  }

  /** The first GPU, or the CPU where there is none. */
  final class Auto implements Device {

    private static final Auto INSTANCE = new Auto();

    private Auto() {}

    @Override
    public String toString() {
      return "auto";
    }
  }

  /**
   * An NVIDIA GPU.
   *
   * @param id the number of the GPU, from 0 on
   * @param memoryLimit the most bytes of GPU memory that ONNX Runtime takes for one graph of the
   *     model, its weights and caches included; empty for no limit. What CUDA itself takes comes on
   *     top
   * @param arenaGrowth by how much that memory grows when it is used up
   * @param precision how 32-bit floats are multiplied
   * @param attentionKernel which kernel computes attention, where the graph has attention as one
   *     operator
   */
  record Cuda(
      int id,
      OptionalLong memoryLimit,
      ArenaGrowth arenaGrowth,
      Precision precision,
      AttentionKernel attentionKernel)
      implements Device {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the id is negative, or the limit is below 1
     */
    public Cuda {
      Objects.requireNonNull(arenaGrowth, "arenaGrowth");
      Objects.requireNonNull(precision, "precision");
      Objects.requireNonNull(attentionKernel, "attentionKernel");
      if (id < 0) {
        throw new IllegalArgumentException("expected a GPU of 0 or more; found " + id);
      }
      if (memoryLimit.isPresent() && memoryLimit.getAsLong() < 1) {
        throw new IllegalArgumentException(
            "expected a memory limit of at least 1 byte; found " + memoryLimit.getAsLong());
      }
    }

    /**
     * Returns this GPU with a bound for its memory. Default: none.
     *
     * @param bytes the most bytes for one graph of the model; at least 1
     * @return the device
     * @throws IllegalArgumentException if it is not at least 1
     */
    public Cuda withMemoryLimit(long bytes) {
      return new Cuda(id, OptionalLong.of(bytes), arenaGrowth, precision, attentionKernel);
    }

    /**
     * Returns this GPU with another growth of its memory. Default: {@link
     * ArenaGrowth#POWER_OF_TWO}.
     *
     * @param growth the growth
     * @return the device
     */
    public Cuda withArenaGrowth(ArenaGrowth growth) {
      return new Cuda(id, memoryLimit, growth, precision, attentionKernel);
    }

    /**
     * Returns this GPU with another precision. Default: {@link Precision#FP32}, which gives the
     * tokens of the CPU.
     *
     * @param chosen the precision
     * @return the device
     */
    public Cuda withPrecision(Precision chosen) {
      return new Cuda(id, memoryLimit, arenaGrowth, chosen, attentionKernel);
    }

    /**
     * Returns this GPU with another kernel for attention. Default: {@link AttentionKernel#AUTO}.
     *
     * @param kernel the kernel
     * @return the device
     */
    public Cuda withAttentionKernel(AttentionKernel kernel) {
      return new Cuda(id, memoryLimit, arenaGrowth, precision, kernel);
    }

    @Override
    public String toString() {
      return "cuda(" + id + ")";
    }
  }

  /** By how much ONNX Runtime's memory on the GPU grows when it is used up. */
  enum ArenaGrowth {
    /** By the next power of two: fewer allocations. */
    POWER_OF_TWO,
    /** By what is asked for: less memory. */
    AS_REQUESTED
  }

  /** How 32-bit floats are multiplied. Those of 16 bits are not concerned. */
  enum Precision {
    /** As 32-bit floats: the tokens of the CPU. */
    FP32,
    /** As TensorFloat-32, with 10 bits of mantissa: faster, and other tokens now and then. */
    TF32
  }

  /** Which kernel computes attention, where it can; another one does where it cannot. */
  enum AttentionKernel {
    /** What ONNX Runtime chooses. */
    AUTO,
    /** Flash attention. */
    FLASH,
    /** CUTLASS's memory-efficient attention. */
    EFFICIENT,
    /** cuDNN's flash attention. */
    CUDNN_FLASH,
    /** One operation after the other. */
    MATH
  }
}
