package dev.aligner.remote.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A server of the OpenAI completions protocol on loopback, whose model is a function: whole or as
 * server-sent events, with {@code max_tokens}, stop strings, usage (in a stream in an event of its
 * own, where {@code stream_options} asks for it), error objects for requests it does not
 * understand, and connections that are kept open. What it answers next can be scripted.
 *
 * <p>Its limits: it knows only the fields that {@code RemoteAligner} sends, and refuses others; a
 * token of it is a word with the space before it; it samples nothing; it speaks HTTP/1.1 without
 * encryption; it queues nothing. What real servers parse in text it does not parse. It was compared
 * with llama.cpp's server, which puts the usage of a stream into its last choice instead, and not
 * with vLLM; {@code LlamaCppIT} holds what matters of the difference.
 */
public final class CompletionsServer implements AutoCloseable {

  /** The name of its model. */
  public static final String MODEL = "aligner-test";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern TOKEN = Pattern.compile("\\s*\\S+|\\s+");
  private static final List<String> FIELDS =
      List.of(
          "model",
          "prompt",
          "max_tokens",
          "temperature",
          "seed",
          "stop",
          "stream",
          "stream_options");

  /**
   * A request that came.
   *
   * @param path the path
   * @param headers names in lower case
   * @param body the JSON
   * @param connection the port it came from
   */
  public record Received(String path, Map<String, String> headers, JsonNode body, int connection) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Function<JsonNode, String> model;
  private final ConcurrentLinkedQueue<HttpHandler> script = new ConcurrentLinkedQueue<>();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final AtomicInteger active = new AtomicInteger();
  private final AtomicInteger mostActive = new AtomicInteger();
  private volatile int chunkBytes = Integer.MAX_VALUE;
  private volatile String lineEnd = "\n";

