package dev.aligner.onnx.internal.session;

import dev.aligner.onnx.internal.graph.CacheTensor;

/**
 * One tensor of the KV cache, mostly {@code [batch, heads, seq, dim]}: the input it enters by and
 * the output it leaves by.
 *
 * @param past the input's name
 * @param present the output's name; graphs that only read the tensor do not have this output
 * @param cross whether it holds the encoder's keys or values, which never change after the first
 *     step
 * @param type its element type
 * @param axes its sizes; those of the axes batch, which is the first, and seq do not matter
 * @param seqAxis the axis that grows
 */
record KvPair(
    String past, String present, boolean cross, ElementType type, long[] axes, int seqAxis) {

  /** Returns the shape with a number of rows and positions. */
  long[] shape(long rows, long length) {
    long[] shape = axes.clone();
    shape[0] = rows;
    shape[seqAxis] = length;
    return shape;
  }

  /** Returns this tensor, under the name of its input. */
  CacheTensor tensor() {
    return new CacheTensor(past, type.onnxType(), axes.length, seqAxis);
  }

  /** Tells whether zeros can be put behind the positions: not by ONNX Runtime in bfloat16. */
  boolean canGrowInPlace() {
    return !cross && axes.length == 4 && type != ElementType.BFLOAT16;
  }

  /** Returns the bytes of one position of one row. */
  long bytesPerPosition() {
    long bytes = type.bytes();
    for (long size : shape(1, 1)) {
      bytes *= size;
    }
    return bytes;
  }
}
