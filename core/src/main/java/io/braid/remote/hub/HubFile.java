package io.braid.remote.hub;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file of a repository, as the hub lists it.
 *
 * @param path the path in the repository
 * @param size the size in bytes
 * @param sha256 SHA-256 of the contents, for large files
 * @param gitHash git's hash of the contents, for small files
 */
record HubFile(String path, OptionalLong size, Optional<String> sha256, Optional<String> gitHash) {}
