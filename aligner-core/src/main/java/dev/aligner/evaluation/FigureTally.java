package dev.aligner.evaluation;

import dev.aligner.audit.AuditRecord.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Adds up the rows of one group. Holds numbers and first words, no whole texts. Not thread-safe.
 */
final class FigureTally {

  private final String group;
  private final Map<String, Long> labels = new TreeMap<>();
  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private final Map<Judgement, Long> judgements = new EnumMap<>(Judgement.class);
  private final KeepTally good = new KeepTally();
  private final KeepTally bad = new KeepTally();
  private final RefusalTally refusals = new RefusalTally();
  private final EditTally edits = new EditTally();
  private final ReferenceTally references = new ReferenceTally();
  private final CurveTally curves = new CurveTally();
  private final OpeningTally answers;
  private final OpeningTally shown;
  private long rows;
  private long unchanged;

  /**
   * Makes a tally.
   *
   * @param group its name, by which figures draw their random numbers
   */
  FigureTally(String group, ReportTexts texts) {
    this.group = group;
    this.answers = new OpeningTally(texts);
    this.shown = new OpeningTally(texts);
  }

  void add(ScoredRow scored, Optional<ReferenceTally.Scores> scores) {
    EvaluationRow row = scored.row();
    rows++;
    unchanged += row.isChanged() ? 0 : 1;
    row.label().ifPresent(label -> labels.merge(label, 1L, Long::sum));
    outcomes.merge(row.ended(), 1L, Long::sum);
    scored.judgement().ifPresent(judgement -> judgements.merge(judgement, 1L, Long::sum));
    if (row.isGood()) {
      good.add(scored);
    } else if (row.isBad()) {
      bad.add(scored);
    }
    refusals.add(scored);
    edits.add(scored);
    scores.ifPresent(references::add);
    curves.add(scored);
    answers.add(row.answer());
    shown.add(row.shown());
  }

  EvaluationFigures figures(Bootstrap bootstrap) {
    return new EvaluationFigures(
        rows,
        labels,
        outcomes,
        judgements.isEmpty() ? Optional.empty() : Optional.of(winRate(bootstrap)),
        good.figures(bootstrap, group + "/good"),
        bad.figures(bootstrap, group + "/bad"),
        refusals.figures(bootstrap, group),
        edits.figures(bootstrap, group),
        references.figures(bootstrap, group),
        answers.figures(),
        shown.figures(),
        curves.curves());
  }

  private WinRate winRate(Bootstrap bootstrap) {
    long wins = count(Judgement.WIN);
    long losses = count(Judgement.LOSE);
    long disagreements = count(Judgement.DISAGREEMENT);
    long ties = count(Judgement.EQUAL) + disagreements;
    return new WinRate(
        wins,
        losses,
        ties,
        unchanged,
        disagreements,
        count(Judgement.UNPARSABLE),
        count(Judgement.FAILED),
        count(Judgement.MISSING),
        bootstrap.omega(group + "/omega", wins, losses, ties));
  }

  private long count(Judgement judgement) {
    return judgements.getOrDefault(judgement, 0L);
  }
}
