package io.braid;

import java.nio.file.Path;
import java.util.Optional;

/** Settings that name a class of the user's own, which is loaded when they are put to use. */
public interface NamesClass {
  /** The full name of the class. */
  String class_();

  /** Its jar file; empty where it is on the class path. */
  Optional<Path> jar();
}
