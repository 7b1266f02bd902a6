package dev.aligner.examples;

import dev.aligner.Aligner;
import dev.aligner.ChatModel;
import dev.aligner.audit.ArmReport;
import dev.aligner.audit.AuditLog;
import dev.aligner.audit.AuditReport;
import dev.aligner.onnx.OnnxAligner;
import dev.aligner.policy.AlignmentPolicy;
import dev.aligner.policy.Arm;
import dev.aligner.policy.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Tries an aligner in production without showing anybody what it writes: every answer is shown as
 * it is, at once, and what the aligner would have made of it goes to an audit log.
 */
public final class ShadowMode {

  private static final List<String> QUESTIONS =
      List.of("How long do I boil an egg?", "Where is the station?", "Is it far?");

  private ShadowMode() {}

  /**
   * Stacks an aligner on a model, in the shadow.
   *
   * @param aligner the aligner that is tried
   * @param model the model in service
   * @param beside runs the corrections
   * @param log hears of them
   * @return a model that answers as {@code model} does
   */
  static ChatModel shadowed(
      Aligner aligner, ChatModel model, ExecutorService beside, AuditLog log) {
    AlignmentPolicy policy =
        AlignmentPolicy.builder()
            .mode(Mode.shadow(beside).withMaxPending(100))
            .timeout(Duration.ofSeconds(30))
            .listener(log)
            .build();
    return aligner.wrap(model, policy);
  }

  /**
   * Answers a few questions, and tells what the audit log says of them.
   *
   * @param aligner the aligner that is tried
   * @param model the model in service
   * @param file the audit log
   * @return the report
   * @throws IOException if the log cannot be read
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  static ArmReport tryOut(Aligner aligner, ChatModel model, Path file)
      throws IOException, InterruptedException {
    ExecutorService beside = Executors.newSingleThreadExecutor();
    try (AuditLog log = AuditLog.builder(file).build()) {
      ChatModel shadowed = shadowed(aligner, model, beside, log);
      for (String question : QUESTIONS) {
        System.out.println(shadowed.chat(question));
      }
      beside.shutdown();
      beside.awaitTermination(1, TimeUnit.MINUTES);
    } finally {
      beside.shutdownNow();
    }
    return AuditReport.read(List.of(file)).arm(Arm.SHADOW).orElseThrow();
  }

  /**
   * Tries the bundled model behind a rude one.
   *
   * @param args the file of the audit log
   * @throws Exception if the log cannot be read
   */
  public static void main(String[] args) throws Exception {
    Path file = Path.of(args.length > 0 ? args[0] : "audit.jsonl");
    try (Aligner aligner = OnnxAligner.bundled()) {
      ArmReport report =
          tryOut(aligner, question -> "Eight minutes, you idiot. Then cool it in water.", file);
      System.out.println(
          report.answers()
              + " answers, of which would have been: "
              + report.outcomes()
              + ", edit ratio "
              + report.meanEditRatio());
    }
  }
}
