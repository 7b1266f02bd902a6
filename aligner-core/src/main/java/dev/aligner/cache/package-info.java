/**
 * {@link dev.aligner.cache.CaffeineCache} remembers corrected texts. It needs the library Caffeine
 * on the class path, which is an optional dependency.
 */
@NullMarked
package dev.aligner.cache;

import org.jspecify.annotations.NullMarked;
