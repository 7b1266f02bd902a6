package dev.aligner.examples.cli;

import dev.aligner.evaluation.Evaluation;
import dev.aligner.evaluation.ReportTexts;
import picocli.CommandLine.Option;

/** The options that say how figures are computed and what gets into a report. */
final class EvaluationOptions {

  @Option(
      names = "--resamples",
      paramLabel = "N",
      description = "Resamples of the bootstrap; default: 2000.")
  private int resamples = 2000;

  @Option(
      names = "--confidence",
      paramLabel = "P",
      description = "Confidence of the intervals; default: 0.95.")
  private double confidence = 0.95;

  @Option(
      names = "--bootstrap-seed",
      paramLabel = "N",
      description = "Seed of the resamples and of the rows that are shown; default: 42.")
  private long seed = 42;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Rows of each kind that the page shows; default: 5.")
  private int samples = 5;

  @Option(
      names = "--no-texts",
      description = "No question, answer or correction gets into a report.")
  private boolean noTexts;

  /**
   * Returns an evaluation with these options.
   *
   * @throws IllegalArgumentException if an option has a value that it cannot have
   */
  Evaluation.Builder builder() {
    return Evaluation.builder()
        .resamples(resamples)
        .confidence(confidence)
        .seed(seed)
        .samplesOfEachKind(samples)
        .texts(noTexts ? ReportTexts.OMIT : ReportTexts.INCLUDE);
  }
}
