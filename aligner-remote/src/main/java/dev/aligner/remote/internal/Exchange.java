package dev.aligner.remote.internal;

import dev.aligner.AlignerException;
import dev.aligner.FinishReason;
import dev.aligner.remote.RemoteOverloadedException;
import dev.aligner.remote.RemoteProtocolException;
import dev.aligner.remote.RemoteStatusException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One attempt at a completion: a request, and what came back. Thread-safe.
 *
 * @param transport sends
 * @param clock tells the time to which a date in {@code Retry-After} is compared
 * @param maxTokens how many new tokens are asked for
 */
public record Exchange(Transport transport, Clock clock, int maxTokens) {

  /** Enough to recognise an error by. */
  private static final int MOST_OF_AN_ERROR = 64 << 10;

  private static final String PROTOCOL_FIX =
      "see that the base URI leads to a server of the OpenAI completions protocol, and to its log";

  /** The prompt has more tokens than the model has positions. */
  static final class PromptTooLong extends Exception {
    private static final long serialVersionUID = 1;
  }

  /**
   * Asks for a completion as a whole.
   *
   * @param request the request
   * @param call the call this is part of
   * @return the completion
   * @throws RetriableFailure if another attempt may succeed
   * @throws PromptTooLong if the prompt is too long for the model
   */
  Completion whole(byte[] request, Call call) throws RetriableFailure, PromptTooLong {
    try (Reply reply = transport.send(request, "application/json", call)) {
      checkStatus(reply);
      return whole(reply);
    }
  }

  /**
   * Asks for a completion as a stream.
   *
   * @param request the request
   * @param call the call this is part of
   * @param onText hears of what the model writes, in parts
   * @return the completion; its text is what was heard
   * @throws RetriableFailure if another attempt may succeed
   * @throws PromptTooLong if the prompt is too long for the model
   */
  Completion streamed(byte[] request, Call call, Consumer<String> onText)
      throws RetriableFailure, PromptTooLong {
    try (Reply reply = transport.send(request, "text/event-stream", call)) {
      checkStatus(reply);
      if (!reply.isEventStream()) {
        Completion whole = whole(reply);
        onText.accept(whole.text());
        return whole;
      }
      StreamedCompletion completion = new StreamedCompletion(host(), onText);
      EventStream events = new EventStream(completion::onEvent);
      List<ByteBuffer> bytes = reply.next();
      while (bytes != null && !read(events, bytes)) {
        bytes = reply.next();
      }
      if (bytes != null) {
        reply.drain();
      }
      return completion.finish();
    }
  }

  private static boolean read(EventStream events, List<ByteBuffer> bytes) {
    boolean done = false;
    for (ByteBuffer buffer : bytes) {
      done = events.read(buffer);
    }
    return done;
  }

  private Completion whole(Reply reply) throws RetriableFailure {
    CompletionJson json = CompletionJson.read(reply.all(), host());
    if (!json.hasChoice()) {
      throw new RemoteProtocolException(host(), "choices[0]", "no choice", PROTOCOL_FIX);
    }
    FinishReason reason =
        json.finishReason()
            .orElseThrow(
                () -> new RemoteProtocolException(host(), "a finish_reason", "none", PROTOCOL_FIX));
    return new Completion(json.text(), reason, json.promptTokens(), json.outputTokens());
  }

  private void checkStatus(Reply reply) throws RetriableFailure, PromptTooLong {
    int status = reply.status();
    if (status == 200) {
      return;
    }
    byte[] body = reply.beginning(MOST_OF_AN_ERROR);
    if (status < 500 && CompletionJson.isPromptTooLong(body, maxTokens)) {
      throw new PromptTooLong();
    }
    AlignerException failure =
        status == 429 || status == 503
            ? new RemoteOverloadedException(host(), status)
            : new RemoteStatusException(host(), status, fix(status));
    boolean retriable = status == 429 || (status >= 500 && status != 501 && status != 505);
    if (!retriable) {
      throw failure;
    }
    Optional<Duration> retryAfter =
        reply.headers().firstValue("Retry-After").flatMap(value -> RetryAfter.parse(value, clock));
    throw new RetriableFailure(failure, retryAfter);
  }

  private static String fix(int status) {
    return switch (status) {
      case 400, 422 ->
          "see the server's log for the parameter it refuses; maxTokens(...) may be above what the"
              + " model has room for, and temperature, seed or stop unknown to the server";
      case 401, 403 -> "give the server's key by apiKey(...)";
      case 404 ->
          "check the base URI, under which the server must have /v1/completions, and the model's"
              + " name, which must be the one it serves";
      case 405, 501 -> "take a server that has the OpenAI completions endpoint";
      case 413 -> "let the server, or the proxy before it, take larger requests";
      default ->
          status >= 500
              ? "look into the server's log"
              : status >= 300 && status < 400
                  ? "name the address that the server redirects to; none is followed, with the key"
                  : "look into the server's log, and that of a proxy before it";
    };
  }

  private String host() {
    return transport.endpoint().host();
  }
}
