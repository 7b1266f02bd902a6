package dev.aligner.policy;

/** The check of {@link AcceptanceCheck#ofDefaults()}. */
final class DefaultAcceptance implements AcceptanceCheck {

  static final DefaultAcceptance INSTANCE = new DefaultAcceptance();

  private static final double MOST_LENGTH_RATIO = 4;

  private final AcceptanceCheck all =
      AcceptanceCheck.notEmpty()
          .and(AcceptanceCheck.wholeCharacters())
          .and(AcceptanceCheck.maxLengthRatio(MOST_LENGTH_RATIO))
          .and(AcceptanceCheck.keepsRefusals());

  private DefaultAcceptance() {}

  @Override
  public Verdict judge(Draft draft, String corrected) {
    return all.judge(draft, corrected);
  }
}
