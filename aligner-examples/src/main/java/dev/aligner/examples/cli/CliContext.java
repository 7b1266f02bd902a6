package dev.aligner.examples.cli;

import dev.aligner.Aligner;
import dev.aligner.PromptTemplate;
import dev.aligner.onnx.OnnxAligner;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What the commands need of the world around them; tests bring their own.
 *
 * @param out takes the results, in UTF-8
 * @param err takes everything else
 * @param viewer whether a person looks on
 * @param aligners opens the aligner to use
 */
record CliContext(PrintStream out, PrintStream err, Viewer viewer, Aligners aligners) {

  /** Who looks on. */
  enum Viewer {
    TERMINAL,
    NOBODY
  }

  /** Opens aligners. */
  @FunctionalInterface
  interface Aligners {

    /**
     * Opens an aligner; the caller closes it.
     *
     * @param model which model, and with which template
     */
    Aligner open(ModelOptions model);
  }

  /** Returns the world of a process: its streams, its terminal, real models. */
  static CliContext ofProcess() {
    return new CliContext(
        new PrintStream(System.out, /* autoFlush= */ false, StandardCharsets.UTF_8),
        System.err,
        Progress.isTerminal() ? Viewer.TERMINAL : Viewer.NOBODY,
        CliContext::openOnnx);
  }

  private static Aligner openOnnx(ModelOptions model) {
    if (model.directory() == null && model.bundled().isEmpty()) {
      return OnnxAligner.bundled(model.bundledName()); // which says what is wrong
    }
    try {
      return builder(model)
          .weightFormat(model.weightFormat())
          .device(model.device())
          .decoding(model.decoding())
          .drafting(model.drafting())
          .build();
    } catch (IllegalArgumentException e) {
      throw new UnusableOptionException(e);
    }
  }

  private static OnnxAligner.Builder builder(ModelOptions model) {
    Path directory = model.directory();
    if (directory == null) {
      return OnnxAligner.builder(model.bundled().orElseThrow());
    }
    OnnxAligner.Builder builder = OnnxAligner.builder(directory);
    PromptTemplate template = model.template();
    return template == null ? builder : builder.template(template);
  }
}
