package io.braid.task.records;

import io.braid.UserError;

/** A record has no such key; another record of the file may have it. */
public final class MissingKey extends UserError {
  private static final long serialVersionUID = 1L;

  private final String role;

  MissingKey(String role, String message) {
    super(message);
    this.role = role;
  }

  /** What is missing: {@code answer}. */
  public String role() {
    return role;
  }
}
