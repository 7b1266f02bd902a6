package dev.aligner.onnx.internal.graph;

/** A change to a model that is useful to decoding and keeps what the model computes. */
interface Rewrite {

  /** Says whether it applies to a model. Nothing is changed before the plan is carried out. */
  Plan plan(ModelView model);

  /** What a rewrite would do. */
  sealed interface Plan {}

  /**
   * It applies.
   *
   * @param edit carries it out, once
   */
  record Applies(Runnable edit) implements Plan {}

  /**
   * It does not apply.
   *
   * @param reason why, in plain English
   */
  record Refused(String reason) implements Plan {}
}
