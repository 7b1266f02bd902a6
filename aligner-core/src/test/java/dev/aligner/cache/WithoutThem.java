package dev.aligner.cache;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.policy.AlignmentPolicy;
import java.util.function.Supplier;

/** Uses what needs neither Caffeine nor Micrometer. */
public final class WithoutThem implements Supplier<String> {

  @Override
  public String get() {
    Aligner shouting = request -> Correction.of(request, request.answer() + "!");
    return shouting.wrap(query -> "yes", AlignmentPolicy.ofDefaults()).chat("question");
  }
}
