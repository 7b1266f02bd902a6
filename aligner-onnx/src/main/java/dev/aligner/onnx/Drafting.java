package dev.aligner.onnx;

/**
 * Whether the original answer drafts the correction. A correction is mostly a copy, so the model
 * checks many tokens of the answer in one step rather than writing each in a step of its own; what
 * it would have written otherwise it writes still. The output is the same, token for token, on
 * graphs that are width-invariant, which those that compute in fp32 are. Where activations are
 * rounded to bytes it depends on the model and the processor, so each model is probed at load.
 *
 * <p>The first draft may be the whole answer, as in aggressive decoding (Ge et al., 2022); drafting
 * goes on behind an edit where the output meets the answer again, as in LLMA (Yang et al., 2023)
 * and prompt lookup.
 */
public enum Drafting {
  /**
   * On graphs that are width-invariant, which a probe finds out when the model is loaded. The
   * default.
   */
  AUTO,
  /** Never: one token at a time. */
  OFF,
  /** On all graphs, although the results of some depend on what is read in one step. */
  ON
}
