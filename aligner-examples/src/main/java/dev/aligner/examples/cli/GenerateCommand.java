package dev.aligner.examples.cli;

import dev.aligner.internal.jsonl.LineReader;
import dev.aligner.internal.jsonl.UnusableFileException;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.Generation;
import dev.aligner.onnx.GenerationRequest;
import dev.aligner.onnx.OnnxGenerator;
import dev.aligner.onnx.WeightFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code generate}: what a model writes with no template and no segmentation. */
@Command(
    name = "generate",
    description = {
      "Runs the raw model, for comparing implementations.",
      "One of --prompt, --input-ids and --batch tells what it reads.",
      "",
      "A line of the batch is an object with \"prompt\" or \"input_ids\", and maybe"
          + " \"max_new_tokens\"; or just a string; or just a list of ids. For each, a line of JSON"
          + " is printed.",
      ""
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
      names = "--weight-format",
      paramLabel = "FORMAT",
      description =
          "Which graphs are loaded, as fp16, quantized or q4; default: those without suffix.")
  private WeightFormat weightFormat = WeightFormat.AUTO;

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

  @Option(names = "--batch", paramLabel = "IN.jsonl", description = "File of prompts to read.")
  private @Nullable Path batch;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "At most so many tokens are written; default: what the model says.")
  private @Nullable Integer maxNewTokens;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "A prompt that takes longer fails; default: no limit.")
  private @Nullable Double timeout;

  @Mixin private DeviceOption device = new DeviceOption();

  @Mixin private DecodingOptions decoding = new DecodingOptions();

  @Option(names = "--json", description = "Print one JSON object instead of the text.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  GenerateCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    UnaryOperator<GenerationRequest> settings;
    GenerationRequest request;
    try {
      settings = settings();
      request = source();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), CorrectionJson.message(e), e);
    }
    return run(request, settings);
  }

  private int run(@Nullable GenerationRequest request, UnaryOperator<GenerationRequest> settings)
      throws IOException {
    try (LineReader lines = lines();
        OnnxGenerator generator =
            OnnxGenerator.builder(model)
                .weightFormat(weightFormat)
                .device(device.device())
                .build()) {
      if (request == null) {
        return new BatchGeneration(generator, settings, context.out()).run(lines);
      }
      Generation generation = generator.generate(settings.apply(request));
      String text = json ? CorrectionJson.text(CorrectionJson.of(generation)) : generation.text();
      context.out().print(text + "\n");
      return ExitCode.OK;
    } catch (IllegalArgumentException e) {
      throw new UnusableOptionException(e);
    }
  }

  /** Returns what to read, or null for the lines of the batch. */
  private @Nullable GenerationRequest source() {
    int sources = (prompt == null ? 0 : 1) + (inputIds == null ? 0 : 1) + (batch == null ? 0 : 1);
    if (sources != 1) {
      throw new IllegalArgumentException(
          "expected one of --prompt, --input-ids and --batch; found " + sources);
    }
    if (prompt != null) {
      return GenerationRequest.ofPrompt(prompt);
    }
    return inputIds == null ? null : GenerationRequest.ofInputIds(inputIds);
  }

  private LineReader lines() throws IOException {
    if (batch == null) {
      return new LineReader(InputStream.nullInputStream(), 0);
    }
    if (Files.isDirectory(batch)) {
      throw new UnusableFileException(batch, "expected a file, found a directory");
    }
    return new LineReader(Files.newInputStream(batch), JsonlInput.MAX_LINE_BYTES);
  }

  /** Returns what puts the settings into a request; a limit of its own wins. */
  private UnaryOperator<GenerationRequest> settings() {
    Decoding chosen = decoding.decoding();
    Optional<Duration> longest = Optional.ofNullable(timeout).map(GenerateCommand::seconds);
    if (maxNewTokens != null && maxNewTokens < 1) {
      throw new IllegalArgumentException(
          "expected --max-new-tokens of at least 1; found " + maxNewTokens);
    }
    return request -> {
      GenerationRequest decoded = request.withDecoding(chosen);
      GenerationRequest timed = longest.map(decoded::withTimeout).orElse(decoded);
      return maxNewTokens == null ? timed : timed.withMaxNewTokens(maxNewTokens);
    };
  }

  private static Duration seconds(double seconds) {
    if (!(seconds > 0 && seconds < 1e9)) {
      throw new IllegalArgumentException("expected a --timeout above 0; found " + seconds);
    }
    return Duration.ofNanos(Math.max(1, Math.round(seconds * 1e9)));
  }
}
