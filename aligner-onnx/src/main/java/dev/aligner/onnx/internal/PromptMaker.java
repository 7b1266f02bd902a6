package dev.aligner.onnx.internal;

import dev.aligner.CorrectionRequest;
import dev.aligner.Prompt;
import dev.aligner.PromptTemplate;
import dev.aligner.onnx.internal.chat.ChatTemplate;
import dev.aligner.onnx.internal.tokenize.HfTokenizer;
import java.util.Optional;

/**
 * Makes prompts as a model was trained on.
 *
 * @param template the text with places for question and answer
 * @param chat what stands around the template's text, if that is a user's turn
 */
public record PromptMaker(PromptTemplate template, Optional<ChatTemplate> chat) {

  /** Returns what the model writes before a correction. */
  String outputPrefix() {
    return template.outputPrefix();
  }

  /** Makes the prompt of an answer; a chat template brings its own special tokens. */
  int[] ids(CorrectionRequest request, HfTokenizer tokenizer) {
    Prompt prompt = template.render(request);
    return chat.isPresent()
        ? tokenizer.encode(chat.get().render(prompt), HfTokenizer.Around.NOTHING)
        : tokenizer.encode(prompt);
  }
}
