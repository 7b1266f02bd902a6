/**
 * The command line of Aligner for Java, {@code java -jar aligner.jar}. Start at {@link
 * dev.aligner.examples.cli.AlignerCli}.
 *
 * <p>Standard output holds results alone, always in UTF-8; whatever else there is to say goes to
 * standard error.
 */
@NullMarked
package dev.aligner.examples.cli;

import org.jspecify.annotations.NullMarked;
