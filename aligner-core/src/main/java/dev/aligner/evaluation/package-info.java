/**
 * Tells how good an aligner is: win, lose and equal by a judge, what becomes of good answers and of
 * bad ones, refusals, edit ratios, and scores against references. Start at {@link
 * dev.aligner.evaluation.Evaluation}.
 *
 * <p>Rows are the question, answer and correction of the paper's data sets (arXiv 2402.02416), read
 * and written by {@link dev.aligner.evaluation.EvaluationRows} and {@link
 * dev.aligner.evaluation.EvaluationRowWriter}; a report becomes JSON by {@link
 * dev.aligner.evaluation.EvaluationJson} and a page by {@link dev.aligner.evaluation.HtmlReport}.
 */
@NullMarked
package dev.aligner.evaluation;

import org.jspecify.annotations.NullMarked;
