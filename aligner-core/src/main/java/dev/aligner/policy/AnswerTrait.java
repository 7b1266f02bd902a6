package dev.aligner.policy;

/**
 * Something about an answer that its text does not tell, and that a {@link CorrectionGate} may ask
 * for. Later releases may add traits.
 */
public enum AnswerTrait {

  /** The model asks for tools to be called; the text beside that is seldom for people. */
  TOOL_CALLS,

  /** JSON or another structure was asked for; a program reads the answer. */
  STRUCTURED_OUTPUT,

  /** The model reached its limit of tokens: the answer ends in the middle. */
  CUT_OFF
}
