package dev.aligner.onnx.internal.session;

/**
 * Which memory caches lie in. Applications have no choice: it follows from the device. Tests and
 * benchmarks have.
 *
 * @param kind the memory
 * @param limit the most bytes that caches may take in the memory of a device
 */
public record Residency(Kind kind, long limit) {

  /** Of the device where it can be, with one warning where it cannot; of the process on the CPU. */
  public static final Residency AUTO = new Residency(Kind.AUTO, Long.MAX_VALUE);

  /** Of the process, wherever the model runs: each step takes caches there and back. */
  public static final Residency HOST = new Residency(Kind.HOST, Long.MAX_VALUE);

  /** Of the device, the CPU included: the same code for both. Fails where it cannot be. */
  public static final Residency DEVICE = new Residency(Kind.DEVICE, Long.MAX_VALUE);

  /** The kinds of memory. */
  public enum Kind {
    /** What follows from the device. */
    AUTO,
    /** Memory of the process. */
    HOST,
    /** Memory of the device. */
    DEVICE
  }
}
