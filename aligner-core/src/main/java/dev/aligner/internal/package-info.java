/** Not API: what the core shares with itself and with the engines. */
@NullMarked
package dev.aligner.internal;

import org.jspecify.annotations.NullMarked;
