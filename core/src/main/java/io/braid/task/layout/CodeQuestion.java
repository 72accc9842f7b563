package io.braid.task.layout;

import io.braid.task.CodeTests;
import java.util.List;

/** Words the question of a programming problem if its data set does not. */
final class CodeQuestion {
  private static final String ONE_BLOCK = "Put all of your code into one ```python block.";

  private CodeQuestion() {}

  /** Asks for the completion of a function whose beginning is given. */
  static String complete(String beginning) {
    return "Complete this Python function. %s Repeat what is there.\n\n%s"
        .formatted(ONE_BLOCK, block(beginning));
  }

  /** Asks for a program that passes the given tests. */
  static String passing(String task, List<String> tests) {
    return "%s\n\nWrite it in Python. %s It must pass these tests:\n\n%s"
        .formatted(task.strip(), ONE_BLOCK, block(String.join("\n", tests)));
  }

  /**
   * Adds the required form of the answer to a question that does not state it.
   *
   * @param starter the code to begin with, or blank
   */
  static String asked(String task, String starter, CodeTests tests) {
    String form =
        switch (tests) {
          case CodeTests.Programs _ ->
              "Write a Python program that reads from standard input and writes to standard output."
                  + " "
                  + ONE_BLOCK;
          case CodeTests.Calls calls when starter.isBlank() ->
              "Write a Python function named %s. %s".formatted(calls.function(), ONE_BLOCK);
          case CodeTests.Calls _ -> ONE_BLOCK;
          case CodeTests.Assertions _ -> "";
        };
    String begin = starter.isBlank() ? "" : "Begin with this code:\n\n" + block(starter);
    return String.join("\n\n", task.strip(), form, begin).strip();
  }

  private static String block(String code) {
    return "```python\n" + code.strip() + "\n```";
  }
}
