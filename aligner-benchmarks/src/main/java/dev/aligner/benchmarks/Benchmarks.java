package dev.aligner.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: one command for each kind of measurement. */
@Command(
    name = "benchmarks",
    description = "Measures Aligner for Java. Each command has a --help of its own.",
    mixinStandardHelpOptions = true,
    subcommands = {
      SideBySide.class,
      StepCost.class,
      LoopOverhead.class,
      LoadTime.class,
      MemoryUse.class,
      Growth.class,
      DecoratorOverhead.class,
      Load.class
    })
public final class Benchmarks {

  private Benchmarks() {}

  /**
   * Runs one command and ends the process with its exit code.
   *
   * @param arguments the command and its options
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Benchmarks()).execute(arguments));
  }
}
