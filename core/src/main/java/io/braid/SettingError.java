package io.braid;

/**
 * An error about the value of a setting. It keeps the key as a value, so that the reader of the
 * setting can add its location: file, line and column for a recipe, the option's name for the
 * command line.
 */
public final class SettingError extends UserError {
  private static final long serialVersionUID = 1L;

  private final String key;
  private final String complaint;

  /**
   * Creates an error.
   *
   * @param key as in a recipe, such as {@code max_new_tokens}, or {@code rollout.samples} for a
   *     setting of a nested record
   * @param complaint what is wrong and how to fix it, without the key
   */
  public SettingError(String key, String complaint) {
    super(key + ": " + complaint);
    this.key = key;
    this.complaint = complaint;
  }

  /**
   * Creates an error.
   *
   * @param key as in a recipe
   * @param complaint what is wrong and how to fix it, without the key
   * @param cause the exception that was caught, shown only with {@code --debug}
   */
  public SettingError(String key, String complaint, Throwable cause) {
    super(key + ": " + complaint, cause);
    this.key = key;
    this.complaint = complaint;
  }

  /** Returns the setting's key, as in a recipe. */
  public String key() {
    return key;
  }

  /** Returns what is wrong and how to fix it, without the key. */
  public String complaint() {
    return complaint;
  }
}
