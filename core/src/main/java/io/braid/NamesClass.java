package io.braid;

import java.nio.file.Path;
import java.util.Optional;

/** Settings that name a user's class, which is loaded when the settings are used. */
public interface NamesClass {
  /** Returns the full name of the class. */
  String class_();

  /** Returns the jar file of the class; empty if it is on the class path. */
  Optional<Path> jar();
}
