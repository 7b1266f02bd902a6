package dev.aligner.evaluation;

import dev.aligner.evaluation.ReferenceScores.TextScores;
import java.util.List;
import java.util.Optional;

/** Compares answers and shown texts with references. Not thread-safe. */
final class ReferenceTally {

  private final Texts answers = new Texts();
  private final Texts shown = new Texts();
  private final DoubleList gains = new DoubleList();
  private long rows;

  void add(Scores scores) {
    rows++;
    answers.add(scores.answer, scores.answerMatches);
    shown.add(scores.shown, scores.shownMatches);
    gains.add(scores.shown.score() - scores.answer.score());
  }

  Optional<ReferenceScores> figures(Bootstrap bootstrap, String group) {
    return bootstrap
        .mean(group + "/chrf_gain", gains.toArray())
        .map(
            gain ->
                new ReferenceScores(
                    rows,
                    answers.figures(bootstrap, group + "/answers"),
                    shown.figures(bootstrap, group + "/shown"),
                    gain));
  }

  /** The scores of one row, which every group that it is in takes. */
  record Scores(ChrF answer, ChrF shown, boolean answerMatches, boolean shownMatches) {

    /** Scores a row; empty without references. */
    static Optional<Scores> of(EvaluationRow row) {
      List<String> references = row.references();
      if (references.isEmpty()) {
        return Optional.empty();
      }
      ChrF answer = ChrF.of(row.answer(), references);
      return Optional.of(
          new Scores(
              answer,
              row.isChanged() ? ChrF.of(row.shown(), references) : answer,
              matches(row.answer(), references),
              matches(row.shown(), references)));
    }

    private static boolean matches(String text, List<String> references) {
      String stripped = text.strip();
      return references.stream().anyMatch(reference -> reference.strip().equals(stripped));
    }
  }

  private static final class Texts {

    private final DoubleList sentences = new DoubleList();
    private ChrF corpus = ChrF.EMPTY;
    private long matches;
    private long all;

    void add(ChrF chrF, boolean match) {
      corpus = corpus.plus(chrF);
      sentences.add(chrF.score());
      matches += match ? 1 : 0;
      all++;
    }

    TextScores figures(Bootstrap bootstrap, String name) {
      return new TextScores(
          corpus.score(),
          bootstrap.mean(name + "/chrf", sentences.toArray()).orElseThrow(),
          bootstrap.share(name + "/exact_match", matches, all).orElseThrow());
    }
  }
}
