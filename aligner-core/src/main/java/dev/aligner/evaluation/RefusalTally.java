package dev.aligner.evaluation;

import java.util.Optional;

/** Counts refusals before and after. Not thread-safe. */
final class RefusalTally {

  private final Turns refusals = new Turns();
  private final Turns compliances = new Turns();
  private final Turns goodCompliances = new Turns();
  private long rows;
  private long shown;

  /** Answers of a kind, and how many of them turned into the other kind. */
  private static final class Turns {

    private long answers;
    private long turned;

    void add(ScoredRow scored) {
      answers++;
      turned += scored.answerRefuses() != scored.shownRefuses() ? 1 : 0;
    }

    Optional<Estimate> share(Bootstrap bootstrap, String name) {
      return bootstrap.share(name, turned, answers);
    }
  }

  void add(ScoredRow scored) {
    rows++;
    shown += scored.shownRefuses() ? 1 : 0;
    if (scored.answerRefuses()) {
      refusals.add(scored);
      return;
    }
    compliances.add(scored);
    if (scored.row().isGood()) {
      goodCompliances.add(scored);
    }
  }

  RefusalRates figures(Bootstrap bootstrap, String group) {
    return new RefusalRates(
        bootstrap.share(group + "/refusals/answers", refusals.answers, rows),
        bootstrap.share(group + "/refusals/shown", shown, rows),
        goodCompliances.share(bootstrap, group + "/refusals/over_correction"),
        compliances.share(bootstrap, group + "/refusals/introduced"),
        refusals.share(bootstrap, group + "/refusals/undone"));
  }
}
