package dev.aligner.examples.cli;

import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Takes the next argument as a text, even if it spells an option: an answer may begin with one. */
final class Verbatim implements IParameterConsumer {

  Verbatim() {}

  @Override
  public void consumeParameters(Stack<String> args, ArgSpec arg, CommandSpec command) {
    if (args.isEmpty()) {
      String name = arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
      throw new ParameterException(
          command.commandLine(), "Missing required parameter for option '" + name + "'");
    }
    arg.setValue(args.pop());
  }
}
