/**
 * Reads and writes the safetensors format: an 8-byte little-endian header length, a JSON header
 * that gives each tensor's type, shape and byte range, then the bytes of all tensors without gaps.
 * Large models lie in several such files with an index.
 *
 * <p>Start at {@link dev.tandem.policy.safetensors.TensorFiles} for libtorch tensors, at {@link
 * dev.tandem.policy.safetensors.SafetensorsReader} and {@link
 * dev.tandem.policy.safetensors.SafetensorsWriter} for arrays.
 */
@NullMarked
package dev.tandem.policy.safetensors;

import org.jspecify.annotations.NullMarked;
