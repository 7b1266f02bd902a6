package dev.aligner.onnx;

import dev.aligner.LimitExceededException;
import dev.aligner.Prompt;
import dev.aligner.SkipReason;
import dev.aligner.onnx.internal.Engine;
import dev.aligner.onnx.internal.TokenBudget;
import dev.aligner.onnx.internal.decode.DecodedRow;
import dev.aligner.onnx.internal.decode.GreedySearch;
import dev.aligner.onnx.internal.lifecycle.ActiveCalls;
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

  private OnnxGenerator(Engine engine, TokenBudget budget) {
    this.engine = engine;
    this.budget = budget;
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
    return new OnnxGenerator(Engine.open(directory, Device.cpu()), budget);
  }

  /**
   * Writes what follows a prompt, by greedy search.
   *
   * @param request the prompt and the bound for the output
   * @return what the model wrote
   * @throws LimitExceededException if the prompt is longer than the model allows
   * @throws dev.aligner.InferenceException if the engine fails
   * @throws dev.aligner.AlignerClosedException if this generator is closed
   */
  public Generation generate(GenerationRequest request) {
    long start = System.nanoTime();
    try (ActiveCalls.Call call = engine.enter()) {
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
      TokenBudget bounded =
          request.maxNewTokens().isPresent()
              ? budget.withMaxNewTokens(request.maxNewTokens().getAsInt())
              : budget;
      GreedySearch.Result result = engine.generate(List.of(ids), bounded, call);
      DecodedRow row = result.rows().get(0);
      return new Generation(
          row.tokenIds(),
          engine.tokenizer().decode(row.tokenIds()),
          row.finishReason(),
          ids.length,
          result.steps(),
          Duration.ofNanos(System.nanoTime() - start));
    }
  }

  /** Ends running calls and releases the model. Closing twice does nothing more. */
  @Override
  public void close() {
    engine.close();
  }
}
