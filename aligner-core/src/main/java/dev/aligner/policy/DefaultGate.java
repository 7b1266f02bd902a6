package dev.aligner.policy;

/** The gate of {@link CorrectionGate#ofDefaults()}. */
final class DefaultGate implements CorrectionGate {

  static final DefaultGate INSTANCE = new DefaultGate();

  private static final int MOST_CHARACTERS = 20_000;

  private final CorrectionGate all =
      CorrectionGate.noToolCalls()
          .and(CorrectionGate.noStructuredOutput())
          .and(CorrectionGate.notBlank())
          .and(CorrectionGate.maxCharacters(MOST_CHARACTERS))
          .and(CorrectionGate.notCodeOnly());

  private DefaultGate() {}

  @Override
  public Verdict judge(Draft draft) {
    return all.judge(draft);
  }
}
