package io.braid.input;

import io.braid.Doc;
import io.braid.task.ImageFields;
import io.braid.task.ProblemFields;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The keys of a data file's fields; missing keys are detected.
 *
 * @param question the key of the question
 * @param answer the key of the answer
 * @param id the key of a unique id
 * @param images the key of the images; blank reads none
 * @param imageRoot the directory to which the paths of images are relative
 */
public record FieldsRecipe(
    @Doc("The key of the question; by default question, problem or prompt.")
        Optional<String> question,
    @Doc("The key of the answer; by default answer or solution.") Optional<String> answer,
    @Doc("The key of a unique id.") Optional<String> id,
    @Doc("The key of the images; by default images or image; '' reads only the text.")
        Optional<String> images,
    @Doc(
            "The directory to which the paths of images are relative; by default that of the data"
                + " file.")
        Optional<String> imageRoot) {
  /** Settings in which nothing is named. */
  public static final FieldsRecipe AUTO =
      new FieldsRecipe(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** Returns the keys in the form that the reader of data files takes. */
  public ProblemFields fields() {
    return new ProblemFields(question, answer, id)
        .showing(new ImageFields(images, imageRoot.map(Path::of)));
  }
}
