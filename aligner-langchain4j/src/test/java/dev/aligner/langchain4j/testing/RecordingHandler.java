package dev.aligner.langchain4j.testing;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A handler that writes down what it hears, a line for each call. */
public final class RecordingHandler implements StreamingChatResponseHandler {

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final List<Throwable> errors = new CopyOnWriteArrayList<>();
  private final Consumer<String> then;
  private volatile @Nullable ChatResponse response;
  private volatile @Nullable StreamingHandle handle;

  /** Makes a handler that does nothing more. */
  public RecordingHandler() {
    this(line -> {});
  }

  /** Makes a handler that goes on like this after each line. */
  public RecordingHandler(Consumer<String> then) {
    this.then = then;
  }

  /** Returns the lines. */
  public List<String> heard() {
    return heard;
  }

  /** Returns the errors. */
  public List<Throwable> errors() {
    return errors;
  }

  /** Returns the complete response. */
  public ChatResponse response() {
    ChatResponse known = response;
    if (known == null) {
      throw new AssertionError("no complete response; heard " + heard + errors);
    }
    return known;
  }

  /** Returns the last handle. */
  public StreamingHandle handle() {
    StreamingHandle known = handle;
    if (known == null) {
      throw new AssertionError("no handle; heard " + heard + errors);
    }
    return known;
  }

  @Override
  public void onPartialResponse(String part) {
    hear("text " + part);
  }

  @Override
  public void onPartialResponse(PartialResponse part, PartialResponseContext context) {
    handle = context.streamingHandle();
    hear("text+ " + part.text());
  }

  @Override
  public void onPartialThinking(PartialThinking part) {
    hear("thinking " + part.text());
  }

  @Override
  public void onPartialThinking(PartialThinking part, PartialThinkingContext context) {
    handle = context.streamingHandle();
    hear("thinking+ " + part.text());
  }

  @Override
  public void onPartialToolCall(PartialToolCall part) {
    hear("tool " + part.partialArguments());
  }

  @Override
  public void onPartialToolCall(PartialToolCall part, PartialToolCallContext context) {
    handle = context.streamingHandle();
    hear("tool+ " + part.partialArguments());
  }

  @Override
  public void onCompleteToolCall(CompleteToolCall call) {
    hear("call " + call.toolExecutionRequest().name());
  }

  @Override
  public void onUnmappedRawEvent(Object event) {
    hear("raw event " + event);
  }

  @Override
  public void onCompleteResponse(ChatResponse complete) {
    response = complete;
    hear("complete " + complete.aiMessage().text());
  }

  @Override
  public void onError(Throwable error) {
    errors.add(error);
    hear("error");
  }

  private void hear(String line) {
    heard.add(line);
    then.accept(line);
  }
}
