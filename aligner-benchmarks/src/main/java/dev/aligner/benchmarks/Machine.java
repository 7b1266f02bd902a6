package dev.aligner.benchmarks;

import ai.onnxruntime.OrtEnvironment;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/** What a figure was measured on. */
final class Machine {

  private Machine() {}

  static void print() {
    System.out.printf(
        Locale.ROOT,
        "%s %s, %d cores, Java %s, ONNX Runtime %s%n",
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version(),
        OrtEnvironment.getEnvironment().getVersion());
    printLoad();
  }

  /** Figures of a busy machine are worth little; the reader is to know. */
  static void printLoad() {
    System.out.printf(
        Locale.ROOT,
        "Load of the machine: %.2f%n",
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }
}
