package dev.aligner.remote.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.CorrectionRequest;
import dev.aligner.PromptTemplate;
import dev.aligner.remote.RemoteAligner;
import dev.aligner.remote.RemoteAlignerBuilder;
import dev.aligner.remote.RetryPolicy;
import dev.aligner.remote.SpecialTokens;
import java.net.URI;
import java.time.Duration;

/** Aligners and requests as most tests want them. */
public final class Remote {

  /** Words that no message may hold. */
  public static final String QUERY = "secretquery";

  public static final String ANSWER = "secretanswer";
  public static final String KEY = "secretkey";

  public static final CorrectionRequest REQUEST = CorrectionRequest.of(QUERY, ANSWER);
  public static final PromptTemplate TEMPLATE = PromptTemplate.of("Q: {question} A: {answer} C:");

  private Remote() {}

  /** Starts an aligner that tries again twice and soon. */
  public static RemoteAlignerBuilder builder(URI uri) {
    return RemoteAligner.builder(uri, CompletionsServer.MODEL)
        .template(TEMPLATE)
        .specialTokens(SpecialTokens.of("</s>"))
        .apiKey(() -> KEY)
        .retries(new RetryPolicy(2, Duration.ofMillis(5), Duration.ofSeconds(3)));
  }

  /** Makes an aligner that tries again twice and soon. */
  public static RemoteAligner aligner(URI uri) {
    return builder(uri).build();
  }

  /** Checks that neither a message nor that of a cause holds a word of the texts, or the key. */
  public static void assertSecretsKept(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      assertThat(t.toString()).doesNotContainIgnoringCase("secret");
    }
  }
}
