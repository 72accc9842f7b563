package io.braid.run.train;

import io.braid.Default;
import io.braid.Doc;
import io.braid.Inline;
import io.braid.model.LoraSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Low-rank adapters, as a recipe states them.
 *
 * @param lora what is adapted, and how
 * @param start the adapters to begin from
 * @param saveMerged whether the merged model is saved beside the adapters
 */
public record AdapterRecipe(
    @Inline LoraSettings lora,
    @Doc("A directory of PEFT's to begin from, of the same rank and matrices.")
        Optional<Path> start,
    @Doc("Save the merged model beside the adapters.") @Default("true") boolean saveMerged) {}
