package io.braid.remote.hub;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file of a repository, as the hub lists it.
 *
 * @param path in the repository
 * @param size in bytes
 * @param sha256 of its content, for large files
 * @param gitHash git's hash of its content, for small ones
 */
record HubFile(String path, OptionalLong size, Optional<String> sha256, Optional<String> gitHash) {}
