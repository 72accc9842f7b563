package io.braid.templates.jinja;

import java.util.OptionalInt;

/**
 * Thrown if a template is not Jinja, uses something that is not supported, or fails while it is
 * rendered. The author of the template or of its values can fix it.
 */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The line, from 1; 0 if the problem has no line. */
  private final int line;

  private final String problem;

  /**
   * Creates an exception for a problem in a line of a template.
   *
   * @param line the line, from 1
   * @param problem the problem
   * @param cause the exception that was caught
   */
  public TemplateException(int line, String problem, Throwable cause) {
    super("line " + line + ": " + problem, cause);
    this.line = line;
    this.problem = problem;
  }

  /**
   * Creates an exception for a problem without a line.
   *
   * @param problem what is wrong
   */
  public TemplateException(String problem) {
    super(problem);
    this.line = 0;
    this.problem = problem;
  }

  /** Returns the line of the template, from 1; empty if the problem has none. */
  public OptionalInt line() {
    return line == 0 ? OptionalInt.empty() : OptionalInt.of(line);
  }

  /** Returns the problem, without its line. */
  public String problem() {
    return problem;
  }

  /**
   * Returns the message with a name for the template: {@code Chat template, line 3: …}.
   *
   * @param template the name of the template
   */
  public String messageFor(String template) {
    return template + (line == 0 ? "" : ", line " + line) + ": " + problem;
  }
}
