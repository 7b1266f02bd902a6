package dev.aligner.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import dev.aligner.InferenceException;
import dev.aligner.audit.AuditRecord.Outcome;
import dev.aligner.evaluation.AcceptanceCurve.Measure;
import dev.aligner.evaluation.AcceptanceCurve.Point;
import dev.aligner.evaluation.SampledRow.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Figures computed by hand. */
class EvaluationTest {

  private static final double EXACT = 1e-12;
  private static final String FORTY = "w ".repeat(39);

  private static final List<EvaluationRow> ROWS =
      List.of(
          row("1", "a b c d", "a b c d").withLabel("good").withGroup("x"),
          row("2", "a b c d", "a b c x").withLabel("good").withGroup("x"),
          row("3", "a b c d", "a b c d").withLabel("bad").withGroup("x"),
          row("4", "a b c d", "a b").withLabel("bad"),
          row("5", FORTY + "old", FORTY + "new").withLabel("bad"),
          row("6", "The egg takes eight minutes.", "I'm sorry, but I can't help with that.")
              .withLabel("good"),
          row("7", "I can't help with that.", "Sure, here is how."));

  private static EvaluationRow row(String id, String answer, String correction) {
    return EvaluationRow.of(id, "q", answer).withCorrection(correction);
  }

  @Test
  void run_counts_areByHand() {
    EvaluationFigures all = run(ROWS).all();

    assertThat(all.rows()).isEqualTo(7);
    assertThat(all.labels()).containsExactly(Map.entry("bad", 3L), Map.entry("good", 3L));
    assertThat(all.outcomes()).isEqualTo(Map.of(Outcome.CORRECTED, 5L, Outcome.KEPT, 2L));
    assertThat(all.winRate()).isEmpty();
    assertThat(all.references()).isEmpty();
  }

  @Test
  void run_keepRates_areByHand() {
    EvaluationFigures all = run(ROWS).all();

    assertThat(all.good().answers()).isEqualTo(3);
    assertThat(value(all.good().verbatim())).isCloseTo(1 / 3.0, within(EXACT));
    assertThat(value(all.good().nearCopies())).isCloseTo(1 / 3.0, within(EXACT));
    assertThat(all.bad().answers()).isEqualTo(3);
    assertThat(value(all.bad().verbatim())).isCloseTo(1 / 3.0, within(EXACT));
    assertThat(value(all.bad().nearCopies())).isCloseTo(2 / 3.0, within(EXACT));
  }

  @Test
  void run_refusals_areFoundBothWays() {
    RefusalRates refusals = run(ROWS).all().refusals();

    assertThat(value(refusals.answers())).isCloseTo(1 / 7.0, within(EXACT));
    assertThat(value(refusals.shown())).isCloseTo(1 / 7.0, within(EXACT));
    assertThat(value(refusals.overCorrection())).isCloseTo(1 / 3.0, within(EXACT));
    assertThat(value(refusals.introduced())).isCloseTo(1 / 6.0, within(EXACT));
    assertThat(refusals.undone()).contains(new Estimate(1, 1, 1, 1));
  }

  @Test
  void run_editRatios_areByHand() {
    EditRatios ratios = run(ROWS).all().editRatios();

    // 0, 0, 0.025, 0.25, 0.5, 1, 1.6
    assertThat(value(ratios.mean())).isCloseTo(3.375 / 7, within(EXACT));
    assertThat(ratios.median()).isEqualTo(0.25);
    assertThat(ratios.p90()).isCloseTo(1.24, within(EXACT));
    assertThat(ratios.largest()).isEqualTo(1.6);
    assertThat(ratios.bins().get(0)).isEqualTo(new EditRatios.Bin(0, 0, 2));
    assertThat(ratios.bins().stream().filter(bin -> bin.rows() > 0).skip(1))
        .containsExactly(
            new EditRatios.Bin(0, 0.05, 1),
            new EditRatios.Bin(0.2, 0.3, 1),
            new EditRatios.Bin(0.5, 0.6, 1),
            new EditRatios.Bin(1, 1.5, 1),
            new EditRatios.Bin(1.5, 2, 1));
    assertThat(ratios.bins().get(ratios.bins().size() - 1).to()).isInfinite();
  }

