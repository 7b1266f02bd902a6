package dev.aligner.evaluation;

import java.util.Optional;

/**
 * What a judge says of the corrections. Immutable and thread-safe.
 *
 * @param wins corrections that are better than the answer
 * @param losses corrections that are worse
 * @param ties the others that count: judged equal, or unchanged, or disagreed upon
 * @param unchanged how many of the ties were not judged, since nothing was changed
 * @param disagreements how many of the ties are {@link Judgement#DISAGREEMENT}
 * @param unparsable judgements that could not be read; they count as nothing
 * @param failed judgements in which the judge threw an exception; they count as nothing
 * @param missing changed rows without a verdict; they count as nothing
 * @param omega {@code (wins - losses) / (wins + losses + ties) * 100}, the paper's win rate in
 *     percent: -100 to 100, 0 means no better and no worse; empty if nothing counts
 */
public record WinRate(
    long wins,
    long losses,
    long ties,
    long unchanged,
    long disagreements,
    long unparsable,
    long failed,
    long missing,
    Optional<Estimate> omega) {}
