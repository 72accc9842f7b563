package io.braid.eval.suite.vision;

import io.braid.UserError;
import io.braid.image.ImageSource;
import io.braid.task.ImageFields;
import io.braid.task.ProblemFields;
import io.braid.task.images.RecordImages;
import io.braid.task.records.DataRecord;
import io.braid.task.records.RecordFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a benchmark's file: VLMEvalKit's TSV, in which an image field that is a short number is the
 * index of the row whose image is meant, or the data set as the hub has it.
 */
final class VisionFile {
  private static final Pattern OTHER_ROW = Pattern.compile("\\d{1,20}(?:\\.0)?");
  private static final List<String> IDS = List.of("index", "pid", "sample_index", "id");

  private final VisionSuite suite;
  private final RecordImages images;
  private final ItemReader reader;
  private final List<Row> rows = new ArrayList<>();
  private final Map<String, List<ImageSource>> byIndex = new HashMap<>();
  private final Map<String, Integer> ids = new HashMap<>();

  /**
   * A row.
   *
   * @param other the index of the row whose images are meant, if they are not its own
   */
  private record Row(VisionItem item, Optional<String> other) {}

  private VisionFile(VisionSuite suite, Path file, ImageFields fields) {
    this.suite = suite;
    this.images = new RecordImages(file, ProblemFields.AUTO.showing(fields));
    this.reader = new ItemReader(suite);
  }

  /**
   * Reads all problems in the order of the file.
   *
   * @throws UserError in one line that names the file and the row, if one cannot be used
   */
  static List<VisionItem> read(
      VisionSuite suite, Path file, Optional<String> split, ImageFields fields) {
    VisionFile reading = new VisionFile(suite, file, fields);
    RecordFile.forEach(file, split, reading::add);
    reading.images.check(file);
    return reading.rows.stream().map(reading::shown).toList();
  }

  private void add(DataRecord values) {
    String index = values.first(IDS).flatMap(values::text).orElse("row " + (rows.size() + 1));
    VisionItem item = reader.item(values, id(index));
    Optional<String> other =
        values
            .first(ImageFields.KEYS)
            .flatMap(values::verbatim)
            .map(String::strip)
            .filter(text -> OTHER_ROW.matcher(text).matches())
            .map(text -> text.replaceFirst("\\.0$", ""));
    if (other.isEmpty()) {
      List<ImageSource> own = images.of(values, item.problem().question(), List.of());
      if (own.isEmpty()) {
        throw new UserError(
            "%s: has no image; get the suite's file again, or remove the row"
                .formatted(values.where()));
      }
      byIndex.put(index, own);
      item = item.showing(item.problem().with(own));
    }
    rows.add(new Row(item, other));
  }

  private String id(String index) {
    int times = ids.merge(index, 1, Integer::sum);
    return suite.name().toLowerCase(Locale.ROOT) + "/" + index + (times == 1 ? "" : "~" + times);
  }

  private VisionItem shown(Row row) {
    if (row.other.isEmpty()) {
      return row.item;
    }
    List<ImageSource> meant = byIndex.get(row.other.get());
    if (meant == null) {
      throw new UserError(
          "%s: its image is that of row %s, which has none of its own; get the suite's file again"
              .formatted(row.item.problem().where(), row.other.get()));
    }
    return row.item.showing(row.item.problem().with(meant));
  }
}
