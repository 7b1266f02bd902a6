package dev.aligner.onnx.testing;

import java.util.Random;

/** Makes broken files out of a good one. */
@FunctionalInterface
public interface Mutations {

  /** Returns the next broken file, which the random numbers alone decide. */
  byte[] next(Random random);
}
