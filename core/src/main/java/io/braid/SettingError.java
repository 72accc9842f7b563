package io.braid;

/**
 * A setting whose value is refused. The key is kept as a value, so that whoever read the setting
 * can say where it was given: the recipe's reader adds file, line and column, the command line
 * names the option.
 */
public final class SettingError extends UserError {
  private static final long serialVersionUID = 1L;

  private final String key;
  private final String complaint;

  /**
   * A setting that is refused.
   *
   * @param key as in a recipe, such as {@code max_new_tokens}, or {@code rollout.samples} for a
   *     setting of a nested record
   * @param complaint what is wrong and how to mend it, without the key
   */
  public SettingError(String key, String complaint) {
    super(key + ": " + complaint);
    this.key = key;
    this.complaint = complaint;
  }

  /**
   * A setting that is refused.
   *
   * @param key as in a recipe
   * @param complaint what is wrong and how to mend it, without the key
   * @param cause what was caught, shown only with {@code --debug}
   */
  public SettingError(String key, String complaint, Throwable cause) {
    super(key + ": " + complaint, cause);
    this.key = key;
    this.complaint = complaint;
  }

  /** The setting's key, as in a recipe. */
  public String key() {
    return key;
  }

  /** What is wrong and how to mend it, without the key. */
  public String complaint() {
    return complaint;
  }
}
