package io.vitrine.cli;

import picocli.CommandLine.Option;

/** The options that say which vectors to read. */
@Section("Features")
final class FeaturesOptions {
    @Option(
            names = "--features",
            paramLabel = "OUTPUT",
            required = true,
            description =
                    "An output of jobs/extract, in any table format. Of each image the newest row counts, if it is"
                            + " ok.")
    private String features;

    @Option(
            names = "--column",
            paramLabel = "NAME",
            required = true,
            description = "A column of vectors: image_embeds, pooler_output, cls, mean or logits.")
    private String column;

    String features() {
        return features;
    }

    String column() {
        return column;
    }
}
