package dev.aligner.examples;

import dev.aligner.Aligner;
import dev.aligner.AlignerException;
import java.util.Objects;

/**
 * An application class with an aligner in it, written so that its unit test needs no model: it
 * takes the {@link Aligner} from outside, and the test passes a lambda of one line.
 *
 * <p>It also decides what to do when a correction fails: this desk would rather say nothing than
 * show an answer that nobody checked. Thread-safe if its aligner is.
 */
public final class SupportDesk {

  /** What the desk says where it cannot vouch for an answer. */
  static final String FALLBACK = "A colleague will write to you.";

  private final Aligner aligner;

  /**
   * Makes a desk.
   *
   * @param aligner corrects the answers; the desk never closes it
   */
  public SupportDesk(Aligner aligner) {
    this.aligner = Objects.requireNonNull(aligner, "aligner");
  }

  /**
   * Returns what to send to a customer.
   *
   * @param question the customer's question
   * @param draft the answer a chat model drafted
   * @return the corrected draft, or a fallback if it could not be corrected
   */
  public String reply(String question, String draft) {
    try {
      return aligner.correct(question, draft).text();
    } catch (AlignerException e) {
      return FALLBACK;
    }
  }
}
