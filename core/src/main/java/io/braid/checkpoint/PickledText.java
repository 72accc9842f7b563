package io.braid.checkpoint;

import io.braid.checkpoint.PickleReader.Refused;
import java.io.IOException;
import java.util.List;

/**
 * Reads a pickle that contains a single string. It is read as data: every name in it is refused.
 */
public final class PickledText {
  private PickledText() {}

  /**
   * Reads the string.
   *
   * @throws IOException if the pickle is damaged or contains anything else
   */
  public static String read(byte[] pickle) throws IOException {
    try {
      if (PickleReader.read(pickle, new NoGlobals()) instanceof String text) {
        return text;
      }
      throw new IOException("the pickle does not contain a string");
    } catch (Refused e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static final class NoGlobals implements PickleReader.Globals {
    @Override
    public Object global(String module, String name) throws Refused {
      throw new Refused(
          "its pickle names %s.%s, which a string does not need".formatted(module, name));
    }

    @Override
    public Object call(Object global, List<Object> arguments) throws Refused {
      throw new Refused("its pickle calls a function, which a string does not need");
    }

    @Override
    public Object persistent(Object id) throws Refused {
      throw new Refused("its pickle refers to data outside the pickle");
    }
  }
}
