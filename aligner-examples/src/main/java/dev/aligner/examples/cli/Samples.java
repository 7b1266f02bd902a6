package dev.aligner.examples.cli;

import dev.aligner.internal.jsonl.BadLineException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** The bundled questions and answers, from {@code samples.jsonl}. */
final class Samples {

  private static final String RESOURCE = "/dev/aligner/examples/samples.jsonl";

  private Samples() {}

  /** Reads the samples, in the order of their file. */
  static List<JsonlInput.Item> all() throws IOException {
    InputStream resource = Samples.class.getResourceAsStream(RESOURCE);
    if (resource == null) {
      throw new IllegalStateException("expected the resource " + RESOURCE + ", found none");
    }
    List<JsonlInput.Item> samples = new ArrayList<>();
    try (JsonlInput input = new JsonlInput(resource, Samples::refuse)) {
      for (JsonlInput.Item item = input.next(); item != null; item = input.next()) {
        samples.add(item);
      }
    }
    return samples;
  }

  private static void refuse(long number, BadLineException problem) {
    throw new IllegalStateException(RESOURCE + ":" + number, problem);
  }
}
