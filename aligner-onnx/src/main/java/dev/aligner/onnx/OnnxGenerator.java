package dev.aligner.onnx;

import dev.aligner.LimitExceededException;
import dev.aligner.Prompt;
import dev.aligner.SkipReason;
import dev.aligner.onnx.internal.Engine;
import dev.aligner.onnx.internal.GenerationSettings;
import dev.aligner.onnx.internal.TokenBudget;
import dev.aligner.onnx.internal.Written;
import dev.aligner.onnx.internal.decode.DecodedRow;
import dev.aligner.onnx.internal.decode.SearchRequest.TokenListener;
import dev.aligner.onnx.internal.lifecycle.ActiveCalls;
import dev.aligner.onnx.internal.model.ModelDecoding;
import dev.aligner.onnx.internal.model.ModelDirectory;
import dev.aligner.onnx.internal.session.Residency;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The raw model: a prompt goes in, tokens come out, without template or segmentation. It is what
 * {@code generate} of transformers is, for checking one against the other; {@link OnnxAligner} is
 * what an application wants. Thread-safe.
 */
public final class OnnxGenerator implements AutoCloseable {

  private final Engine engine;
  private final TokenBudget budget;
  private final ModelDecoding decoding;

  private OnnxGenerator(Engine engine, TokenBudget budget, ModelDecoding decoding) {
    this.engine = engine;
    this.budget = budget;
    this.decoding = decoding;
  }

  /**
   * Loads a model on the CPU.
   *
   * @param modelDirectory what the Hugging Face exporters write
   * @return the generator; the caller closes it
   * @throws dev.aligner.ModelLoadException if the directory is not a model that this release can
   *     run
   * @throws dev.aligner.EngineUnavailableException if the native libraries cannot run here
   */
  public static OnnxGenerator open(Path modelDirectory) {
    return open(modelDirectory, WeightFormat.AUTO);
  }

  /**
   * Loads a model on the CPU.
   *
   * @param modelDirectory what the Hugging Face exporters write
   * @param format which graphs are loaded where the directory holds several
   * @return the generator; the caller closes it
   * @throws dev.aligner.ModelLoadException if the directory is not a model that this release can
   *     run
   * @throws dev.aligner.EngineUnavailableException if the native libraries cannot run here
   */
  public static OnnxGenerator open(Path modelDirectory, WeightFormat format) {
    return open(modelDirectory, format, List.of());
  }

  /**
   * Loads a model on the CPU, and LoRA adapters that requests may choose from.
   *
   * @param modelDirectory what the exporters write
   * @param format which graphs are loaded where the directory holds several
   * @param adapters the adapters, of different names
   * @return the generator; the caller closes it
   * @throws dev.aligner.ModelLoadException if the directory is not a model that this release can
   *     run, or a file is no adapter of it
   * @throws IllegalArgumentException if two adapters have one name
   * @throws dev.aligner.EngineUnavailableException if the native libraries cannot run here
   */
  public static OnnxGenerator open(
      Path modelDirectory, WeightFormat format, List<LoraAdapter> adapters) {
    Builder builder = builder(modelDirectory).weightFormat(format);
    adapters.forEach(builder::loraAdapter);
    return builder.build();
  }

  /**
   * Starts a generator over a model directory.
   *
   * @param modelDirectory what the exporters write
   * @return a builder; nothing is read before {@link Builder#build}
   */
  public static Builder builder(Path modelDirectory) {
    return new Builder(modelDirectory);
  }

  /**
   * Writes what follows a prompt.
   *
   * @param request the prompt, the bounds for the output, and how to choose tokens
   * @return what the model wrote
   * @throws LimitExceededException if the prompt is longer than the model allows
   * @throws dev.aligner.ModelLoadException if the request leaves the choice of tokens to the model,
   *     and the model's is one that this release cannot do
   * @throws IllegalArgumentException if the request asks for more outputs than beams, or for a LoRA
   *     adapter that is not there
   * @throws dev.aligner.InferenceException if the engine fails
   * @throws dev.aligner.DeadlineExceededException if the time of the request is over
   * @throws dev.aligner.AlignerClosedException if this generator is closed
   */
  public Generation generate(GenerationRequest request) {
    return generate(List.of(request), request.timeout()).get(0);
  }

  /**
   * Writes what follows each of several prompts, those of equal settings several at a time where
   * that changes nothing. The duration of a generation is that of all that were written together.
   *
   * @param requests the requests, each as for {@link #generate}
   * @return what the model wrote, in the order of the requests
   * @throws RuntimeException what {@link #generate} throws of any of them; nothing is returned then
   */
  public List<Generation> generateAll(List<GenerationRequest> requests) {
    Map<Settings, List<Integer>> alike = new LinkedHashMap<>();
    Generation[] all = new Generation[requests.size()];
    for (int i = 0; i < all.length; i++) {
      GenerationRequest request = requests.get(i);
      if (request.timeout().isPresent()) {
        all[i] = generate(request);
      } else {
        alike
            .computeIfAbsent(
                new Settings(
                    request.decoding(),
                    request.drafting(),
                    request.maxNewTokens(),
                    request.loraAdapter()),
                unseen -> new ArrayList<>())
            .add(i);
      }
    }
    for (List<Integer> group : alike.values()) {
      List<Generation> together =
          generate(group.stream().map(requests::get).toList(), Optional.empty());
      for (int i = 0; i < together.size(); i++) {
        all[group.get(i)] = together.get(i);
      }
    }
    return List.of(all);
  }

