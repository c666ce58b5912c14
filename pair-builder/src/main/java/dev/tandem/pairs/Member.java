package dev.tandem.pairs;

import java.io.Serializable;

/**
 * A sample that takes part in pairing; there is one for each image.
 *
 * @param sampleId its key in the table {@code samples}
 * @param imageDigest SHA-256 of the image file
 * @param generation whether it comes from the generation side
 * @param complete whether it has a prompt, a question and an answer, so that it can be aligned
 */
record Member(String sampleId, String imageDigest, boolean generation, boolean complete)
    implements Serializable {}
