package dev.aligner.remote;

import dev.aligner.AlignerException;

/**
 * A question or an answer spells a control token of the model, and the prompt would be sent as
 * text. Nothing was sent. The message names the token, which stands in {@link SpecialTokens},
 * nothing else of the text.
 */
public class SpecialTokenException extends AlignerException {

  private static final long serialVersionUID = 1;

  private final String token;

  /**
   * Makes an exception.
   *
   * @param token the token as it is spelled
   */
  public SpecialTokenException(String token) {
    super(
        "expected a question and an answer without special tokens, which the server would parse;"
            + " found "
            + token
            + ". Fix: send token ids by promptEncoder(HfPromptEncoder.open(tokenizerJson)), to which"
            + " it is ordinary text, or leave such an answer uncorrected",
        null);
    this.token = token;
  }

  /**
   * Returns the token that was found.
   *
   * @return its spelling
   */
  public String token() {
    return token;
  }
}
