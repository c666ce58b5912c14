package dev.tandem.schemas;

/** Definitions of the tables that curation writes. */
final class CurationTables {
  private CurationTables() {}

  static TableDefinition samples() {
    return TableDefinition.of("Understanding and generation samples, one row each")
        .key("sample_id")
        .required("sample_id", "STRING", "Digest of where the sample comes from and what it says")
        .required("side", "STRING", "understanding (has a question) or generation")
        .optional("image", "BINARY", "Encoded image file; null: the sample has none")
        .optional(
            "image_format",
            "STRING",
            "Format of the image: png, jpeg, ...; null: no image (quicker to ask than the image)")
        .optional("image_width", "INT", "Width in pixels; null: no image")
        .optional("image_height", "INT", "Height in pixels; null: no image")
        .optional("image_sha256", "STRING", "Hex SHA-256 of the image file; null: no image")
        .optional("image_path", "STRING", "Path of the image in the input; null: not from a file")
        .optional("prompt", "STRING", "Text that an image is generated from; null: none given")
        .optional("question", "STRING", "Question about the image, options included; null: none")
        .optional("options", "ARRAY<STRING>", "Texts of the options A, B, ...; null: no options")
        .optional("answer", "STRING", "Right answer, a letter where there are options; null: none")
        .optional("tag", "STRING", "Task or source label given by the data; null: none")
        .required("metadata", "STRING", "JSON: include, exclude, yn_question_list, yn_answer_list")
        .required("extra", "STRING", "JSON: all other keys of the input line, kept as they were")
        .required("source", "STRING", "File relative to the data folder, colon, line number")
        .required("provenance", "STRING", "imported, shapeworld, or completed:<by whom>")
        .check("side_known", "side IN ('understanding', 'generation')")
        .check("understanding_has_question", "side <> 'understanding' OR question IS NOT NULL")
        .check(
            "image_is_described",
            "(image IS NULL AND image_format IS NULL AND image_width IS NULL"
                + " AND image_height IS NULL AND image_sha256 IS NULL)"
                + " OR (image IS NOT NULL AND image_format IS NOT NULL AND image_width > 0"
                + " AND image_height > 0 AND image_sha256 IS NOT NULL)")
        .build();
  }

  static TableDefinition embeddings() {
    return TableDefinition.of("Vectors of samples, one row per sample and encoder")
        .key("sample_id", "encoder")
        .required("sample_id", "STRING", "The embedded sample")
        .required("encoder", "STRING", "Name of the encoder")
        .required("encoder_digest", "STRING", "Digest of the encoder's weights and settings")
        .required("dimension", "INT", "Number of components")
        .required("vector", "BINARY", "L2-normalised float32 components, little-endian")
        .check("vector_has_dimension", "dimension > 0 AND octet_length(vector) = 4 * dimension")
        .build();
  }

  static TableDefinition pairs() {
    return TableDefinition.of("Understanding-generation pairs, one row each")
        .key("pair_id")
        .required("pair_id", "STRING", "Digest of the two samples")
        .required("build_id", "STRING", "The pair-building run that made the pair")
        .required("generation_sample_id", "STRING", "Sample of the generation side")
        .required("understanding_sample_id", "STRING", "Sample of the understanding side")
        .required("pair_type", "STRING", "aligned (one image) or retrieved (similar images)")
        .required("similarity", "DOUBLE", "Cosine similarity of the images, at most 1")
        .required("weight", "DOUBLE", "Factor on the advantages of the pair's rollouts")
        .optional("cluster", "INT", "Cluster of the generation sample; null: not clustered")
        .check("pair_type_known", "pair_type IN ('aligned', 'retrieved')")
        .check("weight_not_negative", "weight >= 0")
        .build();
  }

  static TableDefinition pairStatistics() {
    return TableDefinition.of("What the newest build of pairs did, one number a row")
        .key("build_id", "place")
        .required("build_id", "STRING", "The pair-building run")
        .required("place", "INT", "Order in which the numbers are shown, from 0")
        .required(
            "measure",
            "STRING",
            "count, pair_type, similarity, cluster_size, generation_tag or understanding_tag")
        .required("item", "STRING", "What is counted: a name, a tag, the low end of a bin, a range")
        .required("value", "BIGINT", "How many: samples, images, pairs, or clusters of a size")
        .check("value_not_negative", "value >= 0")
        .build();
  }

  static TableDefinition quarantine() {
    return TableDefinition.of("Input that could not be used, one row each")
        .key("job", "source", "row")
        .required("job", "STRING", "The job that refused the input, for example import")
        .required("source", "STRING", "Path of the file")
        .required("row", "BIGINT", "Line number, from 1")
        .required("reason", "STRING", "Kind of defect, a colon, and what was found")
        .required("raw", "STRING", "The input as it was read")
        .required("quarantined_at", "TIMESTAMP", "When the input was refused")
        .build();
  }
}
