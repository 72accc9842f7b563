package io.braid.templates.jinja;

/** A string that grows to at most {@link Limits#TEXT} characters. */
final class TextBuilder {
  private final StringBuilder text = new StringBuilder();

  TextBuilder append(String more) {
    if (text.length() + (long) more.length() > Limits.TEXT) {
      throw Limits.exceeded("a text grows", Limits.TEXT);
    }
    Work.spendOn(more);
    Work.grow(more.length());
    text.append(more);
    return this;
  }

  TextBuilder appendCodePoint(int codePoint) {
    Work.grow(1);
    text.appendCodePoint(codePoint);
    return text.length() > Limits.TEXT ? append(" ") : this;
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