  /** Writes what follows prompts of equal settings. */
  private List<Generation> generate(List<GenerationRequest> requests, Optional<Duration> timeout) {
    long start = System.nanoTime();
    GenerationRequest first = requests.get(0);
    Optional<String> adapter = first.loraAdapter().map(engine::requireLoraAdapter);
    Decoding chosen = decoding.under(first.decoding());
    TokenBudget bounded =
        first.maxNewTokens().isPresent()
            ? budget.withMaxNewTokens(first.maxNewTokens().getAsInt())
            : budget;
    try (ActiveCalls.Call call = engine.enter(timeout, Optional.empty())) {
      List<int[]> prompts = requests.stream().map(this::ids).toList();
      List<Written> result =
          engine.generate(
              prompts,
              requests.stream().map(GenerationRequest::draft).toList(),
              new GenerationSettings(chosen, bounded, first.drafting(), adapter),
              TokenListener.NONE,
              call);
      Duration duration = Duration.ofNanos(System.nanoTime() - start);
      return IntStream.range(0, prompts.size())
          .mapToObj(
              i ->
                  new Generation(
                      result.get(i).outputs().stream().map(this::sequence).toList(),
                      prompts.get(i).length,
                      result.get(i).steps(),
                      result.get(i).best().drafts(),
                      duration))
          .toList();
    }
  }

  private int[] ids(GenerationRequest request) {
    Prompt prompt = request.prompt();
    int[] ids = prompt == null ? request.inputIds() : engine.tokenizer().encode(prompt);
    if (ids.length > budget.maxPromptTokens()) {
      throw new LimitExceededException(
          SkipReason.PROMPT_TOO_LONG,
          budget.maxPromptTokens(),
          "the prompt is too long: expected at most "
              + budget.maxPromptTokens()
              + " tokens, found "
              + ids.length
              + ". Fix: shorten it");
    }
    return ids;
  }

  private GeneratedSequence sequence(DecodedRow row) {
    return new GeneratedSequence(
        row.tokenIds(), engine.tokenizer().decode(row.tokenIds()), row.finishReason(), row.score());
  }

  /** What requests that are written together have in common. */
  private record Settings(
      Decoding decoding,
      Drafting drafting,
      OptionalInt maxNewTokens,
      Optional<String> loraAdapter) {}

  /** Ends running calls and releases the model. Closing twice does nothing more. */
  @Override
  public void close() {
    engine.close();
  }

  /**
   * Collects settings for an {@link OnnxGenerator}; all are optional. Not thread-safe. It stays
   * usable after {@link #build}.
   */
  public static final class Builder {

    private final Path modelDirectory;
    private final List<LoraAdapter> loraAdapters = new ArrayList<>();
    private Device device = Device.cpu();
    private Residency residency = Residency.AUTO;
    private WeightFormat weightFormat = WeightFormat.AUTO;
    private Batching batching = Batching.auto();

    private Builder(Path modelDirectory) {
      this.modelDirectory = Objects.requireNonNull(modelDirectory, "modelDirectory");
    }

    /**
     * Sets where the model runs. Default: {@link Device#cpu()}.
     *
     * @param device the device
     * @return this builder
     */
    public Builder device(Device device) {
      this.device = Objects.requireNonNull(device, "device");
      return this;
    }

    /** Sets where caches lie, for tests. */
    Builder residency(Residency chosen) {
      this.residency = chosen;
      return this;
    }

    /**
     * Sets which graphs are loaded where the directory holds several. Default: {@link
     * WeightFormat#AUTO}.
     *
     * @param format the format
     * @return this builder
     */
    public Builder weightFormat(WeightFormat format) {
      this.weightFormat = Objects.requireNonNull(format, "format");
      return this;
    }

    /**
     * Sets whether several prompts are decoded at once. Default: {@link Batching#auto()}.
     *
     * @param batching the batching
     * @return this builder
     */
    public Builder batching(Batching batching) {
      this.batching = Objects.requireNonNull(batching, "batching");
      return this;
    }

    /**
     * Adds a LoRA adapter that requests may choose. Default: none. May be called several times.
     *
     * @param adapter the adapter
     * @return this builder
     * @throws IllegalArgumentException if there is one of that name already
     */
    public Builder loraAdapter(LoraAdapter adapter) {
      LoraAdapter.requireNew(loraAdapters, adapter);
      loraAdapters.add(adapter);
      return this;
    }

    /**
     * Loads the model.
     *
     * @return a generator; the caller closes it
     * @throws dev.aligner.ModelLoadException if the directory is not a model that this release can
     *     run, or a file is no adapter of it
     * @throws dev.aligner.EngineUnavailableException if the native libraries cannot run here, or
     *     the device is a GPU that does not start; the message tells what is missing and how to add
     *     it
     */
    public OnnxGenerator build() {
      ModelDirectory directory = ModelDirectory.read(modelDirectory, weightFormat);
      Engine engine = Engine.open(directory, device, batching, loraAdapters, residency);
      TokenBudget budget = TokenBudget.of(directory, engine.isEncoderDecoder(), Limits.ofModel());
      return new OnnxGenerator(engine, budget, directory.config().decoding());
    }
  }
}
