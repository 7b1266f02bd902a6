package dev.aligner.evaluation;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures how good corrections are.
 *
 * <pre>{@code
 * try (EvaluationRows rows = EvaluationRows.open(Path.of("rows.jsonl"))) {
 *   EvaluationReport report =
 *       Evaluation.builder().aligner(aligner).judge(PairwiseJudge.of(gpt::chat)).build().run(rows);
 *   HtmlReport.write(report, Path.of("report.html"));
 * }
 * }</pre>
 *
 * <p>Rows pass by in chunks: those without a correction are corrected, those that were changed are
 * judged, and all are measured. Memory holds a few numbers and the first words of each row, and the
 * texts of the sampled rows alone.
 *
 * <p>Immutable and thread-safe, if the aligner and the judge are; a run can be repeated.
 */
public final class Evaluation {

  private static final int CHUNK = 16;

  private final Builder settings;

  private Evaluation(Builder settings) {
    this.settings = settings;
  }

  /**
   * Starts an evaluation.
   *
   * @return a builder; what is not set has its default
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Evaluates rows.
   *
   * @param rows the rows, walked over once
   * @return the report
   * @throws IllegalArgumentException if a row has no correction, and there is no aligner
   * @throws InvalidRowException if the rows are those of a file, and one cannot be used
   * @throws CancellationException if the thread is interrupted while it waits for the judge; it
   *     stays interrupted
   */
  public EvaluationReport run(Iterable<EvaluationRow> rows) {
    Run run = new Run();
    try (Judging judging = new Judging(settings.judge, settings.judgeThreads)) {
      Iterator<EvaluationRow> all = rows.iterator();
      while (all.hasNext()) {
        List<EvaluationRow> corrected = corrected(chunk(all));
        List<Optional<Judgement>> judgements = judging.judge(corrected);
        for (int i = 0; i < corrected.size(); i++) {
          run.add(ScoredRow.of(corrected.get(i), judgements.get(i)));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for the judge");
    }
    return run.report();
  }

  private List<EvaluationRow> chunk(Iterator<EvaluationRow> rows) {
    List<EvaluationRow> chunk = new ArrayList<>();
    int most = Math.max(CHUNK, 4 * settings.judgeThreads);
    while (chunk.size() < most && rows.hasNext()) {
      chunk.add(rows.next());
    }
    return chunk;
  }

  private List<EvaluationRow> corrected(List<EvaluationRow> rows) {
    List<EvaluationRow> open = rows.stream().filter(row -> row.correction().isEmpty()).toList();
    if (open.isEmpty()) {
      return rows;
    }
    Aligner aligner = settings.aligner;
    if (aligner == null) {
      throw new IllegalArgumentException(
          "expected a correction in row \""
              + open.get(0).id()
              + "\", or an aligner; found neither");
    }
    List<Correction> results =
        aligner.correctAll(
            open.stream().map(row -> CorrectionRequest.of(row.question(), row.answer())).toList());
    if (results.size() != open.size()) {
      throw new IllegalStateException(
          "expected " + open.size() + " corrections from the aligner; found " + results.size());
    }
    Iterator<Correction> corrections = results.iterator();
    return rows.stream()
        .map(row -> row.correction().isEmpty() ? row.withCorrection(corrections.next()) : row)
        .toList();
  }

  /** One walk over rows. */
  private final class Run {

    private final FigureTally all = new FigureTally("", settings.texts);
    private final Map<String, FigureTally> groups = new LinkedHashMap<>();
    private final RowSamples samples =
        new RowSamples(
            settings.seed, settings.texts == ReportTexts.OMIT ? 0 : settings.samplesOfEachKind);

    void add(ScoredRow scored) {
      Optional<ReferenceTally.Scores> scores = ReferenceTally.Scores.of(scored.row());
      all.add(scored, scores);
      scored
          .row()
          .group()
          .map(name -> groups.computeIfAbsent(name, n -> new FigureTally(n, settings.texts)))
          .ifPresent(group -> group.add(scored, scores));
      samples.add(scored);
      settings.onRow.accept(scored.row());
    }

    EvaluationReport report() {
      Bootstrap bootstrap = new Bootstrap(settings.seed, settings.resamples, settings.confidence);
      Map<String, EvaluationFigures> figures = new LinkedHashMap<>();
      groups.forEach((name, tally) -> figures.put(name, tally.figures(bootstrap)));
      return new EvaluationReport(
          settings.settings(),
          settings.details,
          all.figures(bootstrap),
          figures,
          samples.drawn(),
          Optional.empty());
    }
  }

  /** Collects the choices of an evaluation. Not thread-safe. */
  public static final class Builder {

    private @Nullable Aligner aligner;
    private @Nullable Judge judge;
    private int judgeThreads = 1;
    private long seed = 42;
    private int resamples = 2000;
    private double confidence = 0.95;
    private int samplesOfEachKind = 5;
    private ReportTexts texts = ReportTexts.INCLUDE;
    private Map<String, String> details = new LinkedHashMap<>();
    private Consumer<EvaluationRow> onRow = row -> {};

    private Builder() {}

    /**
     * Sets what corrects rows without a correction; default: nothing, such rows are refused.
     *
     * @param value the aligner, which is never closed here
     * @return this builder
     */
    public Builder aligner(Aligner value) {
      aligner = Objects.requireNonNull(value, "aligner");
      return this;
    }

    /**
     * Sets who tells wins from losses; default: nobody, and no win rate is reported.
     *
     * @param value the judge
     * @return this builder
     */
    public Builder judge(Judge value) {
      judge = Objects.requireNonNull(value, "judge");
      return this;
    }

    /**
     * Sets how many rows are judged at a time; default: 1, in the thread of the caller.
     *
     * @param count the threads, 1 or more; a run starts and ends them
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder judgeThreads(int count) {
      judgeThreads = atLeast("judgeThreads", 1, count);
      return this;
    }

    /**
     * Sets the seed of resamples and sampled rows; default: 42.
     *
     * @param value any number
     * @return this builder
     */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * Sets how many resamples an interval is taken over; default: 2,000.
     *
     * @param count the resamples, 100 or more
     * @return this builder
     * @throws IllegalArgumentException if it is below 100
     */
    public Builder resamples(int count) {
      resamples = atLeast("resamples", 100, count);
      return this;
    }

    /**
     * Sets the confidence of intervals; default: 0.95.
     *
     * @param share above 0, below 1
     * @return this builder
     * @throws IllegalArgumentException if it is not
     */
    public Builder confidence(double share) {
      if (!(share > 0 && share < 1)) {
        throw new IllegalArgumentException(
            "expected a confidence above 0, below 1; found " + share);
      }
      confidence = share;
      return this;
    }

    /**
     * Sets how many rows of each {@link SampledRow.Kind} are drawn for the report; default: 5.
     *
     * @param count 0 or more
     * @return this builder
     * @throws IllegalArgumentException if it is below 0
     */
    public Builder samplesOfEachKind(int count) {
      samplesOfEachKind = atLeast("samplesOfEachKind", 0, count);
      return this;
    }

    /**
     * Sets whether questions and answers get into the report; default: they do.
     *
     * @param value whether
     * @return this builder
     */
    public Builder texts(ReportTexts value) {
      texts = Objects.requireNonNull(value, "texts");
      return this;
    }

    /**
     * Adds something to remember to the report, such as the name of the input.
     *
     * @param name what it is
     * @param value what to remember
     * @return this builder
     */
    public Builder detail(String name, String value) {
      details.put(name, value);
      return this;
    }

    /**
     * Sets what hears of each row, with its correction, in the order of the rows and in the thread
     * of the caller; default: nobody. What it throws ends the run and passes through.
     *
     * @param listener hears of rows
     * @return this builder
     */
    public Builder onRow(Consumer<EvaluationRow> listener) {
      onRow = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /**
     * Makes the evaluation. The builder stays usable.
     *
     * @return the evaluation
     */
    public Evaluation build() {
      return new Evaluation(copy());
    }

    private Builder copy() {
      Builder copy = new Builder();
      copy.aligner = aligner;
      copy.judge = judge;
      copy.judgeThreads = judgeThreads;
      copy.seed = seed;
      copy.resamples = resamples;
      copy.confidence = confidence;
      copy.samplesOfEachKind = samplesOfEachKind;
      copy.texts = texts;
      copy.details = new LinkedHashMap<>(details);
      copy.onRow = onRow;
      return copy;
    }

    private EvaluationSettings settings() {
      return new EvaluationSettings(
          seed,
          resamples,
          confidence,
          texts == ReportTexts.OMIT ? 0 : samplesOfEachKind,
          Optional.ofNullable(judge).map(Judge::describe),
          Optional.ofNullable(aligner).flatMap(Aligner::fingerprint));
    }

    private static int atLeast(String name, int least, int value) {
      if (value < least) {
        throw new IllegalArgumentException(
            "expected " + name + " of at least " + least + "; found " + value);
      }
      return value;
    }
  }
}
