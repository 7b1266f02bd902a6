package dev.aligner;

/**
 * Hears of an answer that comes in parts. The calls come one after the other, and the last of them
 * is either {@link #onComplete} or {@link #onError}, once.
 */
public interface StreamHandler {

  /**
   * Hears of the next part of the answer.
   *
   * @param part the part, not empty; all parts put together are the answer
   */
  void onText(String part);

  /** Hears that the answer is complete. */
  void onComplete();

  /**
   * Hears that the answer will not be completed; what was heard of it until then is no answer.
   *
   * @param error what failed; {@link CancelledException} if the stream was cancelled
   */
  void onError(Throwable error);
}
