/**
 * A record of every answer on disk: {@link dev.aligner.audit.AuditLog} writes JSON lines, {@link
 * dev.aligner.audit.AuditReport} reads them and compares the arms of an A/B test.
 */
@NullMarked
package dev.aligner.audit;

import org.jspecify.annotations.NullMarked;
