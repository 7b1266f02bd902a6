package dev.aligner.evaluation;

import java.util.Optional;

/**
 * Refusals before and after. A refusal is found by its usual English phrases in the first 200
 * characters; one in other words is not seen. Immutable and thread-safe.
 *
 * @param answers answers that refuse, of all
 * @param shown shown texts that refuse, of all
 * @param overCorrection good answers that did not refuse and whose correction does, of the good
 *     answers that did not refuse
 * @param introduced answers that did not refuse and whose correction does, whatever their label, of
 *     the answers that did not refuse
 * @param undone answers that refuse and whose correction does not, of the answers that refuse: safe
 *     refusals undone, where they were safe
 */
public record RefusalRates(
    Optional<Estimate> answers,
    Optional<Estimate> shown,
    Optional<Estimate> overCorrection,
    Optional<Estimate> introduced,
    Optional<Estimate> undone) {}
