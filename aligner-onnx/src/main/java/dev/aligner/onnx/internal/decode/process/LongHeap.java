package dev.aligner.onnx.internal.decode.process;

/**
 * A heap of longs, the least first. Taking the first few of many out of it costs far less than
 * sorting all. A key holds a score above and an id below, so that it orders by score and then by
 * id.
 *
 * <p>Not thread-safe.
 */
final class LongHeap {

  private long[] keys = new long[0];
  private int size;

  /**
   * Returns the key of a score and an id.
   *
   * @param score the score; NaN is above all others, and the two zeros are one
   * @param id the id
   * @return a key that is lower for a lower score, and for a lower id among equal scores
   */
  static long key(float score, int id) {
    int bits = Float.floatToIntBits(score + 0.0f);
    return (long) (bits ^ ((bits >> 31) & Integer.MAX_VALUE)) << 32 | (id & 0xFFFF_FFFFL);
  }

  /** Returns the id in a key. */
  static int id(long key) {
    return (int) key;
  }

  /** Returns the score in a key. */
  static float score(long key) {
    int bits = (int) (key >> 32);
    return Float.intBitsToFloat(bits ^ ((bits >> 31) & Integer.MAX_VALUE));
  }

  /** Empties the heap and makes room. */
  void clear(int capacity) {
    if (keys.length < capacity) {
      keys = new long[capacity];
    }
    size = 0;
  }

  /** Appends a key where there is room; {@link #order} is to follow. */
  void append(long key) {
    keys[size++] = key;
  }

  /** Orders what was appended. */
  void order() {
    for (int i = size / 2 - 1; i >= 0; i--) {
      sink(i, keys[i]);
    }
  }

  int size() {
    return size;
  }

  /** Returns a key by its place in the heap; the least stands at 0, the others in no order. */
  long get(int place) {
    return keys[place];
  }

  /** Takes the least key out of a heap that is not empty. */
  long poll() {
    long least = keys[0];
    long last = keys[--size];
    if (size > 0) {
      sink(0, last);
    }
    return least;
  }

  /** Puts a key in the place of the least one. */
  void replaceLeast(long key) {
    sink(0, key);
  }

  private void sink(int from, long key) {
    int place = from;
    for (int child = 2 * place + 1; child < size; child = 2 * place + 1) {
      if (child + 1 < size && keys[child + 1] < keys[child]) {
        child++;
      }
      if (keys[child] >= key) {
        break;
      }
      keys[place] = keys[child];
      place = child;
    }
    keys[place] = key;
  }
}
