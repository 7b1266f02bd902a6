package dev.aligner.evaluation;

import java.util.Optional;

/**
 * How many answers of a kind come back as they were. Of good answers it should be high; of bad ones
 * it is the rate of under-correction and should be low. Immutable and thread-safe.
 *
 * @param answers the answers of that kind
 * @param verbatim the share that was returned character by character; empty without answers
 * @param nearCopies the share that was returned with an edit ratio below {@link
 *     EvaluationSettings#NEAR_COPY}, verbatim ones included; empty without answers
 */
public record KeepRate(long answers, Optional<Estimate> verbatim, Optional<Estimate> nearCopies) {}
