package dev.aligner.remote.internal;

import dev.aligner.FinishReason;
import dev.aligner.remote.RemoteProtocolException;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Puts the events of a stream together. Not thread-safe. */
final class StreamedCompletion {

  private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};

  private final String host;
  private final Consumer<String> onText;
  private final StringBuilder text = new StringBuilder();
  private @Nullable FinishReason finishReason;
  private OptionalInt promptTokens = OptionalInt.empty();
  private OptionalInt outputTokens = OptionalInt.empty();

  StreamedCompletion(String host, Consumer<String> onText) {
    this.host = host;
    this.onText = onText;
  }

  /**
   * Adds an event.
   *
   * @param data its data
   * @return true if it says that there is no other
   */
  boolean onEvent(byte[] data) {
    if (Arrays.equals(data, DONE)) {
      return true;
    }
    CompletionJson json = CompletionJson.read(data, host);
    if (json.hasChoice()) {
      String part = json.text();
      if (!part.isEmpty()) {
        text.append(part);
        onText.accept(part);
      }
      json.finishReason().ifPresent(reason -> finishReason = reason);
    }
    promptTokens = json.promptTokens().isPresent() ? json.promptTokens() : promptTokens;
    outputTokens = json.outputTokens().isPresent() ? json.outputTokens() : outputTokens;
    return false;
  }

  /**
   * Ends the stream.
   *
   * @return the completion
   * @throws RemoteProtocolException if the model had not stopped
   */
  Completion finish() {
    FinishReason reason = finishReason;
    if (reason == null) {
      throw new RemoteProtocolException(
          host,
          "a stream that ends with a finish_reason",
          "one that ends before it",
          "look into the log of the server, and of a proxy before it, which cut the stream off");
    }
    return new Completion(text.toString(), reason, promptTokens, outputTokens);
  }
}
