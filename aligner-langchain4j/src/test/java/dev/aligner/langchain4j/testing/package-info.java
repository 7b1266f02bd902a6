/** Scripted models and aligners for tests. */
@NullMarked
package dev.aligner.langchain4j.testing;

import org.jspecify.annotations.NullMarked;
