package io.braid.app.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ColumnsTest {
  @Test
  void wideCharactersTakeTwoColumnsAndMarksNone() {
    assertThat(Columns.of("abc")).isEqualTo(3);
    assertThat(Columns.of("漢字")).isEqualTo(4);
    assertThat(Columns.of("e\u0301")).isEqualTo(1);
  }

  @Test
  void textIsCutAtTheEndOrInTheMiddle() {
    assertThat(Columns.cut("abcdef", 6)).isEqualTo("abcdef");
    assertThat(Columns.cut("abcdef", 4)).isEqualTo("abc…");
    assertThat(Columns.cut("漢字漢字", 4)).isEqualTo("漢…");
    assertThat(Columns.cutMiddle("abcdefghij", 7)).isEqualTo("ab…ghij");
    assertThat(Columns.cutMiddle("abc", 7)).isEqualTo("abc");
  }
}
