package dev.aligner.examples;

import dev.aligner.Aligner;
import dev.aligner.ChatModel;
import dev.aligner.onnx.OnnxAligner;

/**
 * Puts an aligner behind a chat client that knows nothing of it: whatever takes a question and
 * returns an answer can be wrapped, and the result is called in the same way.
 */
public final class WrapAnyFunction {

  private WrapAnyFunction() {}

  /** A chat client as an application may have one; its answers are not always polite. */
  static final class GrumpyModel {

    String chat(String question) {
      return "That is a stupid question. " + question.length() + " letters, and not one thought.";
    }
  }

  /**
   * Stacks an aligner on the client.
   *
   * @param aligner the aligner; stays open as long as the returned model is in use
   * @param model the client
   * @return a model whose answers are corrected
   */
  static ChatModel aligned(Aligner aligner, GrumpyModel model) {
    return aligner.wrap(model::chat);
  }

  /**
   * Asks the wrapped client and prints its corrected answer.
   *
   * @param args not used
   */
  public static void main(String[] args) {
    try (Aligner aligner = OnnxAligner.bundled()) {
      ChatModel model = aligned(aligner, new GrumpyModel());
      System.out.println(model.chat("Why is the sky blue?"));
    }
  }
}
