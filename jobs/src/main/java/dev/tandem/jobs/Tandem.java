package dev.tandem.jobs;

import dev.tandem.jobs.command.ConfigCommand;
import dev.tandem.jobs.command.DoctorCommand;
import dev.tandem.jobs.command.EvaluateCommand;
import dev.tandem.jobs.command.ExamineCommand;
import dev.tandem.jobs.command.ExperimentsCommand;
import dev.tandem.jobs.command.ImportCommand;
import dev.tandem.jobs.command.PairsCommand;
import dev.tandem.jobs.command.PretrainCommand;
import dev.tandem.jobs.command.QuickstartCommand;
import dev.tandem.jobs.command.SqlCommand;
import dev.tandem.jobs.command.TrainCommand;
import dev.tandem.schemas.UserError;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ScopeType;

/**
 * The command line. Exit status 0: done; 1: a failure of ours; 2: something for the user to mend,
 * told in one message without a stack trace.
 */
@Command(
    name = "tandem",
    synopsisSubcommandLabel = "<command>",
    description = {
      "Reinforcement learning for unified multimodal models, as a batch pipeline on Spark.",
      ""
    },
    commandListHeading = "Commands:%n",
    footer = {
      "",
      "'tandem help <command>' explains a command; 'tandem test' runs the project's tests.",
    },
    scope = ScopeType.LOCAL,
    subcommands = {
      QuickstartCommand.class,
      ImportCommand.class,
      PairsCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      ExperimentsCommand.class,
      ExamineCommand.class,
      PretrainCommand.class,
      SqlCommand.class,
      ConfigCommand.class,
      DoctorCommand.class,
      HelpCommand.class
    })
public final class Tandem {
  private Tandem() {}

  /** Runs one command and exits with its status. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs one command and returns its exit status. */
  public static int run(String... args) {
    CommandLine commandLine = new CommandLine(new Tandem());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setUsageHelpAutoWidth(true);
    commandLine.setExecutionExceptionHandler(Tandem::explain);
    if (args.length == 0) {
      commandLine.usage(System.out);
      return CommandLine.ExitCode.USAGE;
    }
    return commandLine.execute(args);
  }

  private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UserError) {
        System.err.println("tandem: " + cause.getMessage());
        return CommandLine.ExitCode.USAGE;
      }
    }
    failure.printStackTrace();
    return CommandLine.ExitCode.SOFTWARE;
  }
}
