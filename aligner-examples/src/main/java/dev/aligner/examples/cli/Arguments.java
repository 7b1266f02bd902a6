package dev.aligner.examples.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Reads the arguments of the process as UTF-8. Java decodes them by the locale, and in a locale
 * without one, as in most containers, an accent or a Chinese character in a question would reach
 * the model as a question mark.
 */
final class Arguments {

  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  private Arguments() {}

  /**
   * Returns the arguments as they were typed, where the operating system tells them.
   *
   * @param args the arguments as Java decoded them
   * @return as many arguments
   */
  static List<String> asUtf8(String[] args) {
    String encoding = System.getProperty("sun.jnu.encoding", "UTF-8").toUpperCase(Locale.ROOT);
    if (encoding.equals("UTF-8") || !Files.isReadable(COMMAND_LINE)) {
      return List.of(args);
    }
    try {
      return last(args, new String(Files.readAllBytes(COMMAND_LINE), StandardCharsets.UTF_8));
    } catch (IOException e) {
      return List.of(args);
    }
  }

  /**
   * Takes the last arguments of a command line.
   *
   * @param args the arguments as Java decoded them
   * @param commandLine all arguments of the process, a NUL behind each
   */
  static List<String> last(String[] args, String commandLine) {
    List<String> all = List.of(commandLine.split("\0", -1));
    int end = all.size() - 1;
    return end < args.length ? List.of(args) : all.subList(end - args.length, end);
  }
}
