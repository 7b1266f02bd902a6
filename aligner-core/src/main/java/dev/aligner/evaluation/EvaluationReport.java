package dev.aligner.evaluation;

import dev.aligner.audit.AuditReport;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What an evaluation came to. {@link EvaluationJson} and {@link HtmlReport} write it.
 *
 * <p>Immutable and thread-safe. The same rows, settings and verdicts give an equal report.
 *
 * @param settings what the figures depend on
 * @param details what its maker wants to remember, such as the name of the input
 * @param all the figures over all rows
 * @param groups the figures of each group, in the order in which the groups first came
 * @param samples rows to look at, by kind; none if texts are left out
 * @param audit what the audit log tells of each arm; empty if the rows are not from one
 */
public record EvaluationReport(
    EvaluationSettings settings,
    Map<String, String> details,
    EvaluationFigures all,
    Map<String, EvaluationFigures> groups,
    List<SampledRow> samples,
    Optional<AuditReport> audit) {

  /** Checks and copies. */
  public EvaluationReport {
    Objects.requireNonNull(settings, "settings");
    Objects.requireNonNull(all, "all");
    Objects.requireNonNull(audit, "audit");
    details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
    samples = List.copyOf(samples);
  }

  /**
   * Returns a report that also tells of the arms of an audit log.
   *
   * @param report what the log tells
   * @return a report that differs from this one in that alone
   */
  public EvaluationReport withAudit(AuditReport report) {
    return new EvaluationReport(settings, details, all, groups, samples, Optional.of(report));
  }
}
