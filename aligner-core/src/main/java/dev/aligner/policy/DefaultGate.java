package dev.aligner.policy;

/** The gate of {@link CorrectionGate#ofDefaults()}. */
enum DefaultGate implements CorrectionGate {
  INSTANCE;

  private static final int MOST_CHARACTERS = 20_000;

  private final CorrectionGate all =
      CorrectionGate.noToolCalls()
          .and(CorrectionGate.noStructuredOutput())
          .and(CorrectionGate.notBlank())
          .and(CorrectionGate.maxCharacters(MOST_CHARACTERS))
          .and(CorrectionGate.notCodeOnly());

  @Override
  public Verdict judge(Draft draft) {
    return all.judge(draft);
  }
}
