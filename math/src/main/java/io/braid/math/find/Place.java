package io.braid.math.find;

/** The part of a response in which its answer was found. */
public enum Place {
  /** The content of the last box. */
  BOX("the last box", true),
  /** The content of the last answer tags. */
  TAGS("the last answer tags", true),
  /** The line after the last {@code ####}. */
  HASHES("behind ####", true),
  /** The text after words such as "the answer is". */
  ANNOUNCEMENT("behind \"answer\"", true),
  /** The response is only the answer. */
  WHOLE("the whole response", false),
  /** The letter of an option at the start of the response. */
  START("the start", false),
  /** The last tuple. */
  LAST_TUPLE("the last tuple", false),
  /** The last formula. */
  LAST_FORMULA("the last formula", false),
  /** The last number. */
  LAST_NUMBER("the last number", false),
  /** The last words. */
  LAST_WORDS("the last words", false),
  /** The letters of options in the last sentence. */
  LAST_SENTENCE("the last sentence", false),
  /** The last letter of an option. */
  LAST_LETTER("the last letter", false);

  private final String words;
  private final boolean announced;

  Place(String words, boolean announced) {
    this.words = words;
    this.announced = announced;
  }

  /**
   * Returns whether the response says that this is its answer: it is in a box or in tags, after
   * {@code ####}, or after words that announce it.
   */
  public boolean isAnnounced() {
    return announced;
  }

  /** Returns the place in a few words. */
  @Override
  public String toString() {
    return words;
  }
}
