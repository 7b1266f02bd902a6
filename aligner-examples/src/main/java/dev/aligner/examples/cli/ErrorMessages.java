package dev.aligner.examples.cli;

import dev.aligner.AlignerClosedException;
import dev.aligner.AlignerException;
import dev.aligner.DeadlineExceededException;
import dev.aligner.InferenceException;
import dev.aligner.LimitExceededException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Says what went wrong in one line, and what exit code it makes. A stack trace is shown on request,
 * and for what should never happen.
 */
final class ErrorMessages {

  private final PrintStream err;
  private final BooleanSupplier stackTrace;

  ErrorMessages(PrintStream err, BooleanSupplier stackTrace) {
    this.err = err;
    this.stackTrace = stackTrace;
  }

  /** The arguments are wrong. */
  int onParameters(ParameterException exception, String[] args) {
    String command = exception.getCommandLine().getCommandSpec().qualifiedName();
    print(command + ": " + exception.getMessage(), exception);
    err.println("Try '" + command + " --help'.");
    return ExitCode.USAGE;
  }

  /** A command failed. */
  int onExecution(Exception exception, CommandLine command, ParseResult parsed) {
    String name = command.getCommandSpec().qualifiedName() + ": ";
    Exception failure =
        exception instanceof UncheckedIOException unchecked && unchecked.getCause() != null
            ? unchecked.getCause()
            : exception;
    if (failure instanceof InferenceException
        || failure instanceof LimitExceededException
        || failure instanceof DeadlineExceededException) {
      print(name + CorrectionJson.message(failure), failure);
      return ExitCode.SOFTWARE;
    }
    if (failure instanceof AlignerException
        || failure instanceof AlignerClosedException
        || failure instanceof UnusableOptionException) {
      print(name + CorrectionJson.message(failure), failure);
      return ExitCode.USAGE;
    }
    if (failure instanceof IOException io) {
      print(name + message(io), failure);
      return ExitCode.USAGE;
    }
    err.println(name + "this is a bug; please report it with what follows");
    failure.printStackTrace(err);
    return ExitCode.SOFTWARE;
  }

  /** What was written to standard output did not arrive. */
  int onBrokenOutput(int exitCode) {
    err.println("aligner: standard output cannot be written to");
    return exitCode == ExitCode.OK ? ExitCode.USAGE : exitCode;
  }

  private static String message(IOException failure) {
    if (failure instanceof NoSuchFileException missing) {
      return missing.getFile() + ": expected a file, found none";
    }
    if (failure instanceof AccessDeniedException denied) {
      return denied.getFile() + ": expected a file that may be used, found that access is denied";
    }
    return CorrectionJson.message(failure);
  }

  private void print(String message, Exception failure) {
    err.println(message);
    if (stackTrace.getAsBoolean()) {
      failure.printStackTrace(err);
    }
  }
}
