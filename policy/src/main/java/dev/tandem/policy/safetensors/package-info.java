/**
 * Reads and writes the safetensors format: an 8-byte little-endian header length, a JSON header
 * that gives each tensor's type, shape and byte range, then the bytes of all tensors without gaps.
 */
@NullMarked
package dev.tandem.policy.safetensors;

import org.jspecify.annotations.NullMarked;