  @Test
  void run_curve_isWhatAThresholdWouldShow() {
    List<AcceptanceCurve> curves = run(ROWS).all().curves();

    assertThat(curves).hasSize(1);
    assertThat(curves.get(0).measure()).isEqualTo(Measure.EDIT_RATIO);
    assertThat(curves.get(0).points())
        .containsExactly(
            new Point(Double.NEGATIVE_INFINITY, 1, 0),
            new Point(0.025, 1, 1 / 3.0),
            new Point(0.25, 1 - 1 / 3.0, 1 / 3.0),
            new Point(0.5, 1 - 1 / 3.0, 2 / 3.0),
            new Point(1.6, 1 - 2 / 3.0, 2 / 3.0));
  }

  @Test
  void run_scores_makeASecondCurve() {
    List<EvaluationRow> rows =
        List.of(
            row("1", "a", "b").withLabel("good").withScore(-3),
            row("2", "a", "a").withLabel("good"),
            row("3", "a", "b").withLabel("bad").withScore(-1),
            row("4", "a", "b").withLabel("bad").withScore(0));

    List<AcceptanceCurve> curves = run(rows).all().curves();

    assertThat(curves).extracting(AcceptanceCurve::measure).contains(Measure.SCORE);
    assertThat(curves.get(1).points())
        .containsExactly(
            new Point(Double.POSITIVE_INFINITY, 1, 0),
            new Point(0, 1, 0.5),
            new Point(-1, 1, 1),
            new Point(-3, 0.5, 1));
    assertThat(run(List.of(rows.get(0), rows.get(2).withLabel("other"))).all().curves()).isEmpty();
  }

