/** The detox model as a jar. Nothing here is to be called: engines find the model by themselves. */
@NullMarked
package dev.aligner.model.detox;

import org.jspecify.annotations.NullMarked;
