package dev.aligner.policy;

/** The check of {@link AcceptanceCheck#ofDefaults()}. */
enum DefaultAcceptance implements AcceptanceCheck {
  INSTANCE;

  private static final double MOST_LENGTH_RATIO = 4;

  private final AcceptanceCheck all =
      AcceptanceCheck.notEmpty()
          .and(AcceptanceCheck.wholeCharacters())
          .and(AcceptanceCheck.maxLengthRatio(MOST_LENGTH_RATIO))
          .and(AcceptanceCheck.keepsRefusals());

  @Override
  public Verdict judge(Draft draft, String corrected) {
    return all.judge(draft, corrected);
  }
}