  private CompletionsServer(Function<JsonNode, String> model) throws IOException {
    this.model = model;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /**
   * Starts a server.
   *
   * @param model writes an output for the prompt of a request, a string or an array of ids
   */
  public static CompletionsServer start(Function<JsonNode, String> model) {
    try {
      return new CompletionsServer(model);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a server whose model always writes the same. */
  public static CompletionsServer writing(String output) {
    return start(prompt -> output);
  }

  /** Returns the address. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Returns the requests that came, the oldest first. */
  public List<Received> received() {
    return received;
  }

  /** Returns for how many requests the model wrote at a time at most. */
  public int mostActive() {
    return mostActive.get();
  }

  /** Answers the next request in another way; may be called several times. */
  public CompletionsServer next(HttpHandler answer) {
    script.add(answer);
    return this;
  }

  /** Answers the next request with a status, headers ("Name: value") and a body. */
  public CompletionsServer next(int status, String body, String... headers) {
    return next(
        exchange -> {
          for (String header : headers) {
            String[] parts = header.split(": ", 2);
            exchange.getResponseHeaders().set(parts[0], parts[1]);
          }
          send(exchange, status, body);
        });
  }

  /** Answers the next request with a stream of these bytes, in chunks of a size. */
  public CompletionsServer nextStream(String events, int size) {
    return next(exchange -> stream(exchange, events.getBytes(StandardCharsets.UTF_8), size));
  }

  /** Cuts streams into chunks of so many bytes, wherever that is. */
  public CompletionsServer chunkBytes(int bytes) {
    chunkBytes = bytes;
    return this;
  }

  /** Ends the lines of streams in another way. */
  public CompletionsServer lineEnd(String end) {
    lineEnd = end;
    return this;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] bytes = exchange.getRequestBody().readAllBytes();
      JsonNode body = JSON.readTree(bytes);
      Map<String, String> headers =
          exchange.getRequestHeaders().entrySet().stream()
              .collect(
                  Collectors.toMap(
                      e -> e.getKey().toLowerCase(Locale.ROOT),
                      e -> String.join(",", e.getValue())));
      received.add(
          new Received(
              exchange.getRequestURI().getPath(),
              headers,
              body,
              exchange.getRemoteAddress().getPort()));
      HttpHandler scripted = script.poll();
      if (scripted != null) {
        scripted.handle(exchange);
      } else {
        complete(exchange, body);
      }
    }
  }

  private void complete(HttpExchange exchange, JsonNode body) throws IOException {
    if (!exchange.getRequestURI().getPath().equals("/v1/completions")
        || !body.path("model").asText().equals(MODEL)) {
      send(exchange, 404, error("NotFoundError", 404));
      return;
    }
    List<String> fields = new ArrayList<>();
    body.fieldNames().forEachRemaining(fields::add);
    JsonNode prompt = body.path("prompt");
    if (!FIELDS.containsAll(fields) || !(prompt.isTextual() || prompt.isArray())) {
      send(exchange, 400, error("BadRequestError", 400));
      return;
    }
    List<String> tokens = tokens(untilStop(write(prompt), body.path("stop")));
    int limit = body.path("max_tokens").asInt(16);
    boolean cut = tokens.size() + 1 > limit;
    Output output =
        new Output(
            cut ? tokens.subList(0, limit) : tokens,
            cut ? "length" : "stop",
            prompt.isArray() ? prompt.size() : tokens(prompt.asText()).size());
    if (body.path("stream").asBoolean()) {
      boolean usage = body.path("stream_options").path("include_usage").asBoolean();
      byte[] events = events(output, usage).getBytes(StandardCharsets.UTF_8);
      stream(exchange, events, chunkBytes);
    } else {
      ObjectNode whole = choice(String.join("", output.tokens()), output.reason());
      whole.set("usage", output.usage());
      send(exchange, 200, whole.toString());
    }
  }

  private String write(JsonNode prompt) {
    mostActive.accumulateAndGet(active.incrementAndGet(), Math::max);
    try {
      return model.apply(prompt);
    } finally {
      active.decrementAndGet();
    }
  }

  private record Output(List<String> tokens, String reason, int promptTokens) {
    ObjectNode usage() {
      int written = tokens.size() + (reason.equals("stop") ? 1 : 0);
      return JSON.createObjectNode()
          .put("prompt_tokens", promptTokens)
          .put("completion_tokens", written)
          .put("total_tokens", promptTokens + written);
    }
  }

  private String events(Output output, boolean usage) {
    StringBuilder events = new StringBuilder(": begins" + lineEnd + lineEnd);
    for (String token : output.tokens()) {
      events.append(event(choice(token, null).toString()));
    }
    events.append(event(choice("", output.reason()).toString()));
    if (usage) {
      ObjectNode last = choice("", null);
      last.putArray("choices");
      last.set("usage", output.usage());
      events.append(event(last.toString()));
    }
    return events.append(event("[DONE]")).toString();
  }

  private String event(String data) {
    return "data: " + data + lineEnd + lineEnd;
  }

  private static ObjectNode choice(String text, @Nullable String reason) {
    ObjectNode root =
        JSON.createObjectNode()
            .put("id", "cmpl-1")
            .put("object", "text_completion")
            .put("created", 1)
            .put("model", MODEL);
    root.putArray("choices")
        .addObject()
        .put("index", 0)
        .put("text", text)
        .putNull("logprobs")
        .put("finish_reason", reason);
    return root;
  }

  private static String error(String type, int code) {
    ObjectNode root = JSON.createObjectNode();
    root.putObject("error").put("message", "no").put("type", type).put("code", code);
    return root.toString();
  }

  private static String untilStop(String text, JsonNode stop) {
    int end = text.length();
    for (JsonNode string : stop) {
      int at = text.indexOf(string.asText());
      end = at >= 0 ? Math.min(end, at) : end;
    }
    return text.substring(0, end);
  }

  private static List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(text);
    while (matcher.find()) {
      tokens.add(matcher.group());
    }
    return tokens;
  }

  /** Sends a whole answer. */
  public static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().putIfAbsent("Content-Type", List.of("application/json"));
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** Sends a stream in chunks of so many bytes. */
  public static void stream(HttpExchange exchange, byte[] bytes, int size) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    for (int from = 0; from < bytes.length; from += size) {
      out.write(Arrays.copyOfRange(bytes, from, (int) Math.min(bytes.length, (long) from + size)));
      out.flush();
      if (size == Integer.MAX_VALUE) {
        break;
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