  /** Any curve falls in keep-rate, rises in fix-rate, and ends at what is shown without one. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void run_randomRows_curveAgreesWithTheRates(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<EvaluationRow> rows = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      String answer = "w ".repeat(1 + random.nextInt(40)).strip();
      String edited = answer.replaceFirst("w", "v".repeat(1 + random.nextInt(2)));
      rows.add(
          row("" + i, answer, random.nextInt(3) == 0 ? answer : edited)
              .withLabel(random.nextBoolean() ? "good" : "bad"));
    }

    EvaluationFigures all = run(rows).all();
    List<Point> points = all.curves().get(0).points();

    assertThat(points).hasSizeLessThanOrEqualTo(101);
    for (int i = 1; i < points.size(); i++) {
      assertThat(points.get(i).threshold()).isGreaterThan(points.get(i - 1).threshold());
      assertThat(points.get(i).keepRate()).isLessThanOrEqualTo(points.get(i - 1).keepRate());
      assertThat(points.get(i).fixRate()).isGreaterThanOrEqualTo(points.get(i - 1).fixRate());
    }
    Point last = points.get(points.size() - 1);
    assertThat(last.keepRate()).isCloseTo(value(all.good().verbatim()), within(EXACT));
    assertThat(last.fixRate()).isCloseTo(1 - value(all.bad().verbatim()), within(EXACT));
  }

  @Test
  void run_judge_everyJudgementIsTold() {
    WinRate rate = judged(1);

    assertThat(rate).isEqualTo(new WinRate(1, 1, 2, 2, 0, 1, 1, 1, rate.omega()));
    assertThat(value(rate.omega())).isZero();
    assertThat(rate.omega().orElseThrow().count()).isEqualTo(4);
  }

  @Test
  void run_judgeThreads_changeNothing() {
    assertThat(judged(4)).isEqualTo(judged(1));
  }

  private static WinRate judged(int threads) {
    Judge judge =
        row ->
            switch (row.id()) {
              case "2" -> Judgement.LOSE;
              case "4" -> Judgement.WIN;
              case "5" -> Judgement.UNPARSABLE;
              case "6" -> throw new IllegalStateException("the model is out");
              case "7" -> Judgement.MISSING;
              default -> throw new AssertionError("unchanged rows are not judged");
            };
    return Evaluation.builder()
        .judge(judge)
        .judgeThreads(threads)
        .build()
        .run(ROWS)
        .all()
        .winRate()
        .orElseThrow();
  }

  @Test
  void run_judgeThreads_judgeAtATime() {
    CyclicBarrier all = new CyclicBarrier(4);
    List<EvaluationRow> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      rows.add(row("" + i, "a", "b"));
    }

    WinRate rate =
        Evaluation.builder()
            .judgeThreads(4)
            .judge(
                row -> {
                  try {
                    all.await(20, TimeUnit.SECONDS);
                    return Judgement.WIN;
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                })
            .build()
            .run(rows)
            .all()
            .winRate()
            .orElseThrow();

    assertThat(rate.wins()).isEqualTo(40);
    assertThat(rate.omega()).contains(new Estimate(100, 100, 100, 40));
  }

  @Test
  void run_interrupted_endsAndStaysInterrupted() {
    Evaluation evaluation =
        Evaluation.builder().judgeThreads(2).judge(row -> Judgement.WIN).build();
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> evaluation.run(ROWS)).isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void run_groups_areReportedApart() {
    EvaluationReport report = run(ROWS);

    assertThat(report.groups()).containsOnlyKeys("x");
    EvaluationFigures group = Objects.requireNonNull(report.groups().get("x"));
    assertThat(group.rows()).isEqualTo(3);
    assertThat(value(group.good().verbatim())).isEqualTo(0.5);
  }

  @Test
  void run_references_areScoredBeforeAndAfter() {
    List<EvaluationRow> rows =
        List.of(
            row("1", "ab", "ac").withReferences(List.of("ac")),
            row("2", "xyz", "xyz").withReferences(List.of("nothing", " xyz\n")),
            row("3", "no reference", "none"));

    ReferenceScores scores = run(rows).all().references().orElseThrow();

    // chrF of "ab" against "ac" is 25, see ChrFTest.
    assertThat(scores.rows()).isEqualTo(2);
    assertThat(scores.answers().chrf().value()).isCloseTo(62.5, within(EXACT));
    assertThat(scores.shown().chrf().value()).isEqualTo(100);
    assertThat(scores.shown().corpusChrf()).isEqualTo(100);
    assertThat(scores.gain().value()).isCloseTo(37.5, within(EXACT));
    assertThat(scores.answers().exactMatch().value()).isEqualTo(0.5);
    assertThat(scores.shown().exactMatch().value()).isEqualTo(1);
  }

  @Test
  void run_firstWords_showCollapse() {
    List<EvaluationRow> rows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      String tail = " number " + i;
      rows.add(
          row(
              "" + i,
              i + " starts its own way and goes on" + tail,
              i < 6 ? "As an AI  language\nmodel I must say" + tail : "I begin as " + i));
    }

    EvaluationFigures all = run(rows).all();

    assertThat(all.firstWordsOfAnswers().shared()).isZero();
    assertThat(all.firstWordsOfAnswers().mostFrequent()).isEqualTo(0.1);
    assertThat(all.firstWordsShown())
        .isEqualTo(new FirstWords(8, 0.6, 0.6, Optional.of("As an AI language model I must say")));
    assertThat(all.firstWordsShown().toString()).doesNotContain("language");
  }

  @Test
  void run_openRows_areCorrectedAndHeardOf() {
    Aligner aligner =
        request -> {
          if (request.answer().equals("broken")) {
            throw new InferenceException("it broke", null);
          }
          return Correction.of(request, request.answer().replace("bad", "good"));
        };
    List<EvaluationRow> heard = new ArrayList<>();

    EvaluationReport report =
        Evaluation.builder()
            .aligner(aligner)
            .onRow(heard::add)
            .build()
            .run(
                List.of(
                    EvaluationRow.of("1", "q", "bad"),
                    row("2", "bad", "given"),
                    EvaluationRow.of("3", "q", "broken"),
                    EvaluationRow.of("4", "q", "fine")));

    assertThat(heard).extracting(EvaluationRow::id).containsExactly("1", "2", "3", "4");
    assertThat(heard)
        .extracting(row -> row.correction().orElseThrow())
        .containsExactly("good", "given", "broken", "fine");
    assertThat(report.all().outcomes())
        .isEqualTo(Map.of(Outcome.CORRECTED, 2L, Outcome.FAILED, 1L, Outcome.KEPT, 1L));
  }

  @Test
  void run_openRowWithoutAligner_isRefused() {
    assertThatThrownBy(() -> run(List.of(EvaluationRow.of("row-1", "q", "SECRET"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("row-1")
        .hasMessageNotContaining("SECRET");
  }

  @Test
  void run_aligner_namesItsModel() {
    Aligner aligner =
        new Aligner() {
          @Override
          public Correction correct(CorrectionRequest request) {
            return Correction.of(request, "x");
          }

          @Override
          public Optional<String> fingerprint() {
            return Optional.of("sha256:1");
          }
        };

    EvaluationSettings settings =
        Evaluation.builder()
            .aligner(aligner)
            .judge(row -> Judgement.WIN)
            .seed(7)
            .resamples(500)
            .confidence(0.9)
            .build()
            .run(ROWS)
            .settings();

    assertThat(settings)
        .isEqualTo(
            new EvaluationSettings(7, 500, 0.9, 5, Optional.of("custom"), Optional.of("sha256:1")));
  }

  @Test
  void run_samples_areOfEachKindAndFew() {
    List<EvaluationRow> rows = new ArrayList<>(ROWS);
    for (int i = 0; i < 100; i++) {
      rows.add(row("many-" + i, "a", "b"));
    }

    List<SampledRow> samples = run(rows).samples();

    assertThat(samples).isSortedAccordingTo((a, b) -> a.kind().compareTo(b.kind()));
    assertThat(samples).filteredOn(s -> s.kind() == Kind.CHANGED).hasSize(5);
    assertThat(ids(samples, Kind.REFUSAL_UNDONE)).containsExactly("7");
    assertThat(ids(samples, Kind.REFUSAL_INTRODUCED)).containsExactly("6");
    assertThat(ids(samples, Kind.GOOD_CHANGED)).containsExactly("2");
    assertThat(ids(samples, Kind.BAD_KEPT)).containsExactly("3", "5");
  }

  @Test
  void run_samples_areDrawnWithEqualChances() {
    List<EvaluationRow> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(row("" + i, "a", "b"));
    }
    int[] drawn = new int[20];
    for (int seed = 0; seed < 2000; seed++) {
      Evaluation.builder()
          .seed(seed)
          .resamples(100)
          .build()
          .run(rows)
          .samples()
          .forEach(sample -> drawn[Integer.parseInt(sample.row().id())]++);
    }

    assertThat(drawn).hasSize(20);
    for (int count : drawn) {
      assertThat(count).isBetween(410, 590); // 500 +- 4.6 standard deviations
    }
  }

  @Test
  void run_twice_isEqual() {
    assertThat(run(ROWS)).isEqualTo(run(ROWS));
    assertThat(run(ROWS).toString()).doesNotContain("minutes").doesNotContain("a b c d");
  }

  @Test
  void run_textsOmitted_holdsNone() {
    EvaluationReport report = Evaluation.builder().texts(ReportTexts.OMIT).build().run(ROWS);

    assertThat(report.samples()).isEmpty();
    assertThat(report.all().firstWordsShown().opening()).isEmpty();
    assertThat(report.all().firstWordsShown().mostFrequent()).isPositive();
  }

  @Test
  void run_noRow_hasNoFigure() {
    EvaluationFigures all = run(List.of()).all();

    assertThat(all.rows()).isZero();
    assertThat(all.good().verbatim()).isEmpty();
    assertThat(all.editRatios().mean()).isEmpty();
    assertThat(all.firstWordsShown()).isEqualTo(new FirstWords(8, 0, 0, Optional.empty()));
    assertThat(all.curves()).isEmpty();
  }

  @Test
  void builder_badValues_areRefused() {
    Evaluation.Builder builder = Evaluation.builder();

    assertThatThrownBy(() -> builder.resamples(99)).hasMessageContaining("found 99");
    assertThatThrownBy(() -> builder.judgeThreads(0)).hasMessageContaining("found 0");
    assertThatThrownBy(() -> builder.samplesOfEachKind(-1)).hasMessageContaining("found -1");
    assertThatThrownBy(() -> builder.confidence(1)).hasMessageContaining("found 1");
    assertThatThrownBy(() -> builder.confidence(Double.NaN)).hasMessageContaining("found NaN");
  }

  private static List<String> ids(List<SampledRow> samples, Kind kind) {
    return samples.stream().filter(s -> s.kind() == kind).map(s -> s.row().id()).toList();
  }

  private static EvaluationReport run(List<EvaluationRow> rows) {
    return Evaluation.builder().build().run(rows);
  }

  private static double value(Optional<Estimate> estimate) {
    return estimate.orElseThrow().value();
  }
}
