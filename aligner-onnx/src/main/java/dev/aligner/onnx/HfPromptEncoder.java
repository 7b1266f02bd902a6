package dev.aligner.onnx;

import dev.aligner.AlignerClosedException;
import dev.aligner.EngineUnavailableException;
import dev.aligner.ModelLoadException;
import dev.aligner.Prompt;
import dev.aligner.PromptEncoder;
import dev.aligner.onnx.internal.lifecycle.ActiveCalls;
import dev.aligner.onnx.internal.tokenize.HfTokenizer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;

/**
 * A {@link PromptEncoder} over the {@code tokenizer.json} of a checkpoint: the ids of transformers,
 * and no question or answer can produce a control token. It loads no model and needs no ONNX
 * Runtime, so that jar may be excluded where nothing else of this module is used.
 *
 * <p>Thread-safe. {@link #close} waits for the prompts that are being encoded.
 */
public final class HfPromptEncoder implements PromptEncoder, AutoCloseable {

  private final HfTokenizer tokenizer;
  private final ActiveCalls calls = new ActiveCalls();

  private HfPromptEncoder(HfTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Opens a tokenizer. Control tokens are those that the file marks as special.
   *
   * @param tokenizerJson the file
   * @return an encoder; the caller closes it
   * @throws ModelLoadException if the file is not the tokenizer.json of a fast tokenizer
   * @throws EngineUnavailableException if the tokenizers' native library cannot run here
   */
  public static HfPromptEncoder open(Path tokenizerJson) {
    Objects.requireNonNull(tokenizerJson, "tokenizerJson");
    return new HfPromptEncoder(HfTokenizer.open(tokenizerJson, Set.of()));
  }

  /**
   * Turns a prompt into ids, with the special tokens that the tokenizer puts around every text.
   *
   * @param prompt the prompt
   * @return the ids, all of them
   * @throws AlignerClosedException if this encoder is closed
   */
  @Override
  public int[] encode(Prompt prompt) {
    Objects.requireNonNull(prompt, "prompt");
    try (ActiveCalls.Call call = calls.enter()) {
      call.check();
      return tokenizer.encode(prompt);
    }
  }

  /** Releases the tokenizer. Closing twice does nothing more. */
  @Override
  public void close() {
    calls.shutDown();
    tokenizer.close();
  }
}
