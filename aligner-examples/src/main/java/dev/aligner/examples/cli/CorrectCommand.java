package dev.aligner.examples.cli;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import dev.aligner.internal.jsonl.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code correct}: one answer, a file of answers, or the bundled samples. */
@Command(
    name = "correct",
    description = {
      "Corrects one answer (--answer), a file of answers (--input), or the bundled samples.",
      "",
      "A line of the input is a JSON object with the strings \"question\" and \"answer\". A line"
          + " of the output has the fields of its input line, the number of that line (\"line\"),"
          + " and the result. If the output exists, the run goes on where it ended.",
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
final class CorrectCommand implements Callable<Integer> {

  private final CliContext context;

  @Mixin private ModelOptions model = new ModelOptions();

  @Option(
      names = "--query",
      parameterConsumer = Verbatim.class,
      paramLabel = "Q",
      description = "The question; default: none.")
  private @Nullable String query;

  @Option(
      names = "--answer",
      parameterConsumer = Verbatim.class,
      paramLabel = "A",
      description = "The answer to correct.")
  private @Nullable String answer;

  @Option(names = "--input", paramLabel = "IN.jsonl", description = "File of answers to correct.")
  private @Nullable Path input;

  @Option(names = "--output", paramLabel = "OUT.jsonl", description = "File for the corrections.")
  private @Nullable Path output;

  @Option(names = "--overwrite", description = "Start anew if the output exists.")
  private boolean overwrite;

  @Option(names = "--json", description = "Print one JSON object for each correction.")
  private boolean json;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      description = "auto, always or never; default: auto (on a terminal, if NO_COLOR is not set).")
  private TextView.Color color = TextView.Color.AUTO;

  @Spec private CommandSpec spec = CommandSpec.create();

  CorrectCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    checkOptions();
    if (input != null && output != null) {
      return new BulkRun(context, model, input, output)
          .run(overwrite ? BulkCorrection.Existing.OVERWRITE : BulkCorrection.Existing.RESUME);
    }
    try (Aligner aligner = context.aligners().open(model)) {
      return answer == null ? samples(aligner) : one(aligner, answer);
    }
  }

  private void checkOptions() {
    refuseIf((input == null) != (output == null), "--input and --output belong together");
    refuseIf(input != null && (query != null || answer != null), "--input excludes --answer");
    refuseIf(query != null && answer == null, "--query needs --answer");
    refuseIf(
        model.template() != null && model.directory() == null,
        "--template needs --model: the bundled model has its own");
    refuseIf(overwrite && output == null, "--overwrite needs --output");
    try {
      model.decoding();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), CorrectionJson.message(e), e);
    }
  }

  private void refuseIf(boolean wrong, String message) {
    if (wrong) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private int one(Aligner aligner, String text) {
    Correction correction =
        correct(aligner, CorrectionRequest.of(query == null ? "" : query, text));
    print(json ? CorrectionJson.text(CorrectionJson.of(correction)) + "\n" : view(correction));
    return exitCode(correction);
  }

  private int samples(Aligner aligner) throws IOException {
    int exitCode = ExitCode.OK;
    for (JsonlInput.Item sample : Samples.all()) {
      Correction correction = correct(aligner, sample.request());
      print(
          json
              ? CorrectionJson.line(sample.json(), sample.number(), correction) + "\n"
              : view(correction) + "\n");
      exitCode = Math.max(exitCode, exitCode(correction));
    }
    return exitCode;
  }

  /** Corrects one answer; a failure is an outcome here, not an exception. */
  private static Correction correct(Aligner aligner, CorrectionRequest request) {
    return aligner.correctAll(List.of(request)).get(0);
  }

  private String view(Correction correction) {
    return new TextView(color).render(correction);
  }

  private void print(String text) {
    context.out().print(text);
    context.out().flush();
  }

  private static int exitCode(Correction correction) {
    return Outcome.of(correction.outcome()) == Outcome.FAILED ? ExitCode.SOFTWARE : ExitCode.OK;
  }
}
