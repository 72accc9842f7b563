package io.braid;

/**
 * Something the user can mend: bad input, a missing file, a setting that contradicts another.
 *
 * <p>The message is one line that says what is wrong, where (file, line, key) and how to mend it.
 * The command line prints it without a stack trace and exits with code 2.
 */
public class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * An error that is the user's to mend.
   *
   * @param message one line: what, where, how to mend it
   */
  public UserError(String message) {
    super(message.strip().replaceAll("\\s*\\R\\s*", " "));
  }

  /**
   * An error that is the user's to mend.
   *
   * @param message one line: what, where, how to mend it
   * @param cause what was caught, shown only with {@code --debug}
   */
  public UserError(String message, Throwable cause) {
    super(message.strip().replaceAll("\\s*\\R\\s*", " "), cause);
  }
}
