package io.braid.recipe;

import io.braid.UserError;
import java.nio.file.Path;

/** The place where a part of a recipe was written, for error messages. */
sealed interface Place {
  /** A place in a file; line and column count from 1. */
  record InFile(Path file, int line, int column) implements Place {
    @Override
    public String toString() {
      return file + ":" + line + ":" + column;
    }
  }

  /** A setting {@code key.path=value} on the command line. */
  record OnCommandLine(String override) implements Place {
    @Override
    public String toString() {
      return "command line '" + override + "'";
    }
  }

  /** The declared defaults of a settings record. */
  record InDefaults(Class<?> type) implements Place {
    @Override
    public String toString() {
      return "defaults of " + type.getSimpleName();
    }
  }

  /** Creates an error that begins with this place. */
  default UserError error(String message) {
    return new UserError(this + ": " + message);
  }
}
