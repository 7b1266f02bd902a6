package dev.aligner.onnx.testing;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages a file at random: flipped bits, cut ends, moved blocks, lengths that lie. */
public final class ByteMutations implements Mutations {

  private static final int[] TELLING = {0x00, 0x01, 0x7f, 0x80, 0xff, '"', '{', '[', '.', '/'};

  private final byte[] original;
  private final int[] places;

  private ByteMutations(byte[] original, int[] places) {
    this.original = original;
    this.places = places;
  }

  /** Damages any place of a file. */
  public static ByteMutations of(byte[] original) {
    return new ByteMutations(original, new int[0]);
  }

  /**
   * Damages tags and lengths of a protobuf file above all, not the weights, which are most of it.
   */
  public static ByteMutations ofProto(byte[] original) {
    List<Integer> places = new ArrayList<>();
    isMessage(original, 0, original.length, places);
    return new ByteMutations(original, places.stream().mapToInt(Integer::intValue).toArray());
  }

  @Override
  public byte[] next(Random random) {
    byte[] bytes = original;
    for (int i = 1 + random.nextInt(4); i > 0 && bytes.length > 0; i--) {
      bytes = damage(bytes, random);
    }
    return bytes;
  }

  private byte[] damage(byte[] bytes, Random random) {
    int at = place(bytes, random);
    int end = Math.min(bytes.length, at + 1 + random.nextInt(40));
    return switch (random.nextInt(8)) {
      case 0 -> set(bytes, at, bytes[at] ^ (1 << random.nextInt(8)));
      case 1 -> set(bytes, at, TELLING[random.nextInt(TELLING.length)]);
      case 2 -> set(bytes, at, bytes[at] + 1 + random.nextInt(8));
      case 3 -> Arrays.copyOf(bytes, at);
      case 4 -> splice(bytes, at, new byte[0], end);
      case 5 -> splice(bytes, at, Arrays.copyOfRange(bytes, at, end), at);
      case 6 -> splice(bytes, at, number(random), at + 1);
      default -> splice(bytes, at, block(bytes, random), at);
    };
  }

  private int place(byte[] bytes, Random random) {
    if (places.length > 0 && random.nextInt(8) > 0) {
      return Math.min(places[random.nextInt(places.length)], bytes.length - 1);
    }
    return random.nextInt(bytes.length);
  }

  /** A varint, often a huge one. */
  private static byte[] number(Random random) {
    byte[] number = new byte[1 + random.nextInt(11)];
    random.nextBytes(number);
    for (int i = 0; i < number.length; i++) {
      number[i] = (byte) (i == number.length - 1 ? number[i] & 0x7f : number[i] | 0x80);
    }
    return number;
  }

  private static byte[] block(byte[] bytes, Random random) {
    int from = random.nextInt(bytes.length);
    return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + random.nextInt(200)));
  }

  private static byte[] set(byte[] bytes, int at, int value) {
    byte[] copy = bytes.clone();
    copy[at] = (byte) value;
    return copy;
  }

  /** Puts other bytes in the place of those from one place to another. */
  private static byte[] splice(byte[] bytes, int from, byte[] inner, int to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + inner.length);
    out.write(bytes, 0, from);
    out.writeBytes(inner);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }

  /** Tells whether bytes could be a message, and if so notes where its tags and lengths stand. */
  private static boolean isMessage(byte[] bytes, int from, int to, List<Integer> places) {
    List<Integer> found = new ArrayList<>();
    int at = from;
    while (at < to) {
      int type = bytes[at] & 7;
      if (bytes[at] == 0) {
        return false;
      }
      found.add(at);
      at = afterVarint(bytes, at, to);
      if (at >= to) {
        return false;
      }
      if (type == 0) {
        at = afterVarint(bytes, at, to);
      } else if (type == 2) {
        found.add(at);
        int start = afterVarint(bytes, at, to);
        long length = varint(bytes, at, start);
        if (length < 0 || length > to - start) {
          return false;
        }
        isMessage(bytes, start, start + (int) length, found);
        at = start + (int) length;
      } else {
        at += type == 1 ? 8 : type == 5 ? 4 : to;
      }
    }
    places.addAll(at == to ? found : List.of());
    return at == to;
  }

  private static int afterVarint(byte[] bytes, int at, int to) {
    int end = at;
    while (end < to && bytes[end] < 0) {
      end++;
    }
    return end + 1;
  }

  private static long varint(byte[] bytes, int from, int to) {
    long value = 0;
    for (int i = Math.min(to, from + 9) - 1; i >= from; i--) {
      value = (value << 7) | (bytes[i] & 0x7f);
    }
    return value;
  }
}
