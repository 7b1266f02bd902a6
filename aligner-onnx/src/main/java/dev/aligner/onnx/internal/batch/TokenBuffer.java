package dev.aligner.onnx.internal.batch;

import dev.aligner.InferenceException;
import dev.aligner.onnx.internal.decode.SearchRequest.TokenListener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one job on their way from the thread that takes the steps to the listener, which
 * hears of them in its own. What is generated a second time is not heard twice. Thread-safe.
 */
final class TokenBuffer {

  private final TokenListener listener;
  private final Queue<Written> waiting = new ArrayDeque<>();

  /** All tokens that were added, by prompt. */
  private final List<List<Integer>> added;

  /** For each prompt how many of them the present generation has come to. */
  private final int[] come;

  TokenBuffer(TokenListener listener, int prompts) {
    this.listener = listener;
    this.added =
        IntStream.range(0, prompts).<List<Integer>>mapToObj(i -> new ArrayList<>()).toList();
    this.come = new int[prompts];
  }

  /** Adds a token that was written. */
  synchronized void add(int prompt, int token) {
    List<Integer> tokens = added.get(prompt);
    int index = come[prompt]++;
    if (index == tokens.size()) {
      tokens.add(token);
      waiting.add(new Written(prompt, token));
    } else if (tokens.get(index) != token) {
      throw new InferenceException(
          "the generation failed and did not come to the same tokens again: expected what its"
              + " listener has heard, found others. Fix: ask again",
          null);
    }
  }

  /** Expects the same tokens once more, from the first one on. */
  synchronized void restart() {
    Arrays.fill(come, 0);
  }

  synchronized boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Lets the listener hear of what was added. */
  void deliver() {
    for (Written next = poll(); next != null; next = poll()) {
      listener.onToken(next.prompt, next.token);
    }
  }

  private synchronized @Nullable Written poll() {
    return waiting.poll();
  }

  /** A token of a prompt. */
  private record Written(int prompt, int token) {}
}
