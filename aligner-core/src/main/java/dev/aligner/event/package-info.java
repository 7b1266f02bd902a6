/**
 * What happens to each answer, as records: {@link dev.aligner.event.AlignmentListener} hears of
 * {@link dev.aligner.event.AlignmentEvent}s. Metrics and audit logs are built on it.
 */
@NullMarked
package dev.aligner.event;

import org.jspecify.annotations.NullMarked;
