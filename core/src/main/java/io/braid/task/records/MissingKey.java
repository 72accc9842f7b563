package io.braid.task.records;

import io.braid.UserError;

/** Thrown if a record lacks a key; other records of the file may have it. */
public final class MissingKey extends UserError {
  private static final long serialVersionUID = 1L;

  private final String role;

  MissingKey(String role, String message) {
    super(message);
    this.role = role;
  }

  /** Returns the role of the missing key, such as {@code answer}. */
  public String role() {
    return role;
  }
}
