package dev.aligner.remote;

import dev.aligner.Aligner;
import dev.aligner.AlignerClosedException;
import dev.aligner.AlignerException;
import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import dev.aligner.LimitExceededException;
import dev.aligner.OverloadedException;
import dev.aligner.PromptTemplate;
import dev.aligner.remote.internal.Bulk;
import dev.aligner.remote.internal.Call;
import dev.aligner.remote.internal.Calls;
import dev.aligner.remote.internal.Endpoint;
import dev.aligner.remote.internal.RemoteRun;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An {@link Aligner} whose model runs on a server that speaks the OpenAI completions protocol
 * ({@code POST /v1/completions}), such as vLLM or llama.cpp's.
 *
 * <pre>{@code
 * try (HfPromptEncoder encoder = HfPromptEncoder.open(Path.of("tokenizer.json"));
 *     Aligner aligner =
 *         RemoteAligner.builder(URI.create("http://127.0.0.1:8000"), "aligner-7b")
 *             .template(PromptTemplate.ALIGNER_V1)
 *             .promptEncoder(encoder)
 *             .build()) {
 *   String better = aligner.correct(question, answer).text();
 * }
 * }</pre>
 *
 * <p>Outcomes are those of the engine that runs in the JVM: whitespace around an answer stays that
 * of the original; a blank answer, a prompt that the server finds too long, and a correction that
 * does not end within {@code maxTokens} are skipped. The answer is corrected as a whole.
 *
 * <p>Failures, by what the caller can do:
 *
 * <ul>
 *   <li>{@link OverloadedException}: too many calls wait here; {@link RemoteOverloadedException}:
 *       the server says so,
 *   <li>{@link RemoteConnectionException}: see to the network and to the server's load,
 *   <li>{@link RemoteStatusException}: see to the settings or to the server, as its message says,
 *   <li>{@link RemoteProtocolException}: see to what answers at that address,
 *   <li>{@link SpecialTokenException}: send token ids.
 * </ul>
 *
 * <p>Thread-safe: one instance serves all threads, over connections that are used again. {@link
 * #close} ends the corrections that run, with {@link AlignerClosedException}, and returns when the
 * last has ended.
 */
public final class RemoteAligner implements Aligner {

  private final RemoteRun run;
  private final Bulk bulk;
  private final @Nullable HttpClient owned;
  private final Calls calls = new Calls();

  RemoteAligner(RemoteRun run, Bulk bulk, @Nullable HttpClient owned) {
    this.run = run;
    this.bulk = bulk;
    this.owned = owned;
  }

  /**
   * Starts an aligner over a server.
   *
   * @param baseUri the server's address, with or without {@code /v1} in the end, such as {@code
   *     http://127.0.0.1:8000}
   * @param model the name under which the server knows the model
   * @return a builder; nothing is connected before the first correction
   * @throws IllegalArgumentException if the address is not an absolute one of http or https, has a
   *     user, a query or a fragment, or the name is blank
   */
  public static RemoteAlignerBuilder builder(URI baseUri, String model) {
    return new RemoteAlignerBuilder(Endpoint.of(baseUri), model);
  }

  @Override
  public Correction correct(CorrectionRequest request) {
    Objects.requireNonNull(request, "request");
    try (Call call = calls.enter(request)) {
      return run.correct(request, call);
    }
  }

  /**
   * Corrects one answer and delivers its text while the server writes it: what later tokens cannot
   * change, in whole characters. While {@code onText} works, the correction keeps its place among
   * the concurrent calls; corrections that the same thread makes in it need none.
   *
   * @param request the question and the answer to correct
   * @param onText hears of the text in parts, none of them empty, in the thread of the caller
   * @return the correction, whose text is all that was delivered
   * @throws LimitExceededException if the correction does not end within {@code maxTokens}, where
   *     it is else skipped: what was delivered cannot be taken back
   * @throws AlignerException if the answer could not be corrected
   */
  @Override
  public Correction correct(CorrectionRequest request, Consumer<String> onText) {
    Objects.requireNonNull(request, "request");
    Objects.requireNonNull(onText, "onText");
    try (Call call = calls.enter(request)) {
      return run.correct(request, onText, call);
    }
  }

  /**
   * Corrects many answers, at most {@link RemoteAlignerBuilder#maxConcurrentCalls} at a time, and
   * loses none of them: whatever goes wrong with one is its own outcome, {@link
   * OverloadedException} included.
   *
   * @param requests the questions and answers, none of them null
   * @return one correction for each request, in the order of the requests
   */
  @Override
  public List<Correction> correctAll(List<CorrectionRequest> requests) {
    List<CorrectionRequest> all = List.copyOf(requests);
    // A listener's thread has its place; helpers would wait for others, maybe for ever.
    return run.admission().isHeld() ? Aligner.super.correctAll(all) : bulk.map(all, this::orFailed);
  }

  private Correction orFailed(CorrectionRequest request) {
    try {
      return correct(request);
    } catch (RuntimeException e) {
      return Correction.failed(request, e);
    }
  }

  /**
   * Returns the template the prompts are made with.
   *
   * @return the template
   */
  public PromptTemplate template() {
    return run.template();
  }

  /**
   * Ends running corrections and closes the connections, unless the HTTP client was given. The
   * prompt encoder stays open. Closing twice does nothing more. On JDK 17 the connections of a
   * client that was not given close when it is collected as garbage.
   */
  @Override
  public void close() {
    bulk.close();
    calls.shutDown();
    // HttpClient can be closed from JDK 21 on.
    if ((Object) owned instanceof AutoCloseable client) {
      try {
        client.close();
      } catch (Exception e) {
        throw new IllegalStateException("the HTTP client did not close", e);
      }
    }
  }

  /** Tells the server and the model, never the key. */
  @Override
  public String toString() {
    return "RemoteAligner["
        + run.exchange().transport().endpoint().host()
        + ", "
        + run.request().model()
        + "]";
  }
}
