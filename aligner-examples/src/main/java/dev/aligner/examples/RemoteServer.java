package dev.aligner.examples;

import dev.aligner.Aligner;
import dev.aligner.ChatModel;
import dev.aligner.PromptTemplate;
import dev.aligner.onnx.HfPromptEncoder;
import dev.aligner.remote.RemoteAligner;
import java.net.URI;
import java.nio.file.Path;

/**
 * Corrects with an Aligner that is too large for this JVM, on a server of vLLM or llama.cpp: the
 * same interface, so the decorator and the rest of the application do not change. Prompts go there
 * as token ids, so no answer can give the server's model orders.
 */
public final class RemoteServer {

  private RemoteServer() {}

  /**
   * Opens an aligner of 7B over a server.
   *
   * @param server the server's address, such as {@code http://127.0.0.1:8000}
   * @param model the name it serves the model under
   * @param encoder the model's tokenizer; stays open as long as the aligner
   * @return the aligner
   */
  static Aligner open(URI server, String model, HfPromptEncoder encoder) {
    return RemoteAligner.builder(server, model)
        .template(PromptTemplate.ALIGNER_V1)
        .promptEncoder(encoder)
        .build();
  }

  /**
   * Asks the wrapped client and prints its corrected answer.
   *
   * @param args the server's address, the model's name, and the path of its tokenizer.json
   */
  public static void main(String[] args) {
    try (HfPromptEncoder encoder = HfPromptEncoder.open(Path.of(args[2]));
        Aligner aligner = open(URI.create(args[0]), args[1], encoder)) {
      WrapAnyFunction.GrumpyModel model = new WrapAnyFunction.GrumpyModel();
      ChatModel aligned = aligner.wrap(model::chat);
      System.out.println(aligned.chat("Why is the sky blue?"));
    }
  }
}
