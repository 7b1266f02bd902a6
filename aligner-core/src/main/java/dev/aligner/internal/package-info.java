/** Not API: what the core shares with itself. */
@NullMarked
package dev.aligner.internal;

import org.jspecify.annotations.NullMarked;
