package dev.aligner.remote;

import dev.aligner.CorrectionRequest;
import dev.aligner.OverloadedException;
import dev.aligner.PromptEncoder;
import dev.aligner.PromptTemplate;
import dev.aligner.remote.internal.Admission;
import dev.aligner.remote.internal.Backoff;
import dev.aligner.remote.internal.Bulk;
import dev.aligner.remote.internal.CompletionRequest;
import dev.aligner.remote.internal.Endpoint;
import dev.aligner.remote.internal.Exchange;
import dev.aligner.remote.internal.PromptForm;
import dev.aligner.remote.internal.RemoteRun;
import dev.aligner.remote.internal.Transport;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects settings for a {@link RemoteAligner}. One of {@link #promptEncoder} and {@link
 * #specialTokens} has to be set; all others are optional. Not thread-safe. It stays usable after
 * {@link #build}.
 */
public final class RemoteAlignerBuilder {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final Endpoint endpoint;
  private final String model;
  private PromptTemplate template = PromptTemplate.ALIGNER_V2;
  private List<String> stop = List.of();
  private int maxTokens = 2048;
  private double temperature;
  private OptionalLong seed = OptionalLong.empty();
  private Duration readTimeout = Duration.ofMinutes(2);
  private RetryPolicy retries = RetryPolicy.ofDefaults();
  private int maxConcurrentCalls = 16;
  private int queueCapacity = 1024;
  private long maxResponseBytes = 16L << 20;
  private @Nullable PromptEncoder encoder;
  private @Nullable SpecialTokens specialTokens;
  private @Nullable Supplier<String> apiKey;
  private @Nullable Duration connectTimeout;
  private @Nullable HttpClient httpClient;

  RemoteAlignerBuilder(Endpoint endpoint, String model) {
    if (model.isBlank()) {
      throw new IllegalArgumentException("expected a model's name; found a blank one");
    }
    this.endpoint = endpoint;
    this.model = model;
  }

  /**
   * Sends prompts as token ids, so that nothing that a question or an answer spells is a control
   * token. Required, unless {@link #specialTokens} is set.
   *
   * @param encoder the encoder of the model's own tokenizer, such as {@code HfPromptEncoder} of
   *     {@code aligner-onnx}; this aligner never closes it
   * @return this builder
   */
  public RemoteAlignerBuilder promptEncoder(PromptEncoder encoder) {
    this.encoder = Objects.requireNonNull(encoder, "encoder");
    return this;
  }

  /**
   * Sends prompts as text, and refuses those whose question or answer spells one of these tokens.
   * Required, unless {@link #promptEncoder} is set. The server puts its own special tokens around
   * the text.
   *
   * @param tokens the model's special tokens, or {@link SpecialTokens#none()}
   * @return this builder
   */
  public RemoteAlignerBuilder specialTokens(SpecialTokens tokens) {
    this.specialTokens = Objects.requireNonNull(tokens, "tokens");
    return this;
  }

  /**
   * Sets the template the model was trained on. Default: {@link PromptTemplate#ALIGNER_V2}; with
   * another one than its own, a model corrects badly without any error.
   *
   * @param template the template; no user turn of a chat template, since the endpoint puts none
   *     around it
   * @return this builder
   * @throws IllegalArgumentException if it {@linkplain PromptTemplate#isChatTurn() is such a turn}
   */
  public RemoteAlignerBuilder template(PromptTemplate template) {
    if (template.isChatTurn()) {
      throw new IllegalArgumentException(
          "expected a template that is the whole prompt; found "
              + template.name()
              + ", the user turn of a chat. Fix: write the turn's control tokens around it into a"
              + " template of your own by PromptTemplate.of(...)");
    }
    this.template = template;
    return this;
  }

  /**
   * Sets strings that end a correction, which are not part of it. Default: none, the model's
   * end-of-sequence token alone.
   *
   * @param strings the strings, none of them empty
   * @return this builder
   * @throws IllegalArgumentException if one is empty
   */
  public RemoteAlignerBuilder stop(List<String> strings) {
    List<String> copy = List.copyOf(strings);
    if (copy.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException(
          "expected stop strings of 1 character or more; found none");
    }
    this.stop = copy;
    return this;
  }

  /**
   * Sets how long a correction may be. Default: 2048, as in the paper.
   *
   * @param tokens the longest correction in tokens, 1 or more; prompt and correction together must
   *     fit into the model's positions
   * @return this builder
   * @throws IllegalArgumentException if it is not at least 1
   */
  public RemoteAlignerBuilder maxTokens(int tokens) {
    this.maxTokens = atLeast(1, "maxTokens", tokens);
    return this;
  }

  /**
   * Sets how far a model may stray from its likeliest token. Default: 0, not at all.
   *
   * @param temperature 0 to 2
   * @return this builder
   * @throws IllegalArgumentException if it is another number
   */
  public RemoteAlignerBuilder temperature(double temperature) {
    if (!(temperature >= 0 && temperature <= 2)) {
      throw new IllegalArgumentException("expected a temperature of 0 to 2; found " + temperature);
    }
    this.temperature = temperature;
    return this;
  }

  /**
   * Sets the seed of sampling. Default: none, the server's choice.
   *
   * @param seed the seed
   * @return this builder
   */
  public RemoteAlignerBuilder seed(long seed) {
    this.seed = OptionalLong.of(seed);
    return this;
  }

  /**
   * Sets where the key of the server comes from, which is sent as a bearer token. Default: no key.
   *
   * @param key asked before each attempt, so that a key may change; it is kept, logged and put into
   *     messages nowhere
   * @return this builder
   */
  public RemoteAlignerBuilder apiKey(Supplier<String> key) {
    this.apiKey = Objects.requireNonNull(key, "key");
    return this;
  }

  /**
   * Sets how long a connection may take to be made. Default: 10 s. Not beside {@link #httpClient},
   * which has a time-out of its own.
   *
   * @param timeout above 0
   * @return this builder
   * @throws IllegalArgumentException if it is not above 0
   */
  public RemoteAlignerBuilder connectTimeout(Duration timeout) {
    this.connectTimeout = positive("connectTimeout", timeout);
    return this;
  }

  /**
   * Sets how long the server may be silent: until the answer begins, which without streaming is
   * when the model has written all of it, and between its parts. Default: 2 minutes. How long a
   * call may take is said by {@link CorrectionRequest#withTimeout}.
   *
   * @param timeout above 0
   * @return this builder
   * @throws IllegalArgumentException if it is not above 0
   */
  public RemoteAlignerBuilder readTimeout(Duration timeout) {
    this.readTimeout = positive("readTimeout", timeout);
    return this;
  }

  /**
   * Sets how often a call is tried again. Default: {@link RetryPolicy#ofDefaults()}.
   *
   * @param policy the policy
   * @return this builder
   */
  public RemoteAlignerBuilder retries(RetryPolicy policy) {
    this.retries = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /**
   * Sets how many calls may be on their way to the server at a time, the waits between attempts
   * included. Default: 16.
   *
   * @param calls 1 or more
   * @return this builder
   * @throws IllegalArgumentException if it is not at least 1
   */
  public RemoteAlignerBuilder maxConcurrentCalls(int calls) {
    this.maxConcurrentCalls = atLeast(1, "maxConcurrentCalls", calls);
    return this;
  }

  /**
   * Sets how many more calls may wait, in the order they came in; further ones get {@link
   * OverloadedException} at once. Default: 1024.
   *
   * @param calls 0 or more
   * @return this builder
   * @throws IllegalArgumentException if it is below 0
   */
  public RemoteAlignerBuilder queueCapacity(int calls) {
    this.queueCapacity = atLeast(0, "queueCapacity", calls);
    return this;
  }

  /**
   * Sets how large an answer of the server may be, a whole stream with all its events. Default: 16
   * MiB; beyond it the call ends with {@link RemoteProtocolException}.
   *
   * @param bytes 1024 or more
   * @return this builder
   * @throws IllegalArgumentException if it is below 1024
   */
  public RemoteAlignerBuilder maxResponseBytes(long bytes) {
    if (bytes < 1024) {
      throw new IllegalArgumentException(
          "expected maxResponseBytes of at least 1024; found " + bytes);
    }
    this.maxResponseBytes = bytes;
    return this;
  }

  /**
   * Sets the HTTP client, for a proxy, certificates, or threads of your own. Default: one that is
   * made for this aligner, which follows no redirects and speaks HTTP/1.1 where the connection is
   * not encrypted.
   *
   * @param client the client; this aligner never closes it
   * @return this builder
   */
  public RemoteAlignerBuilder httpClient(HttpClient client) {
    this.httpClient = Objects.requireNonNull(client, "client");
    return this;
  }

  /**
   * Makes the aligner. Nothing is connected yet.
   *
   * @return an aligner; the caller closes it
   * @throws IllegalStateException if neither or both of {@link #promptEncoder} and {@link
   *     #specialTokens} are set, or both of {@link #httpClient} and {@link #connectTimeout}
   */
  public RemoteAligner build() {
    PromptForm form = form();
    if (httpClient != null && connectTimeout != null) {
      throw new IllegalStateException(
          "expected one of httpClient(...) and connectTimeout(...); found both. Fix: set the"
              + " time-out on the client");
    }
    HttpClient made =
        httpClient == null
            ? Transport.newClient(
                endpoint, connectTimeout == null ? CONNECT_TIMEOUT : connectTimeout)
            : null;
    HttpClient client = made == null ? Objects.requireNonNull(httpClient) : made;
    Transport transport = new Transport(client, endpoint, apiKey, readTimeout, maxResponseBytes);
    RemoteRun run =
        new RemoteRun(
            template,
            form,
            new CompletionRequest(model, maxTokens, temperature, seed, stop),
            new Admission(maxConcurrentCalls, queueCapacity),
            new Exchange(transport, Clock.systemUTC(), maxTokens),
            new Backoff(retries, bound -> ThreadLocalRandom.current().nextLong(bound)));
    return new RemoteAligner(run, new Bulk(maxConcurrentCalls), made);
  }

  private PromptForm form() {
    if (encoder != null && specialTokens != null) {
      throw new IllegalStateException(
          "expected one of promptEncoder(...) and specialTokens(...); found both. Fix: leave out"
              + " specialTokens, since token ids hold no text to refuse");
    }
    if (encoder != null) {
      return new PromptForm.Ids(encoder);
    }
    if (specialTokens != null) {
      return new PromptForm.Text(specialTokens);
    }
    throw new IllegalStateException(
        "expected promptEncoder(...) or specialTokens(...), since a server parses control tokens in"
            + " text; found neither. Fix: send token ids by"
            + " promptEncoder(HfPromptEncoder.open(tokenizerJson)), or name the model's special"
            + " tokens by specialTokens(SpecialTokens.of(...))");
  }

  private static int atLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "expected " + name + " of at least " + least + "; found " + value);
    }
    return value;
  }

  private static Duration positive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException("expected a " + name + " above 0; found " + value);
    }
    return value;
  }
}
