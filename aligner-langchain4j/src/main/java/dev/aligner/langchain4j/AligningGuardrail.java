package dev.aligner.langchain4j;

import dev.aligner.policy.AlignmentContext;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.guardrail.GuardrailRequestParams;
import dev.langchain4j.guardrail.OutputGuardrail;
import dev.langchain4j.guardrail.OutputGuardrailRequest;
import dev.langchain4j.guardrail.OutputGuardrailResult;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.input.PromptTemplate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Corrects the answers of an AI service by rewriting them. Thread-safe. */
final class AligningGuardrail implements OutputGuardrail {

  /** The id of a memory that all users of a service share: no conversation's. */
  private static final String SHARED_MEMORY = "default";

  private final Answers answers;

  AligningGuardrail(Answers answers) {
    this.answers = answers;
  }

  @Override
  public OutputGuardrailResult validate(OutputGuardrailRequest request) {
    List<ChatMessage> messages = messages(request);
    AlignmentContext context =
        messages.isEmpty()
            ? AlignmentContext.of("")
            : answers.context(ChatRequest.builder().messages(messages).build(), null);
    InvocationContext invocation = request.requestParams().invocationContext();
    Object memory = invocation == null ? null : invocation.chatMemoryId();
    if (answers.samplingKey() == null && memory != null && !memory.equals(SHARED_MEMORY)) {
      context = context.withSamplingKey(memory.toString());
    }
    return align(context, request.responseFromLLM());
  }

  /** Corrects an answer of which nothing is known, not even the question. */
  @Override
  public OutputGuardrailResult validate(AiMessage message) {
    return align(AlignmentContext.of(""), ChatResponse.builder().aiMessage(message).build());
  }

  private OutputGuardrailResult align(AlignmentContext context, ChatResponse response) {
    ChatResponse corrected;
    try {
      corrected = answers.align(context, response);
    } catch (RuntimeException e) {
      return fatal("the answer could not be corrected, and the failure policy says to throw", e);
    }
    AiMessage message = corrected.aiMessage();
    return message.equals(response.aiMessage()) ? success() : successWith(message);
  }

  /** What the model was sent, as far as the core and the memory tell. */
  private static List<ChatMessage> messages(OutputGuardrailRequest request) {
    List<ChatMessage> sent = NewerCore.messages(request);
    if (sent != null) {
      return sent;
    }
    GuardrailRequestParams params = request.requestParams();
    if (params.chatMemory() != null) {
      return Conversations.beforeAnswer(params.chatMemory().messages());
    }
    String text = userText(params);
    return text == null || text.isEmpty() ? List.of() : List.of(UserMessage.from(text));
  }

  private static @Nullable String userText(GuardrailRequestParams params) {
    try {
      return PromptTemplate.from(params.userMessageTemplate()).apply(params.variables()).text();
    } catch (RuntimeException e) {
      return params.userMessageTemplate();
    }
  }
}
