package dev.aligner.remote.internal;

import dev.aligner.Prompt;
import dev.aligner.PromptEncoder;
import dev.aligner.remote.SpecialTokenException;
import dev.aligner.remote.SpecialTokens;

/** How a prompt is sent. */
public sealed interface PromptForm {

  /** Writes the request for a prompt. */
  byte[] json(Prompt prompt, CompletionRequest request, boolean stream);

  /**
   * As token ids, of which the server parses nothing.
   *
   * @param encoder makes them
   */
  record Ids(PromptEncoder encoder) implements PromptForm {

    @Override
    public byte[] json(Prompt prompt, CompletionRequest request, boolean stream) {
      return request.json(encoder.encode(prompt), stream);
    }
  }

  /**
   * As text, in which the server parses special tokens.
   *
   * @param refused those that no question or answer may spell
   */
  record Text(SpecialTokens refused) implements PromptForm {

    @Override
    public byte[] json(Prompt prompt, CompletionRequest request, boolean stream) {
      refused.spellings().forEach(token -> check(prompt, token));
      return request.json(prompt.text(), stream);
    }

    /** The template's own tokens mean what they say; any with a character of the user's do not. */
    private static void check(Prompt prompt, String token) {
      String text = prompt.text();
      for (int at = text.indexOf(token); at >= 0; at = text.indexOf(token, at + 1)) {
        int start = at;
        int end = at + token.length();
        boolean users =
            prompt.spans().stream()
                .filter(span -> span.source() != Prompt.Source.TEMPLATE)
                .anyMatch(span -> span.start() < end && span.end() > start);
        if (users) {
          throw new SpecialTokenException(token);
        }
      }
    }
  }
}
