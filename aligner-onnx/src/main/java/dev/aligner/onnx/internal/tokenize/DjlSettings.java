package dev.aligner.onnx.internal.tokenize;

/**
 * Keeps DJL off the network. Three things of its own would go there: a usage ping when a tokenizer
 * is made, a native library for CUDA when a GPU is found, and models named by a hub id. DJL reads
 * nothing but system properties and environment variables for this, so this class sets the
 * properties, once, before the first class of DJL loads. It is the only class that sets a system
 * property, and leaves alone what the user set, by property or by environment variable:
 *
 * <ul>
 *   <li>{@code ai.djl.offline=true}: no downloads,
 *   <li>{@code OPT_OUT_TRACKING=true}: no usage ping,
 *   <li>{@code RUST_FLAVOR=cpu}: the native library that is in the jar.
 * </ul>
 */
final class DjlSettings {

  private DjlSettings() {}

  /** Sets what the user did not set. */
  static void apply() {
    setUnlessSet("ai.djl.offline", "DJL_OFFLINE", "true");
    setUnlessSet("OPT_OUT_TRACKING", "OPT_OUT_TRACKING", "true");
    setUnlessSet("RUST_FLAVOR", "RUST_FLAVOR", "cpu");
  }

  private static void setUnlessSet(String property, String variable, String value) {
    if (System.getProperty(property) == null && System.getenv(variable) == null) {
      System.setProperty(property, value);
    }
  }
}
