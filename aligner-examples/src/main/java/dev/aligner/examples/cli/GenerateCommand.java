package dev.aligner.examples.cli;

import dev.aligner.onnx.Generation;
import dev.aligner.onnx.GenerationRequest;
import dev.aligner.onnx.OnnxGenerator;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code generate}: what a model writes with no template and no segmentation. */
@Command(
    name = "generate",
    description = {
      "Runs the raw model, for comparing implementations.",
      "Either --prompt or --input-ids tells what it reads."
    },
    mixinStandardHelpOptions = true,
    versionProvider = AlignerCli.Version.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      AlignerCli.EXIT_OK,
      "  1:the prompt is too long, or the model failed",
      AlignerCli.EXIT_UNUSABLE
    })
final class GenerateCommand implements Callable<Integer> {

  private final CliContext context;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Directory of the exported model.")
  private Path model = Path.of("");

  @Option(
      names = "--prompt",
      parameterConsumer = Verbatim.class,
      paramLabel = "TEXT",
      description = "Text to tokenize and read.")
  private @Nullable String prompt;

  @Option(
      names = "--input-ids",
      split = ",",
      paramLabel = "ID",
      description = "Token ids to read, as they are.")
  private int @Nullable [] inputIds;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "At most so many tokens are written; default: what the model says.")
  private @Nullable Integer maxNewTokens;

  @Option(names = "--json", description = "Print one JSON object instead of the text.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  GenerateCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    GenerationRequest request = request();
    try (OnnxGenerator generator = OnnxGenerator.open(model)) {
      Generation generation = generator.generate(request);
      String text = json ? CorrectionJson.text(CorrectionJson.of(generation)) : generation.text();
      context.out().print(text + "\n");
    }
    return ExitCode.OK;
  }

  private GenerationRequest request() {
    try {
      GenerationRequest request = source();
      return maxNewTokens == null ? request : request.withMaxNewTokens(maxNewTokens);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), CorrectionJson.message(e), e);
    }
  }

  private GenerationRequest source() {
    if (prompt != null && inputIds == null) {
      return GenerationRequest.ofPrompt(prompt);
    }
    if (prompt == null && inputIds != null) {
      return GenerationRequest.ofInputIds(inputIds);
    }
    throw new IllegalArgumentException("expected either --prompt or --input-ids");
  }
}
