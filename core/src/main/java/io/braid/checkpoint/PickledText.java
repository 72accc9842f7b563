package io.braid.checkpoint;

import io.braid.checkpoint.PickleReader.Refused;
import java.io.IOException;
import java.util.List;

/** A pickle that holds one text. It is read as data: every name in it is refused. */
public final class PickledText {
  private PickledText() {}

  /**
   * The text.
   *
   * @throws IOException when the pickle is damaged or holds something else
   */
  public static String read(byte[] pickle) throws IOException {
    try {
      if (PickleReader.read(pickle, new NoGlobals()) instanceof String text) {
        return text;
      }
      throw new IOException("the pickle does not hold a text");
    } catch (Refused e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static final class NoGlobals implements PickleReader.Globals {
    @Override
    public Object global(String module, String name) throws Refused {
      throw new Refused(
          "its pickle names %s.%s, which a text does not need".formatted(module, name));
    }

    @Override
    public Object call(Object global, List<Object> arguments) throws Refused {
      throw new Refused("its pickle calls a function, which a text does not need");
    }

    @Override
    public Object persistent(Object id) throws Refused {
      throw new Refused("its pickle refers to something outside of it");
    }
  }
}
