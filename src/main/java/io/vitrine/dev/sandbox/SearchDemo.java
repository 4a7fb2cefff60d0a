package io.vitrine.dev.sandbox;

import io.vitrine.checkpoint.ModelFileCache;
import io.vitrine.index.Hit;
import io.vitrine.index.IndexBuild;
import io.vitrine.index.IndexRequest;
import io.vitrine.index.Metric;
import io.vitrine.index.SearchMode;
import io.vitrine.search.Answer;
import io.vitrine.search.QueryFiles;
import io.vitrine.search.Searcher;
import io.vitrine.search.page.AnswerPage;
import io.vitrine.search.page.PageFile;
import io.vitrine.vectors.ResultFolder.Existing;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** An index of the demo's features, and a page of the pictures that are nearest to one of them. */
public final class SearchDemo {
    /** The pictures of a shape: those that the page should show. */
    public static final int PICTURES_PER_SHAPE = 6;

    private static final String COLUMN = "pooler_output";

    private final SparkSession spark;
    private final String features;
    private final String index;

    /** @param features an output with {@code pooler_output} of the demo's pictures */
    public SearchDemo(SparkSession spark, String features, String index) {
        this.spark = spark;
        this.features = features;
        this.index = index;
    }

    /**
     * Builds the index, searches for a picture and writes the page.
     *
     * @return the paths that the page shows, nearest first
     */
    public List<String> run(Path picture, Path page) {
        new IndexBuild(spark, IndexRequest.of(features, COLUMN, Metric.COSINE, index)).run(line -> {});
        Configuration hadoop = spark.sessionState().newHadoopConf();
        PageFile file = new PageFile(page.toString(), Existing.OVERWRITE, hadoop);
        try (Searcher searcher = Searcher.open(index, Optional.empty(), ModelFileCache.DEFAULT, hadoop);
                AnswerPage answers = new AnswerPage(file, searcher, PICTURES_PER_SHAPE)) {
            Answer answer = searcher.answer(
                    new QueryFiles(hadoop).read(new org.apache.hadoop.fs.Path(picture.toUri())),
                    PICTURES_PER_SHAPE,
                    SearchMode.EXACT);
            answers.add(answer);
            answers.write();
            return answer.hits().stream().map(Hit::path).toList();
        }
    }
}
