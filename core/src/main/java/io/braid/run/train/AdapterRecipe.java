package io.braid.run.train;

import io.braid.Default;
import io.braid.Doc;
import io.braid.Inline;
import io.braid.MayChangeOnResume;
import io.braid.model.LoraSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Settings of low-rank adapters.
 *
 * @param lora rank, scale and targets of the adapters
 * @param start directory of the adapters to start from
 * @param saveMerged whether to save the merged model in addition to the adapters
 */
public record AdapterRecipe(
    @Inline LoraSettings lora,
    @Doc("A directory of adapters in PEFT's format to start from, with the same rank and matrices.")
        Optional<Path> start,
    @MayChangeOnResume @Doc("Save the merged model in addition to the adapters.") @Default("true")
        boolean saveMerged) {}
