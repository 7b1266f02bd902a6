package dev.aligner.examples.cli;

import dev.aligner.dataset.DatasetBuilder;
import dev.aligner.dataset.DatasetFormat;
import dev.aligner.dataset.DatasetOptions;
import dev.aligner.dataset.Deduplication;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code dataset}: training data out of a file of questions and answers. */
@Command(
    name = "dataset",
    description = {
      "Corrects a file of answers and writes training data: preference pairs for the upstream"
          + " model, or rows for the next aligner.",
      "",
      "A line of the input is a JSON object with the strings \"question\" and \"answer\". Beside the"
          + " output, OUTPUT.provenance.json tells model, settings, counts and drift. A run that was"
          + " stopped or killed goes on where it was when it is called again.",
      "",
      "An input that is corrected text itself is refused, unless --allow-rounds allows it:"
          + " training on corrections of corrections amplifies what the aligner is wrong about.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = AlignerCli.Version.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      AlignerCli.EXIT_OK,
      AlignerCli.EXIT_FAILED,
      AlignerCli.EXIT_UNUSABLE,
      AlignerCli.EXIT_INTERRUPTED
    })
final class DatasetCommand implements Callable<Integer> {

  private final CliContext context;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "QA.jsonl",
      description = "File of questions and answers.")
  private Path input = Path.of("");

  @Option(
      names = "--output",
      required = true,
      paramLabel = "OUT",
      description =
          "File to make; or an existing directory, for qac.jsonl, preference.jsonl and so on in it.")
  private Path output = Path.of("");

  @Option(
      names = "--format",
      required = true,
      split = ",",
      paramLabel = "FORMAT",
      description = {
        "What the rows are; several make several files of the same corrections.",
        "qac: question, answer, correction. preference: TRL's prompt, chosen, rejected."
            + " conversational: the same as messages. identity: correction = answer, without a"
            + " model."
      })
  private List<DatasetFormat> formats = List.of();

  @Option(
      names = "--dedupe",
      paramLabel = "HOW",
      description =
          "Which rows count as the same, so that the first is taken: none, exact, or normalized"
              + " (upper and lower case, whitespace); default: normalized.")
  private Deduplication deduplication = Deduplication.NORMALIZED;

  @Option(
      names = "--min-edit-ratio",
      paramLabel = "X",
      description = "Leave out rows of which fewer words were edited; default: 0.")
  private @Nullable Double minEditRatio;

  @Option(
      names = "--max-edit-ratio",
      paramLabel = "X",
      description = "Leave out rows of which more words were edited; default: no bound.")
  private @Nullable Double maxEditRatio;

  @Option(
      names = "--accept",
      split = ",",
      paramLabel = "CHECK",
      description =
          "What a correction must be: defaults, none, refusals, numbers, urls, code; default:"
              + " defaults.")
  private List<AcceptanceName> checks = List.of(AcceptanceName.DEFAULTS);

  @Option(
      names = "--max-characters",
      paramLabel = "N",
      description = "Leave out rows with a longer text; default: 20000.")
  private @Nullable Integer maxCharacters;

  @Option(
      names = "--allow-rounds",
      paramLabel = "N",
      description =
          "How often a model may have corrected a text, this time included; default: 1, which"
              + " refuses corrected text.")
  private @Nullable Integer allowRounds;

  @Option(
      names = "--share",
      paramLabel = "X",
      description = "Which part of the rows an identity set takes, about; default: 1.")
  private @Nullable Double share;

  @Option(
      names = "--sample-seed",
      paramLabel = "N",
      description = "Tells samples of an identity set apart; default: 0.")
  private long sampleSeed;

  @Option(
      names = "--rejects",
      paramLabel = "FILE",
      description = "File for the rows that are left out or failed, with the reason.")
  private @Nullable Path rejects;

  @Option(names = "--resume", description = "Go on with a run that was stopped; the default.")
  private boolean resume;

  @Option(names = "--overwrite", description = "Start anew if the output exists.")
  private boolean overwrite;

  @Mixin private ModelOptions model = new ModelOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  DatasetCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    DatasetOptions options;
    try {
      refuseIf(resume && overwrite, "--resume and --overwrite exclude each other");
      refuseIf(
          model.template() != null && model.directory() == null,
          "--template needs --model: the bundled model has its own");
      model.decoding();
      options = options();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), CorrectionJson.message(e), e);
    }
    return new BulkDataset(context, model, options)
        .run(
            input,
            output,
            overwrite ? DatasetBuilder.Existing.OVERWRITE : DatasetBuilder.Existing.RESUME);
  }

  private static void refuseIf(boolean wrong, String message) {
    if (wrong) {
      throw new IllegalArgumentException(message);
    }
  }

  private DatasetOptions options() {
    DatasetOptions.Builder options =
        DatasetOptions.builder(formats.get(0), formats.toArray(DatasetFormat[]::new))
            .deduplication(deduplication)
            .acceptance(AcceptanceName.nameOf(checks), AcceptanceName.checkOf(checks))
            .seed(sampleSeed);
    if (minEditRatio != null) {
      options.minEditRatio(minEditRatio);
    }
    if (maxEditRatio != null) {
      options.maxEditRatio(maxEditRatio);
    }
    if (maxCharacters != null) {
      options.maxCharacters(maxCharacters);
    }
    if (allowRounds != null) {
      options.allowedRounds(allowRounds);
    }
    if (share != null) {
      options.share(share);
    }
    if (rejects != null) {
      options.rejects(rejects);
    }
    return options.build();
  }
}
