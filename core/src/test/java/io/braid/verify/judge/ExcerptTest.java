package io.braid.verify.judge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExcerptTest {
  @Test
  void keepsAShortText() {
    assertThat(Excerpt.end("abcde", 5)).isEqualTo("abcde");
    assertThat(Excerpt.ends("abcde", 5)).isEqualTo("abcde");
  }

  @Test
  void shortensALongTextToItsEndOrBothEnds() {
    assertThat(Excerpt.end("abcdefghijk", 3)).isEqualTo("\n[…]\nijk");
    assertThat(Excerpt.ends("abcdefghijk", 10)).isEqualTo("abcdefgh\n[…]\njk");
  }

  @Test
  void doesNotSplitSurrogatePairs() {
    assertThat(Excerpt.end("ab😀c", 2)).isEqualTo("\n[…]\nc");
    assertThat(Excerpt.end("ab😀c", 3)).isEqualTo("\n[…]\n😀c");
  }
}
