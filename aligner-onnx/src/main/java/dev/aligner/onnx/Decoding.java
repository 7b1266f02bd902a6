package dev.aligner.onnx;

/**
 * How tokens are chosen. Without a choice of the user's, {@code generation_config.json} decides, as
 * in transformers; a file that asks for what this release cannot do is an error at load.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface Decoding {

  /**
   * Returns greedy search: the most likely token at each step, as {@code generate(do_sample=False,
   * num_beams=1)} of transformers. Chosen explicitly, it wins over whatever else {@code
   * generation_config.json} asks for: beams, sampling, penalties and forced tokens are off.
   *
   * @return the decoding
   */
  static Decoding greedy() {
    return new Greedy();
  }

  /** Greedy search. */
  final class Greedy implements Decoding {

    private Greedy() {}

    @Override
    public String toString() {
      return "greedy";
    }
  }
}
