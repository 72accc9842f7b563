package io.braid.app.commands;

import io.braid.app.terminal.Printable;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The base of all commands, with {@code --json}, {@code --debug} and {@code --help}. */
@Command(mixinStandardHelpOptions = true)
public abstract class BraidCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print the result as one JSON object on the last line.")
  private boolean json;

  @Option(names = "--debug", description = "Print the stack trace of an error.")
  private boolean debug;

  public final boolean debug() {
    return debug;
  }

  final boolean json() {
    return json;
  }

  /**
   * Prints text for people; with {@code --json} to standard error, so that standard output ends
   * with the object.
   */
  final void say(String text) {
    (json ? System.err : System.out).println(Printable.text(text));
  }

  /** Prints the object if {@code --json} was given. */
  final void answer(JsonNode object) {
    if (json) {
      System.out.println(Printable.json(JsonMapper.shared().writeValueAsString(object)));
    }
  }
}
