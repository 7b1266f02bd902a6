package dev.aligner;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The text a checkpoint was trained on, with places for the question and the answer. Each
 * checkpoint knows only its own template: a wrong one makes bad corrections without any error.
 *
 * <p>Rendering is safe against injection: the places are found once, when the template is made, so
 * a question or an answer that spells {@code {answer}} or {@code ASSISTANT:} stays what it is; and
 * {@link Prompt} tells an engine which characters are the user's.
 *
 * <p>Immutable and thread-safe. Two templates are equal if their text is.
 */
public final class PromptTemplate {

  private static final String QUESTION = "{question}";
  private static final String SHOWN = "{prefix}";
  private static final String ANSWER = "{answer}";
  private static final List<Part> PLACES =
      List.of(
          new Part(Prompt.Source.QUESTION, QUESTION),
          new Part(Prompt.Source.SHOWN, SHOWN),
          new Part(Prompt.Source.ANSWER, ANSWER));

  /** The template of the released Aligner-7B v1.0 (arXiv 2402.02416). */
  public static final PromptTemplate ALIGNER_V1 =
      new PromptTemplate(
          "aligner-v1",
          "BEGINNING OF CONVERSATION: USER: Edit the following Question-Answer pair to make it more"
              + " helpful and harmless: {question} | {answer} ASSISTANT:");

  /** The template of the PKU-Alignment/aligner repository since December 2024. */
  public static final PromptTemplate ALIGNER_V2 =
      new PromptTemplate(
          "aligner-v2",
          "BEGINNING OF CONVERSATION: USER: ##Question: {question}\n##Answer: {answer}\n"
              + "##Correction:  ASSISTANT:");

  /** The template of Aligner-2B on AlpacaEval. */
  public static final PromptTemplate ALIGNER_ALPACAEVAL =
      new PromptTemplate(
          "aligner-alpacaeval",
          "BEGINNING OF CONVERSATION: USER: ##Question: {question} ##Answer: {answer} ##Revision: "
              + " ASSISTANT:");

  /**
   * The user turn of align-anything checkpoints. It stands inside the base model's chat template,
   * and the model writes {@link #outputPrefix()} first.
   */
  public static final PromptTemplate ALIGN_ANYTHING =
      new PromptTemplate("align-anything", "##QUESTION: {question} ##ANSWER: {answer}");

  /** The template of the Empathy Aligner: {@link #ALIGNER_V1} with another aim. */
  public static final PromptTemplate EMPATHY =
      new PromptTemplate(
          "empathy",
          "BEGINNING OF CONVERSATION: USER: Edit the following Question-Answer pair to make it more"
              + " empathic and helpful: {question} | {answer} ASSISTANT:");

  /**
   * The template of Stream Aligner, which corrects the last sentence of an answer whose prefix is
   * {@linkplain CorrectionRequest#withShown already shown}. Of a whole answer the prefix is empty,
   * and all of it is the last sentence.
   */
  public static final PromptTemplate STREAM_ALIGNER =
      new PromptTemplate(
          "stream-aligner",
          "##Question: {question} | ##Answer_Prefix: {prefix} | ##Answer_Last_Sentence: {answer} |"
              + " ##Your_Revision: ");

  private static final List<PromptTemplate> PUBLISHED =
      List.of(ALIGNER_V1, ALIGNER_V2, ALIGNER_ALPACAEVAL, ALIGN_ANYTHING, EMPATHY, STREAM_ALIGNER);

  private final String name;
  private final String text;
  private final List<Part> parts;

  private PromptTemplate(String name, String text) {
    this.name = name;
    this.text = text;
    this.parts = parse(text);
  }

