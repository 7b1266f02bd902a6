package dev.aligner.onnx;

import dev.aligner.LimitExceededException;
import dev.aligner.Prompt;
import dev.aligner.SkipReason;
import dev.aligner.onnx.internal.Engine;
import dev.aligner.onnx.internal.TokenBudget;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.DecodedRow;
import dev.aligner.onnx.internal.decode.GreedySearch;
import dev.aligner.onnx.internal.lifecycle.ActiveCalls;
import dev.aligner.onnx.internal.lifecycle.Deadline;
import dev.aligner.onnx.internal.model.ModelDecoding;
import dev.aligner.onnx.internal.model.ModelDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

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
    ModelDirectory directory = ModelDirectory.read(modelDirectory);
    TokenBudget budget = TokenBudget.of(directory, Limits.ofModel());
    return new OnnxGenerator(
        Engine.open(directory, Device.cpu()), budget, directory.config().decoding());
  }

  /**
   * Writes what follows a prompt.
   *
   * @param request the prompt, the bounds for the output, and how to choose tokens
   * @return what the model wrote
   * @throws LimitExceededException if the prompt is longer than the model allows
   * @throws dev.aligner.ModelLoadException if the request leaves the choice of tokens to the model,
   *     and the model's is one that this release cannot do
   * @throws IllegalArgumentException if the request asks for more outputs than beams
   * @throws dev.aligner.InferenceException if the engine fails, or the time is over
   * @throws dev.aligner.AlignerClosedException if this generator is closed
   */
  public Generation generate(GenerationRequest request) {
    long start = System.nanoTime();
    decoding.under(request.decoding());
    try (ActiveCalls.Call call = engine.enter()) {
      Cancellation cancellation =
          request.timeout().<Cancellation>map(t -> Deadline.after(t, call)).orElse(call);
      int[] ids = ids(request);
      TokenBudget bounded =
          request.maxNewTokens().isPresent()
              ? budget.withMaxNewTokens(request.maxNewTokens().getAsInt())
              : budget;
      GreedySearch.Result result = engine.generate(List.of(ids), bounded, cancellation);
      return new Generation(
          result.rows().stream().map(this::sequence).toList(),
          ids.length,
          result.steps(),
          Duration.ofNanos(System.nanoTime() - start));
    }
  }

  /**
   * Writes what follows each of several prompts.
   *
   * @param requests the requests, each as for {@link #generate}
   * @return what the model wrote, in the order of the requests
   * @throws RuntimeException what {@link #generate} throws of any of them; nothing is returned then
   */
  public List<Generation> generateAll(List<GenerationRequest> requests) {
    return List.copyOf(requests).stream().map(this::generate).toList();
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

  /** Ends running calls and releases the model. Closing twice does nothing more. */
  @Override
  public void close() {
    engine.close();
  }
}
