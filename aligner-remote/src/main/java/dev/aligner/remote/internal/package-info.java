/** Not API: the way of a correction to a server and back. */
@NullMarked
package dev.aligner.remote.internal;

import org.jspecify.annotations.NullMarked;
