package io.vitrine.cli;

import io.vitrine.search.Query;
import io.vitrine.search.QueryFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** What to look for. */
@Section("Queries")
final class QueryOptions {
    @Option(
            names = "--query",
            paramLabel = "FILE",
            description = "A picture, or a folder of pictures, on any file system. May be given several times.")
    private List<String> pictures = List.of();

    @Option(
            names = "--text",
            paramLabel = "TEXT",
            description = "A text, for an index of image_embeds. May be given several times.")
    private List<String> texts = List.of();

    @Option(
            names = "--row",
            paramLabel = "PATH",
            description = "The path of an image of the index. May be given several times.")
    private List<String> rows = List.of();

    boolean isEmpty() {
        return pictures.isEmpty() && texts.isEmpty() && rows.isEmpty();
    }

    /** The queries, of which pictures are read when they are asked for. */
    List<Supplier<Query>> queries(QueryFiles files) {
        List<Supplier<Query>> queries = new ArrayList<>();
        for (String location : pictures) {
            files.list(location).forEach(file -> queries.add(() -> files.read(file)));
        }
        texts.forEach(text -> queries.add(() -> new Query.Text(text)));
        rows.forEach(path -> queries.add(() -> new Query.Row(path)));
        return queries;
    }
}
