/**
 * How corrections reach the people who read them: what is corrected ({@link
 * dev.aligner.policy.CorrectionGate}), what is taken of what comes back ({@link
 * dev.aligner.policy.AcceptanceCheck}), what happens when it fails ({@link
 * dev.aligner.policy.FailurePolicy}), for whom ({@link dev.aligner.policy.Mode}), and who hears of
 * it.
 *
 * <p>Start at {@link dev.aligner.policy.AlignmentPolicy}, which holds all of these; {@link
 * dev.aligner.policy.AnswerAligner} applies one to any answer, and {@link
 * dev.aligner.AlignedChatModel} stacks that on a chat model.
 */
@NullMarked
package dev.aligner.policy;

import org.jspecify.annotations.NullMarked;
