/** Files of JSON lines: read as bytes, spelled back as they were, written in whole lines. */
@NullMarked
package dev.aligner.internal.jsonl;

import org.jspecify.annotations.NullMarked;
