package io.braid.recipe;

import io.braid.UserError;
import java.nio.file.Path;

/** Where a part of a recipe was written, so that an error can point at it. */
sealed interface Place {
  /** In a file; line and column count from 1. */
  record InFile(Path file, int line, int column) implements Place {
    @Override
    public String toString() {
      return file + ":" + line + ":" + column;
    }
  }

  /** In a {@code key.path=value} on the command line. */
  record OnCommandLine(String override) implements Place {
    @Override
    public String toString() {
      return "command line '" + override + "'";
    }
  }

  /** In the defaults that a settings record states for itself. */
  record InDefaults(Class<?> type) implements Place {
    @Override
    public String toString() {
      return "defaults of " + type.getSimpleName();
    }
  }

  /** The error to throw about what stands here. */
  default UserError error(String message) {
    return new UserError(this + ": " + message);
  }
}
