package dev.aligner.policy;

import dev.aligner.InferenceException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Gives text to its reader while it is written, and remembers what it gave. Not thread-safe. */
final class LiveText implements Consumer<String> {

  private final Consumer<String> onText;
  private final StringBuilder shown = new StringBuilder();
  private @Nullable RuntimeException thrown;

  LiveText(Consumer<String> onText) {
    this.onText = onText;
  }

  @Override
  public void accept(String part) {
    if (part.isEmpty()) {
      return;
    }
    shown.append(part);
    try {
      onText.accept(part);
    } catch (RuntimeException e) {
      thrown = e;
      throw e;
    }
  }

  /** Gives what an aligner returned and did not show. */
  void finish(String text) {
    if (!text.startsWith(shown.toString())) {
      throw new InferenceException(
          "the aligner broke its contract: expected parts that make up its correction; found "
              + shown.length()
              + " characters of another text",
          null);
    }
    accept(text.substring(shown.length()));
  }

  boolean begun() {
    return shown.length() > 0;
  }

  /** Returns what the reader threw, or null. */
  @Nullable RuntimeException thrown() {
    return thrown;
  }
}
