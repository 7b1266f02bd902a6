package dev.aligner.examples.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command line of Aligner for Java. Without arguments it corrects a handful of bundled samples.
 */
@Command(
    name = "aligner",
    description = {
      "Corrects the answers of a chat model with a small model of its own.",
      "Without arguments: corrects a handful of bundled samples and shows what changed."
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
public final class AlignerCli implements Callable<Integer> {

  static final String EXIT_OK = "  0:all went well";
  static final String EXIT_FAILED =
      "  1:a correction failed, or a line of the input could not be used";
  static final String EXIT_UNUSABLE = "  2:the arguments, a file or the model cannot be used";
  static final String EXIT_INTERRUPTED = "130:interrupted (Ctrl-C); may be resumed";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-X", "--stacktrace"},
      hidden = true,
      scope = ScopeType.INHERIT,
      description = "Show where an error came from.")
  private boolean stackTrace;

  AlignerCli() {}

  /** The version, from the manifest of the jar. */
  static final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
      @Nullable String version = AlignerCli.class.getPackage().getImplementationVersion();
      return new String[] {"aligner " + (version == null ? "(development)" : version)};
    }
  }

  /**
   * Runs a command and ends the process with its exit code.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    System.exit(execute(CliContext.ofProcess(), Arguments.asUtf8(args)));
  }

  /**
   * Runs a command.
   *
   * @param context the streams and models to use
   * @param args the command and its options
   * @return the exit code
   */
  static int execute(CliContext context, List<String> args) {
    AlignerCli cli = new AlignerCli();
    ErrorMessages errors = new ErrorMessages(context.err(), () -> cli.stackTrace);
    CommandLine commands =
        new CommandLine(cli)
            .addSubcommand(new CorrectCommand(context))
            .addSubcommand(new GenerateCommand(context))
            .addSubcommand(new DatasetCommand(context))
            .addSubcommand(new EvaluateCommand(context))
            .setOut(writer(context.out()))
            .setErr(writer(context.err()))
            .setExpandAtFiles(false)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(errors::onParameters)
            .setExecutionExceptionHandler(errors::onExecution);
    int exitCode = commands.execute(args.toArray(String[]::new));
    context.out().flush();
    return context.out().checkError() ? errors.onBrokenOutput(exitCode) : exitCode;
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, /* autoFlush= */ true, StandardCharsets.UTF_8);
  }

  /** Runs {@code correct} without arguments: the samples. */
  @Override
  public Integer call() {
    CommandLine correct =
        Objects.requireNonNull(spec.commandLine().getSubcommands().get("correct"));
    return correct.execute();
  }
}
