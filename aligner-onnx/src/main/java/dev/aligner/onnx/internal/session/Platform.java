package dev.aligner.onnx.internal.session;

import dev.aligner.EngineUnavailableException;
import java.util.Locale;
import java.util.Set;

/** The platforms for which both ONNX Runtime and the tokenizers ship native libraries. */
final class Platform {

  static final Set<String> SUPPORTED =
      Set.of("linux-x64", "linux-aarch64", "macos-aarch64", "windows-x64");

  private Platform() {}

  /**
   * Checks this machine.
   *
   * @throws EngineUnavailableException if there are no native libraries for it and the user names
   *     no folder with his own
   */
  static void check(String osName, String osArch, boolean ownNatives) {
    String found = name(osName, osArch);
    if (!ownNatives && !SUPPORTED.contains(found)) {
      throw new EngineUnavailableException(
          "No native libraries for this platform: found "
              + found
              + ", expected one of "
              + SUPPORTED.stream().sorted().toList()
              + ". Fix: run on one of these, or name a folder with your own build of ONNX Runtime"
              + " by -Donnxruntime.native.path=...",
          null);
    }
  }

  static String name(String osName, String osArch) {
    String os = osName.toLowerCase(Locale.ROOT);
    String arch = osArch.toLowerCase(Locale.ROOT);
    String family =
        os.startsWith("windows")
            ? "windows"
            : os.startsWith("mac") ? "macos" : os.startsWith("linux") ? "linux" : os;
    return family
        + "-"
        + switch (arch) {
          case "amd64", "x86_64" -> "x64";
          case "arm64" -> "aarch64";
          default -> arch;
        };
  }
}
