package dev.aligner.benchmarks;

import java.util.OptionalInt;

/**
 * What an engine wrote and what it took.
 *
 * @param steps the runs of the decoder, if the engine tells
 */
record Answer(int[] ids, double millis, OptionalInt steps, int drafted, int accepted) {

  static Answer ofPeer(int[] ids, double millis) {
    return new Answer(ids, millis, OptionalInt.empty(), 0, 0);
  }
}
