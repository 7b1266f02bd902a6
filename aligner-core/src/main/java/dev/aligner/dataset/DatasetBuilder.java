package dev.aligner.dataset;

import dev.aligner.Aligner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes a dataset of a file of questions and answers: corrects the answers in bulk, and writes what
 * came of it as training data, with its provenance beside it.
 *
 * <pre>{@code
 * DatasetOptions options = DatasetOptions.builder(DatasetFormat.PREFERENCE).build();
 * DatasetResult result =
 *     DatasetBuilder.of(aligner, ModelProvenance.named("detox"), options)
 *         .build(Path.of("qa.jsonl"), Path.of("dpo.jsonl"));
 * }</pre>
 *
 * <p>The input is JSON lines of {@code {"question", "answer"}}; other fields are ignored. A row of
 * {@code "correction"}, {@code "original"} or {@code "round"}, and a file with a provenance beside
 * it, are text that a model has corrected: such an input is refused unless {@link
 * DatasetOptions.Builder#allowedRounds} allows it, and then the correction is corrected again, and
 * the first answer kept as {@code "original"}. For an identity set the better side of a row is
 * taken: {@code "chosen"} of a pair with {@code "prompt"} or {@code "question"}, the correction, or
 * the answer. A preference file without its provenance cannot be told from one that people made.
 *
 * <p>A run reads the input three times and holds no more than some lines of it, and for
 * deduplication one bit a line and {@code rows / 256} digests; 20 bytes a row go to disk beside the
 * output. What the model wrote goes to a journal, {@code OUTPUT.part} ({@code dataset.part} in a
 * directory), in whole lines, so a run that is stopped or killed goes on where it was when it is
 * called again with the same input and the same settings. The files appear under their names when
 * they are whole.
 *
 * <p>Thread-safe; two runs into the same output exclude each other. The aligner is the caller's to
 * close.
 */
public final class DatasetBuilder {

  private final @Nullable Aligner aligner;
  private final @Nullable ModelProvenance model;
  private final DatasetOptions options;

  /** What to do with an output that exists. */
  public enum Existing {
    /** Go on with the run that began it; refuse what another run made. */
    RESUME,
    /** Make it anew. What is there stays until the new files are whole. */
    OVERWRITE
  }

  private DatasetBuilder(
      @Nullable Aligner aligner, @Nullable ModelProvenance model, DatasetOptions options) {
    this.aligner = aligner;
    this.model = model;
    this.options = Objects.requireNonNull(options, "options");
  }

  /**
   * Makes a builder that corrects.
   *
   * @param aligner what corrects; {@link Aligner#correctAll} is asked for 16 answers at a time
   * @param model what the provenance tells of it
   * @param options the choices
   * @return the builder
   * @throws IllegalArgumentException if the format is {@link DatasetFormat#IDENTITY}, which needs
   *     no aligner
   */
  public static DatasetBuilder of(Aligner aligner, ModelProvenance model, DatasetOptions options) {
    if (options.isIdentity()) {
      throw new IllegalArgumentException(
          "expected a format with corrections; found identity. Fix: DatasetBuilder.ofIdentity");
    }
    return new DatasetBuilder(
        Objects.requireNonNull(aligner, "aligner"),
        Objects.requireNonNull(model, "model"),
        options);
  }

  /**
   * Makes a builder of identity sets.
   *
   * @param options the choices
   * @return the builder
   * @throws IllegalArgumentException if the format is another than {@link DatasetFormat#IDENTITY}
   */
  public static DatasetBuilder ofIdentity(DatasetOptions options) {
    if (!options.isIdentity()) {
      throw new IllegalArgumentException(
          "expected the format identity; found one with corrections. Fix: DatasetBuilder.of");
    }
    return new DatasetBuilder(null, null, options);
  }

  /**
   * Makes a dataset, or goes on with it, without a monitor.
   *
   * @param input the questions and answers
   * @param output the file to make; or an existing directory, for {@code qac.jsonl}, {@code
   *     preference.jsonl} and so on in it
   * @return what came of it
   * @throws IOException as in {@link #build(Path, Path, Existing, DatasetMonitor)}
   */
  public DatasetResult build(Path input, Path output) throws IOException {
    return build(input, output, Existing.RESUME, DatasetMonitor.none());
  }

  /**
   * Makes a dataset, or goes on with it.
   *
   * <p>What goes wrong with one row is counted, reported to the monitor and, if there is one,
   * written to the file of rejects; the run goes on. What {@link Aligner#correctAll} itself throws
   * passes through, and the run can be taken up again.
   *
   * @param input the questions and answers; a regular file
   * @param output the file to make; or an existing directory, for {@code qac.jsonl}, {@code
   *     preference.jsonl} and so on in it
   * @param existing what to do with an output that exists
   * @param monitor who watches
   * @return what came of it
   * @throws IOException if a file cannot be read or written; if the input is corrected text beyond
   *     what is allowed; if the output is not of the same run, or another run writes it. The
   *     message tells what was expected and found, and what to do
   */
  public DatasetResult build(Path input, Path output, Existing existing, DatasetMonitor monitor)
      throws IOException {
    Objects.requireNonNull(existing, "existing");
    Objects.requireNonNull(monitor, "monitor");
    Place place = Place.of(input, output, options);
    return new DatasetRun(RunContext.of(place, options, monitor), aligner, model).run(existing);
  }
}
