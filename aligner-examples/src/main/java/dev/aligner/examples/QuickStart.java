package dev.aligner.examples;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.onnx.OnnxAligner;

/** The shortest program that corrects an answer: the bundled model, one question, one answer. */
public final class QuickStart {

  private QuickStart() {}

  /**
   * Corrects an answer and prints what to show.
   *
   * @param args not used
   */
  public static void main(String[] args) {
    try (Aligner aligner = OnnxAligner.bundled()) {
      Correction correction =
          aligner.correct(
              "How long do I boil an egg?", "Eight minutes, you idiot. Then cool it in water.");
      System.out.println(correction.text());
    }
  }
}
