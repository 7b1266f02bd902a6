package dev.aligner.examples.cli;

import dev.aligner.audit.AuditRecord.Outcome;
import dev.aligner.evaluation.Evaluation;
import dev.aligner.evaluation.EvaluationJson;
import dev.aligner.evaluation.EvaluationReport;
import dev.aligner.evaluation.HtmlReport;
import dev.aligner.internal.jsonl.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code evaluate}: how good corrections are, as text, as JSON, and as a page. */
@Command(
    name = "evaluate",
    description = {
      "Tells how good corrections are: of a file of rows (--input), or of an audit log"
          + " (--from-audit).",
      "",
      "A row is a JSON object with the strings \"question\" and \"answer\", and maybe"
          + " \"correction\", \"label\" (good: to be kept, bad: to be corrected), \"references\""
          + " (right corrections), \"group\", \"score\" and \"id\"; the file is a JSON array or"
          + " JSON Lines. Rows without a correction are corrected first, by --model or by the"
          + " bundled model.",
      "",
      "The page (--html) shows questions, answers and corrections, unless --no-texts is given.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = AlignerCli.Version.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      AlignerCli.EXIT_OK,
      "  1:a correction failed; the report counts it",
      "  2:the arguments, a file, a line of it or the model cannot be used",
      "130:interrupted (Ctrl-C); there is no report"
    })
final class EvaluateCommand implements Callable<Integer> {

  private final CliContext context;

  @Option(names = "--input", paramLabel = "ROWS", description = "File of rows.")
  private @Nullable Path input;

  @Option(
      names = "--from-audit",
      arity = "1..*",
      paramLabel = "AUDIT.jsonl",
      description = "Files of an audit log, the oldest first; its arms are the groups.")
  private List<Path> audit = List.of();

  @Option(
      names = "--gold",
      description =
          "The corrections of the input are the right ones: they become references, and the model"
              + " corrects every row. Rows without a label are good if that is the answer, else bad.")
  private boolean gold;

  @Option(
      names = "--verdicts",
      paramLabel = "FILE",
      description =
          "Verdicts of people: {\"id\": ..., \"verdict\": \"win\", \"lose\" or \"equal\"}, where a"
              + " win is one of the correction. Without ids in the rows they are numbered from 1.")
  private @Nullable Path verdicts;

  @Option(
      names = "--write",
      paramLabel = "FILE",
      description = "Write the rows with their corrections: an array if it ends in .json.")
  private @Nullable Path write;

  @Option(names = "--html", paramLabel = "PAGE.html", description = "Write the report as a page.")
  private @Nullable Path html;

  @Option(names = "--output", paramLabel = "REPORT.json", description = "Write the report as JSON.")
  private @Nullable Path output;

  @Option(names = "--json", description = "Print the report as JSON.")
  private boolean json;

  @Mixin private EvaluationOptions evaluation = new EvaluationOptions();

  @Mixin private ModelOptions model = new ModelOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  EvaluateCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    Evaluation.Builder builder = checkOptions();
    for (Path file : outputs()) {
      checkOutput(file);
    }
    EvaluationRun run = new EvaluationRun(context, model, builder, verdicts, write);
    EvaluationReport report = input == null ? run.ofAudit(audit) : run.ofRows(input, gold);
    if (run.interrupted()) {
      context.err().println("interrupted; there is no report");
      return EvaluationRun.INTERRUPTED;
    }
    if (html != null) {
      HtmlReport.write(report, html);
    }
    if (output != null) {
      EvaluationJson.write(report, output);
    }
    context.out().print(json ? EvaluationJson.text(report) + "\n" : EvaluationView.text(report));
    boolean failed = report.all().outcomes().containsKey(Outcome.FAILED) && input != null;
    return failed ? ExitCode.SOFTWARE : ExitCode.OK;
  }

  private Evaluation.Builder checkOptions() {
    refuseIf((input == null) == audit.isEmpty(), "give either --input or --from-audit");
    refuseIf(gold && input == null, "--gold needs --input");
    refuseIf(
        model.template() != null && model.directory() == null,
        "--template needs --model: the bundled model has its own");
    try {
      model.decoding();
      return evaluation.builder();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), CorrectionJson.message(e), e);
    }
  }

  private void refuseIf(boolean wrong, String message) {
    if (wrong) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private List<Path> outputs() {
    return Stream.of(write, html, output).filter(Objects::nonNull).toList();
  }

  /** Finds out before a long run what would go wrong after it. */
  private void checkOutput(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      throw new UnusableFileException(
          file, "expected an existing directory for the output, found none; make it first");
    }
    if (Files.isDirectory(file)) {
      throw new UnusableFileException(file, "expected a file, found a directory");
    }
    for (Path read : Stream.concat(Stream.of(input, verdicts), audit.stream()).toList()) {
      if (read != null
          && Files.exists(file)
          && Files.exists(read)
          && Files.isSameFile(file, read)) {
        throw new UnusableFileException(
            file, "is both an input and an output; choose another output");
      }
    }
  }
}
