package dev.aligner;

/**
 * Turns prompts into token ids, so that an engine that takes ids never parses text. Whoever
 * implements it keeps the promise of {@link Prompt}: only characters of {@link
 * Prompt.Source#TEMPLATE} may become control tokens.
 *
 * <p>Implementations are thread-safe. {@code HfPromptEncoder} of {@code aligner-onnx} is one over a
 * {@code tokenizer.json}.
 */
@FunctionalInterface
public interface PromptEncoder {

  /**
   * Turns a prompt into ids.
   *
   * @param prompt the prompt
   * @return all of the ids the model reads, with the special tokens that it expects around a text;
   *     nothing is cut off
   */
  int[] encode(Prompt prompt);
}
