package dev.aligner.langchain4j;

import dev.aligner.CancellationToken;
import dev.langchain4j.model.chat.response.StreamingHandle;
import org.jspecify.annotations.Nullable;

/** Cancels an upstream model's stream and the correction of it. Thread-safe. */
final class AligningHandle implements StreamingHandle {

  private final CancellationToken token;
  private final Runnable afterwards;
  private volatile @Nullable StreamingHandle upstream;

  AligningHandle(CancellationToken token, Runnable afterwards) {
    this.token = token;
    this.afterwards = afterwards;
  }

  /** What an upstream model that cannot cancel throws passes through, and the stream goes on. */
  @Override
  public void cancel() {
    StreamingHandle known = upstream;
    if (known != null) {
      known.cancel();
    }
    token.cancel();
    afterwards.run();
  }

  @Override
  public boolean isCancelled() {
    StreamingHandle known = upstream;
    return token.isCancelled() || (known != null && known.isCancelled());
  }

  /** Takes the upstream model's handle, which comes with each of its calls. */
  void over(@Nullable StreamingHandle handle) {
    if (handle != null) {
      upstream = handle;
    }
  }

  /** Tells whether the upstream model has given a handle. */
  boolean isOverAny() {
    return upstream != null;
  }

  /** Cancels the upstream model's stream, if it can, since nobody hears of it any more. */
  void cancelUpstream() {
    StreamingHandle known = upstream;
    if (known != null) {
      try {
        known.cancel();
      } catch (RuntimeException e) {
        // It goes on, and what it says is ignored.
        upstream = null;
      }
    }
  }
}
