package dev.aligner.onnx.internal.decode;

import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * The tokens of one row: what the decoder began with and what was written since. Not thread-safe.
 */
final class TokenSequence {

  private static final int ROOM = 32;

  private final int promptLength;
  private int[] ids;
  private int length;

  /**
   * Begins a row.
   *
   * @param prompt what the decoder reads first
   */
  TokenSequence(int[] prompt) {
    this.promptLength = prompt.length;
    this.ids = Arrays.copyOf(prompt, prompt.length + ROOM);
    this.length = prompt.length;
  }

  void append(int token) {
    makeRoom(length + 1);
    ids[length++] = token;
  }

  /** Becomes another sequence of the same prompt with one more token. */
  void become(TokenSequence parent, int token) {
    makeRoom(parent.length + 1);
    System.arraycopy(parent.ids, promptLength, ids, promptLength, parent.written());
    ids[parent.length] = token;
    length = parent.length + 1;
  }

  /** Returns how many tokens were written. */
  int written() {
    return length - promptLength;
  }

  /** Returns one of the tokens that were written, the last one at 0, the one before it at 1. */
  int fromEnd(int index) {
    return ids[length - 1 - index];
  }

  /** Returns one of all tokens, those that the decoder read first included. */
  int at(int index) {
    return ids[index];
  }

  /** Returns a copy of what was written. */
  int[] writtenIds() {
    return Arrays.copyOfRange(ids, promptLength, length);
  }

  /** Returns a copy of what was written, and one token after it. */
  int[] writtenIdsWith(int token) {
    int[] copy = Arrays.copyOfRange(ids, promptLength, length + 1);
    copy[copy.length - 1] = token;
    return copy;
  }

  /** Returns all that the decoder has read, a view that holds until the next change. */
  IntBuffer inputIds() {
    return IntBuffer.wrap(ids, 0, length);
  }

  private void makeRoom(int needed) {
    if (needed > ids.length) {
      ids = Arrays.copyOf(ids, Math.max(needed, length + Math.max(ROOM, length / 2)));
    }
  }
}
