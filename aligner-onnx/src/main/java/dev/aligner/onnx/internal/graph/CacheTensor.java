package dev.aligner.onnx.internal.graph;

/**
 * One tensor of a cache.
 *
 * @param name its name, of the caller's choice
 * @param onnxElementType the number that ONNX gives the type of its elements
 * @param rank the number of its axes
 * @param seqAxis the axis of positions; rows are axis 0
 */
public record CacheTensor(String name, int onnxElementType, int rank, int seqAxis) {

  /** Checks the axes. */
  public CacheTensor {
    if (seqAxis < 1 || seqAxis >= rank) {
      throw new IllegalArgumentException(
          "axis " + seqAxis + " of " + name + " is none of positions among " + rank);
    }
  }
}
