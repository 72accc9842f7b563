package io.braid.app.commands;

import io.braid.UserError;
import io.braid.app.terminal.Interrupts;
import io.braid.app.terminal.Printable;
import io.braid.input.ChatSession;
import io.braid.input.Prompting;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Reads messages and commands line by line, and prints the replies. */
final class ChatLoop {
  private static final String HELP =
      """
      /system TEXT  sets the system message from now on; '' removes it; without TEXT, shows it
      /reset        forgets the conversation, but not the system message
      /exit         ends, as does Ctrl-D
      A line that ends in \\ is continued on the next line. A message that begins with / is written
      with a space before it. Ctrl-C stops a reply; what is there is kept.\
      """;

  private final ChatSession session;
  private final Function<Optional<String>, Prompting> prompting;
  private final BufferedReader in;
  private final PrintStream out;
  private final Interrupts interrupts;
  private Optional<String> system;

  /**
   * Creates a loop.
   *
   * @param prompting returns how to ask with a system message
   * @param system the first system message
   * @param out receives the replies; what the program itself says goes to standard error
   */
  ChatLoop(
      ChatSession session,
      Function<Optional<String>, Prompting> prompting,
      Optional<String> system,
      BufferedReader in,
      PrintStream out,
      Interrupts interrupts) {
    this.session = session;
    this.prompting = prompting;
    this.system = system;
    this.in = in;
    this.out = out;
    this.interrupts = interrupts;
  }

  /**
   * Runs until the input ends.
   *
   * @param marks whether to print a mark when a line is expected
   */
  void run(boolean marks) {
    while (true) {
      Optional<String> line = line(marks);
      if (line.isEmpty()) {
        if (marks) {
          out.println(); // the shell's next line must not follow the mark
        }
        return;
      }
      String text = line.get();
      if (text.equals("/exit") || text.equals("/quit")) {
        return;
      }
      if (text.startsWith("/")) {
        command(text);
      } else if (!text.isBlank()) {
        answer(text.strip());
      }
    }
  }

  /** Reads a line with its continuations; empty at the end of the input. */
  private Optional<String> line(boolean marks) {
    StringBuilder whole = new StringBuilder();
    try {
      while (true) {
        if (marks) {
          out.print(whole.isEmpty() ? "> " : "… ");
          out.flush();
        }
        String line = in.readLine();
        if (line == null) {
          return whole.isEmpty() ? Optional.empty() : Optional.of(whole.toString());
        }
        if (!line.endsWith("\\")) {
          return Optional.of(whole.append(line).toString());
        }
        whole.append(line, 0, line.length() - 1).append('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void command(String text) {
    String name = text.split("\\s", 2)[0];
    String rest = text.substring(name.length()).strip();
    switch (name) {
      case "/help" -> say(HELP);
      case "/reset" -> {
        session.reset();
        say("(the conversation is forgotten)");
      }
      case "/system" -> system(rest);
      default ->
          say(
              "(no command %s; /help lists them; write a space before a message that begins with /)"
                  .formatted(name));
    }
  }

  private void system(String text) {
    if (text.isEmpty()) {
      say(
          system
              .filter(message -> !message.isEmpty())
              .map(message -> "(system message: " + message + ")")
              .orElse("(no system message is set)"));
      return;
    }
    Optional<String> other = Optional.of(text.equals("''") || text.equals("\"\"") ? "" : text);
    session.ask(prompting.apply(other));
    system = other;
    say(
        other.get().isEmpty()
            ? "(the system message is removed)"
            : "(the system message applies from the next message on)");
  }

  private void answer(String message) {
    interrupts.begin();
    try {
      ChatSession.Reply reply =
          session.reply(
              message,
              piece -> {
                out.print(Printable.text(piece));
                out.flush();
              },
              interrupts::requested);
      out.println();
      if (reply.dropped() > 0) {
        say(
            String.format(
                Locale.ROOT,
                "(the model's context is full: the first %,d messages were dropped)",
                reply.dropped()));
      }
      if (reply.text().isBlank()) {
        say("(no reply; the message is not kept)");
      }
      switch (reply.end()) {
        case MODEL -> {}
        case USER -> say("(stopped)");
        case LIMIT ->
            say(
                String.format(
                    Locale.ROOT,
                    "(cut off at %,d tokens, by --max-new-tokens or the model's context)",
                    reply.tokens()));
      }
    } catch (UserError e) {
      say("(" + e.getMessage() + ")");
    } finally {
      interrupts.end();
    }
  }

  private static void say(String text) {
    System.err.println(Printable.text(text));
  }
}
