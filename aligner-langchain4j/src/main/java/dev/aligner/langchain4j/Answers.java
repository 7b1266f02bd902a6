package dev.aligner.langchain4j;

import dev.aligner.policy.AlignmentContext;
import dev.aligner.policy.AnswerAligner;
import dev.aligner.policy.AnswerTrait;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the decorators and the guardrail share: requests and responses of LangChain4j in, {@link
 * AnswerAligner} behind. Thread-safe.
 *
 * @param aligner corrects
 * @param question makes the question of a request
 * @param samplingKey makes the sampling key of a request; null for the question
 */
record Answers(
    AnswerAligner aligner,
    Question question,
    @Nullable Function<? super ChatRequest, String> samplingKey) {

  /**
   * Tells what is known of an answer before it is there.
   *
   * @param request what the user asks
   * @param defaults what the model takes where the request says nothing
   * @return the context
   */
  AlignmentContext context(ChatRequest request, @Nullable ChatRequestParameters defaults) {
    String query =
        Objects.requireNonNull(
            question.of(request.messages()), "the question function returned null");
    AlignmentContext context = AlignmentContext.of(query);
    if (samplingKey != null) {
      context = context.withSamplingKey(samplingKey.apply(request));
    }
    ResponseFormat format = request.responseFormat();
    if (format == null && defaults != null) {
      format = defaults.responseFormat();
    }
    boolean structured = format != null && format.type() == ResponseFormatType.JSON;
    return structured ? context.with(AnswerTrait.STRUCTURED_OUTPUT) : context;
  }

  /**
   * Corrects a whole answer: its text alone, everything else stays.
   *
   * @param context what is known of it
   * @param response the upstream model's
   * @return the same object where nothing was changed
   */
  ChatResponse align(AlignmentContext context, ChatResponse response) {
    Objects.requireNonNull(response, "the upstream chat model answered null");
    String text = response.aiMessage().text();
    if (text == null) {
      return response;
    }
    return withText(response, aligner.align(withTraits(context, response), text).text());
  }

  /** Adds what the response tells of the answer. */
  static AlignmentContext withTraits(AlignmentContext context, ChatResponse response) {
    AlignmentContext known = context;
    AiMessage message = response.aiMessage();
    if (message.hasToolExecutionRequests()) {
      known = known.with(AnswerTrait.TOOL_CALLS);
    }
    if (response.finishReason() == FinishReason.LENGTH) {
      known = known.with(AnswerTrait.CUT_OFF);
    }
    if (message.text() != null && JsonText.isWhole(message.text())) {
      known = known.with(AnswerTrait.STRUCTURED_OUTPUT);
    }
    return known;
  }

  /** Returns the response with this text, or itself if it has that. */
  static ChatResponse withText(ChatResponse response, String text) {
    AiMessage message = response.aiMessage();
    return text.equals(message.text())
        ? response
        : response.toBuilder().aiMessage(message.withText(text)).build();
  }
}
