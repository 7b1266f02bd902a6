package dev.aligner.examples.cli;

import dev.aligner.policy.AcceptanceCheck;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The acceptance checks that have a name on the command line. */
enum AcceptanceName {
  DEFAULTS(AcceptanceCheck.ofDefaults()),
  NONE(AcceptanceCheck.none()),
  REFUSALS(AcceptanceCheck.keepsRefusals()),
  NUMBERS(AcceptanceCheck.keepsNumbers()),
  URLS(AcceptanceCheck.keepsUrls()),
  CODE(AcceptanceCheck.keepsCode());

  @SuppressWarnings("ImmutableEnumChecker") // A check is thread-safe, and these hold no state.
  private final AcceptanceCheck check;

  AcceptanceName(AcceptanceCheck check) {
    this.check = check;
  }

  /** Returns the check of several names. */
  static AcceptanceCheck checkOf(List<AcceptanceName> names) {
    return AcceptanceCheck.all(
        sorted(names).stream().map(name -> name.check).toArray(AcceptanceCheck[]::new));
  }

  /** Returns the names of several as one, the same in whatever order they come. */
  static String nameOf(List<AcceptanceName> names) {
    return sorted(names).stream()
        .map(name -> name.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining("+"));
  }

  /**
   * Puts names in order, each once.
   *
   * @throws IllegalArgumentException if none stands beside others
   */
  private static List<AcceptanceName> sorted(List<AcceptanceName> names) {
    List<AcceptanceName> sorted = names.stream().distinct().sorted().toList();
    if (sorted.contains(NONE) && sorted.size() > 1) {
      throw new IllegalArgumentException("--accept none excludes other checks");
    }
    return sorted;
  }
}
