package dev.aligner.onnx.internal.session.binding;

import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the code and data of ONNX Runtime's library lie in this process, as Linux tells. A wrong
 * address would end the JVM when it is called or read. Elsewhere nothing is told, and only zero is
 * refused.
 */
final class CodeRange {

  private static final String LIBRARY = "onnxruntime";
  private static final Path MAPS = Path.of("/proc/self/maps");

  private final List<Range> ranges;

  private CodeRange(List<Range> ranges) {
    this.ranges = ranges;
  }

  /** Reads where the library lies now. */
  static CodeRange ofOnnxRuntime() throws BindingUnavailableException {
    if (!Platform.isLinux()) {
      return new CodeRange(List.of());
    }
    try {
      return of(Files.readAllLines(MAPS));
    } catch (IOException e) {
      return new CodeRange(List.of());
    }
  }

  /**
   * Reads the lines of {@code /proc/self/maps}.
   *
   * @throws BindingUnavailableException if none is the library's
   */
  static CodeRange of(List<String> maps) throws BindingUnavailableException {
    List<Range> ranges = new ArrayList<>();
    boolean before = false;
    for (String line : maps) {
      String[] fields = line.strip().split("\\s+", 6);
      boolean named = fields.length == 6 && isLibrary(fields[5]);
      // The library's zeroed data has no name, and lies behind the rest.
      boolean ours = named || (before && fields.length < 6);
      if (ours) {
        int dash = fields[0].indexOf('-');
        ranges.add(
            new Range(
                Long.parseUnsignedLong(fields[0].substring(0, dash), 16),
                Long.parseUnsignedLong(fields[0].substring(dash + 1), 16),
                fields[1].contains("r"),
                named && fields[1].contains("x")));
      }
      before = named;
    }
    if (ranges.isEmpty()) {
      throw new BindingUnavailableException("no library of ONNX Runtime is in the process", null);
    }
    return new CodeRange(ranges);
  }

  private static boolean isLibrary(String path) {
    return path.substring(path.lastIndexOf('/') + 1).contains(LIBRARY);
  }

  /** Refuses an address at which the library has no readable data. */
  void require(String what, long address, long bytes) throws BindingUnavailableException {
    boolean found = ranges.stream().anyMatch(range -> range.reads(address, address + bytes));
    refuseUnless(found, what, address);
  }

  /** Refuses an address at which the library has no code. */
  void requireCode(String what, long address) throws BindingUnavailableException {
    boolean found =
        ranges.stream().anyMatch(range -> range.runs && range.reads(address, address + 1));
    refuseUnless(found, what, address);
  }

  private void refuseUnless(boolean found, String what, long address)
      throws BindingUnavailableException {
    if (address == 0 || !(found || ranges.isEmpty())) {
      throw new BindingUnavailableException(
          what + " of ONNX Runtime's C API does not lie in its library", null);
    }
  }

  private record Range(long from, long to, boolean readable, boolean runs) {

    boolean reads(long first, long end) {
      return readable && first >= from && end <= to;
    }
  }
}
