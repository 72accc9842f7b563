/** Model families, one file each: what their layers are made of and how config.json is read. */
@NullMarked
package io.braid.model.family;

import org.jspecify.annotations.NullMarked;
