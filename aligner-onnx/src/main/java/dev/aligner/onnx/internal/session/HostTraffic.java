package dev.aligner.onnx.internal.session;

/**
 * What the runs of a model took from memory that Java sees, and left there. On a GPU all of it goes
 * over the bus.
 *
 * @param fed bytes of ids, masks and positions, which Java made
 * @param scored bytes of best ids or logits, which Java read
 * @param cached bytes of caches and of what the encoder gave; 0 if they stay on the device
 */
public record HostTraffic(long fed, long scored, long cached) {

  /**
   * Returns what was added since an earlier count.
   *
   * @param earlier the earlier count
   * @return the difference
   */
  public HostTraffic since(HostTraffic earlier) {
    return new HostTraffic(fed - earlier.fed, scored - earlier.scored, cached - earlier.cached);
  }
}
