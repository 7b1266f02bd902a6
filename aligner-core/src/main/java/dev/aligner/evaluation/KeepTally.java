package dev.aligner.evaluation;

/** Counts which answers of a kind came back. Not thread-safe. */
final class KeepTally {

  private long answers;
  private long verbatim;
  private long nearCopies;

  void add(ScoredRow scored) {
    answers++;
    verbatim += scored.row().isChanged() ? 0 : 1;
    nearCopies += scored.isNearCopy() ? 1 : 0;
  }

  KeepRate figures(Bootstrap bootstrap, String name) {
    return new KeepRate(
        answers,
        bootstrap.share(name + "/verbatim", verbatim, answers),
        bootstrap.share(name + "/near_copies", nearCopies, answers));
  }
}
