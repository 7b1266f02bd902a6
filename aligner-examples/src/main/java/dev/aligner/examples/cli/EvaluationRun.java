package dev.aligner.examples.cli;

import dev.aligner.audit.AuditReport;
import dev.aligner.evaluation.Evaluation;
import dev.aligner.evaluation.EvaluationReport;
import dev.aligner.evaluation.EvaluationRow;
import dev.aligner.evaluation.EvaluationRowWriter;
import dev.aligner.evaluation.EvaluationRows;
import dev.aligner.evaluation.VerdictFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An {@link Evaluation} as the command line runs it: with a model that is loaded when it is needed,
 * with verdicts and corrected rows in files, and ended by Ctrl-C between two chunks of rows. One
 * object makes one run.
 */
final class EvaluationRun {

  static final int INTERRUPTED = 130;

  private final CliContext context;
  private final ModelOptions model;
  private final Evaluation.Builder evaluation;
  private final @Nullable Path verdicts;
  private final @Nullable Path write;
  private boolean interrupted;

  EvaluationRun(
      CliContext context,
      ModelOptions model,
      Evaluation.Builder evaluation,
      @Nullable Path verdicts,
      @Nullable Path write) {
    this.context = context;
    this.model = model;
    this.evaluation = evaluation;
    this.verdicts = verdicts;
    this.write = write;
  }

  /** Tells whether the run ended before the last row. */
  boolean interrupted() {
    return interrupted;
  }

  /** Evaluates the rows of a file. */
  EvaluationReport ofRows(Path file, boolean gold) throws IOException {
    evaluation.detail("Input", String.valueOf(file.getFileName()));
    try (EvaluationRows rows = EvaluationRows.open(file)) {
      return run(gold ? rows.map(EvaluationRow::withCorrectionAsReference) : rows);
    }
  }

  /** Evaluates the answers of an audit log whose texts are there. */
  EvaluationReport ofAudit(List<Path> files) throws IOException {
    List<EvaluationRow> rows = new ArrayList<>();
    long[] answers = {0};
    AuditReport audit =
        AuditReport.read(
            files,
            answer -> {
              answers[0]++;
              EvaluationRow.of(answer).ifPresent(rows::add);
            });
    evaluation.detail("Audit log", files.size() + (files.size() == 1 ? " file" : " files"));
    evaluation.detail(
        "Not evaluated",
        (answers[0] - rows.size()) + " answers of the control arm or without texts");
    if (audit.unreadableLines() > 0) {
      context.err().println(audit.unreadableLines() + " lines are no records, and passed over");
    }
    return run(rows).withAudit(audit);
  }

  private EvaluationReport run(Iterable<EvaluationRow> rows) throws IOException {
    VerdictFile judge = verdicts == null ? null : VerdictFile.read(verdicts);
    if (judge != null) {
      evaluation.judge(judge);
    }
    try (LazyAligner aligner = new LazyAligner(() -> context.aligners().open(model));
        EvaluationRowWriter writer = write == null ? null : EvaluationRowWriter.open(write);
        Interruption interruption =
            Interruption.listen(
                () ->
                    context
                        .err()
                        .println("stopping after the rows in work; again to stop at once"))) {
      EvaluationReport report =
          evaluation
              .aligner(aligner)
              .onRow(row -> write(writer, row))
              .build()
              .run(() -> until(interruption, rows.iterator()));
      interrupted = interruption.requested();
      if (judge != null && judge.unused() > 0) {
        context
            .err()
            .println(
                judge.unused() + " verdicts are about rows that were not changed, or are none");
      }
      return report;
    }
  }

  private static void write(@Nullable EvaluationRowWriter writer, EvaluationRow row) {
    try {
      if (writer != null) {
        writer.write(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Iterator<EvaluationRow> until(
      Interruption interruption, Iterator<EvaluationRow> rows) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return !interruption.requested() && rows.hasNext();
      }

      @Override
      public EvaluationRow next() {
        return rows.next();
      }
    };
  }
}
