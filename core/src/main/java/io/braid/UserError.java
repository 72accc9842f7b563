package io.braid;

/**
 * An error that the user can fix, such as invalid input, a missing file or contradictory settings.
 *
 * <p>The message is one line that says what is wrong, where (file, line, key) and how to fix it.
 * The command line prints it without a stack trace and exits with code 2.
 */
public class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an error.
   *
   * @param message one line that says what is wrong, where, and how to fix it
   */
  public UserError(String message) {
    super(message.strip().replaceAll("\\s*\\R\\s*", " "));
  }

  /**
   * Creates an error.
   *
   * @param message one line that says what is wrong, where, and how to fix it
   * @param cause the exception that was caught, shown only with {@code --debug}
   */
  public UserError(String message, Throwable cause) {
    super(message.strip().replaceAll("\\s*\\R\\s*", " "), cause);
  }
}
