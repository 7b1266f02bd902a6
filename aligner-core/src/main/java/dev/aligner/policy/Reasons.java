package dev.aligner.policy;

/** The verdicts of the gates that come with the library, made once. */
final class Reasons {

  static final Verdict BLANK = Verdict.reject("blank");
  static final Verdict TOO_LONG = Verdict.reject("too_long");
  static final Verdict CODE_ONLY = Verdict.reject("code_only");
  static final Verdict TOOL_CALLS = Verdict.reject("tool_calls");
  static final Verdict STRUCTURED_OUTPUT = Verdict.reject("structured_output");
  static final Verdict CUT_OFF = Verdict.reject("cut_off");

  private Reasons() {}
}