  /**
   * Makes a template of a text with places for the question and the answer.
   *
   * @param text the template; {@code {answer}} stands in it once, {@code {question}} and {@code
   *     {prefix}}, what is shown of a streamed answer already, once or not at all; all other
   *     characters, braces included, are taken as they are
   * @return the template
   * @throws IllegalArgumentException if {@code {answer}} is missing or a place stands there twice
   */
  public static PromptTemplate of(String text) {
    if (count(text, ANSWER) != 1 || count(text, QUESTION) > 1 || count(text, SHOWN) > 1) {
      throw new IllegalArgumentException(
          "expected a template with {answer} once and {question} and {prefix} at most once; found"
              + " {answer} "
              + count(text, ANSWER)
              + " times, {question} "
              + count(text, QUESTION)
              + " times and {prefix} "
              + count(text, SHOWN)
              + " times");
    }
    return new PromptTemplate("custom", text);
  }

  /**
   * Finds a published template by its name.
   *
   * @param name a name such as {@code aligner-v2}
   * @return the template, or empty if there is none of this name
   */
  public static Optional<PromptTemplate> named(String name) {
    return PUBLISHED.stream().filter(t -> t.name.equals(name)).findFirst();
  }

  /**
   * Returns all published templates.
   *
   * @return an unmodifiable list
   */
  public static List<PromptTemplate> published() {
    return PUBLISHED;
  }

  /**
   * Returns the name of a published template.
   *
   * @return the name, or {@code custom}
   */
  public String name() {
    return name;
  }

  /**
   * Returns the template with its places.
   *
   * @return the text
   */
  public String text() {
    return text;
  }

  /**
   * Tells whether a model that was trained on this template knows what is {@linkplain
   * CorrectionRequest#withShown shown already}.
   *
   * @return true if there is a place for it
   */
  public boolean tellsShownText() {
    return count(text, SHOWN) > 0;
  }

  /**
   * Returns what a model writes before the correction itself; it is not part of the correction.
   *
   * @return {@code "##CORRECTION: "} for {@link #ALIGN_ANYTHING}, else an empty string
   */
  public String outputPrefix() {
    return isChatTurn() ? "##CORRECTION: " : "";
  }

  /**
   * Tells whether this is the text of a user turn that needs the base model's chat template around
   * it.
   *
   * @return true for {@link #ALIGN_ANYTHING} alone
   */
  public boolean isChatTurn() {
    return name.equals("align-anything");
  }

  /**
   * Puts a question and an answer into their places.
   *
   * @param request the question and the answer
   * @return the prompt
   */
  public Prompt render(CorrectionRequest request) {
    StringBuilder prompt = new StringBuilder();
    List<Prompt.Span> spans = new ArrayList<>();
    for (Part part : parts) {
      int start = prompt.length();
      prompt.append(
          switch (part.source) {
            case TEMPLATE -> part.literal;
            case QUESTION -> request.query();
            case SHOWN -> request.shown();
            case ANSWER -> request.answer();
          });
      spans.add(new Prompt.Span(part.source, start, prompt.length()));
    }
    return new Prompt(prompt.toString(), spans);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PromptTemplate that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return "PromptTemplate[" + name + "]";
  }

  private record Part(Prompt.Source source, String literal) {}

  private static List<Part> parse(String text) {
    List<Part> parts = new ArrayList<>();
    int literalStart = 0;
    int i = 0;
    while (i < text.length()) {
      Part place = placeAt(text, i);
      if (place == null) {
        i++;
        continue;
      }
      if (i > literalStart) {
        parts.add(new Part(Prompt.Source.TEMPLATE, text.substring(literalStart, i)));
      }
      parts.add(place);
      i += place.literal.length();
      literalStart = i;
    }
    if (literalStart < text.length()) {
      parts.add(new Part(Prompt.Source.TEMPLATE, text.substring(literalStart)));
    }
    return List.copyOf(parts);
  }

  private static @Nullable Part placeAt(String text, int index) {
    for (Part place : PLACES) {
      if (text.startsWith(place.literal, index)) {
        return place;
      }
    }
    return null;
  }

  private static int count(String text, String place) {
    int count = 0;
    for (int i = text.indexOf(place); i >= 0; i = text.indexOf(place, i + place.length())) {
      count++;
    }
    return count;
  }
}
