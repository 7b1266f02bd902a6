package dev.aligner.evaluation;

import dev.aligner.audit.AuditRecord.Outcome;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The figures over some rows. The shown text of a row is its correction, or its answer where it was
 * skipped or failed.
 *
 * <p>Immutable and thread-safe.
 *
 * @param rows how many rows
 * @param labels how many of them have which label, in alphabetical order
 * @param outcomes how many of them ended how
 * @param winRate what the judge says; empty without a judge
 * @param good what became of {@link EvaluationRow#GOOD} answers
 * @param bad what became of {@link EvaluationRow#BAD} answers
 * @param refusals refusals before and after
 * @param editRatios how much was edited
 * @param references scores against references; empty if no row has any
 * @param firstWordsOfAnswers how alike the answers begin
 * @param firstWordsShown how alike the shown texts begin
 * @param curves keep-rate against fix-rate, by each measure that there is; none unless there are
 *     good and bad answers
 */
public record EvaluationFigures(
    long rows,
    Map<String, Long> labels,
    Map<Outcome, Long> outcomes,
    Optional<WinRate> winRate,
    KeepRate good,
    KeepRate bad,
    RefusalRates refusals,
    EditRatios editRatios,
    Optional<ReferenceScores> references,
    FirstWords firstWordsOfAnswers,
    FirstWords firstWordsShown,
    List<AcceptanceCurve> curves) {

  /** Copies. */
  public EvaluationFigures {
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    outcomes = Map.copyOf(outcomes);
    curves = List.copyOf(curves);
  }
}
