package dev.aligner.evaluation;

/** What a judge says of a correction, in the paper's three ways, or why it says nothing. */
public enum Judgement {

  /** The correction is better than the answer. */
  WIN,

  /** The answer is better than the correction. */
  LOSE,

  /** Neither is better. */
  EQUAL,

  /** A judge that reads both orders did not say the same twice; counts as equal. */
  DISAGREEMENT,

  /** What the judge said is none of its verdicts; counts as nothing, and is told. */
  UNPARSABLE,

  /** The judge threw an exception; counts as nothing, and is told. */
  FAILED,

  /** There is no verdict about this row; counts as nothing, and is told. */
  MISSING
}
