/** Model families, one file each: the structure of their layers and how config.json is read. */
@NullMarked
package io.braid.model.family;

import org.jspecify.annotations.NullMarked;
