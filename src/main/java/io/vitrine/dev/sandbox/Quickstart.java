package io.vitrine.dev.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.JsonFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Runs the whole job on the demo pictures, from one S3 bucket to another, shows the rows, and searches for one of them. */
public final class Quickstart {
    private static final String PICTURES = "s3a://pictures/shapes";
    private static final String FEATURES = "s3a://features/shapes";
    private static final String INDEX = "s3a://features/shapes-index";
    private static final String QUERY = "star/star-2.png";
    private static final int SHOWN = 12;
    private static final double TOLERANCE = 1e-4; // expected.json is rounded to six digits

    private final Path root;
    private final PrintWriter out;

    /**
     * @param root the project's folder
     */
    public Quickstart(Path root, PrintWriter out) {
        this.root = root;
        this.out = out;
    }

    /**
     * Starts a store, uploads the pictures, submits extract, shows the rows, compares them with the reference's answers, and writes
     * a search page.
     *
     * @return the exit status of extract
     * @throws IllegalStateException if a row differs from the reference's answer, or a picture of another shape is found
     */
    public int run() throws IOException {
        Path demo = root.resolve("demo");
        Path folder = root.resolve("target/quickstart");
        S3Store.delete(folder);
        Files.createDirectories(folder);
        try (S3Store store =
                S3Store.start(root.resolve("target/s3proxy/s3proxy.jar"), folder, "pictures", "features")) {
            out.println("S3Proxy at " + store.endpoint() + ", its data in " + root.relativize(store.data()));
            int pictures = upload(demo.resolve("pictures"), store);
            out.println("uploaded " + pictures + " pictures to " + PICTURES);
            out.flush();
            int status = new Submission(root.resolve("jobs/extract"), store)
                    .with("--master", "local[*]", "--input", PICTURES, "--output", FEATURES)
                    .with("--model", demo.resolve("checkpoint").toString())
                    .with("--columns", "pooler_output,last_hidden_state,logits")
                    .run();
            if (status != 0) {
                out.println("extract ended with status " + status + "; see above.");
                return status;
            }
            SparkSession spark = session(store);
            try {
                compare(demo, pictures, spark, store);
                search(demo, spark, folder.resolve("search.html"));
            } finally {
                spark.stop();
            }
            return 0;
        }
    }

    /** Shows the rows, and compares them with the reference's answers. */
    private void compare(Path demo, int pictures, SparkSession spark, S3Store store) {
        int right = show(demo, spark, out);
        out.println(right + " of " + pictures + " pictures have the reference's answer"
                + " (label, first values of pooler_output)");
        out.println("Parquet and run record: " + root.relativize(store.data().resolve("features/shapes")));
        out.flush();
        if (right != pictures) {
            throw new IllegalStateException((pictures - right) + " rows differ from the reference's answers.");
        }
    }

    private void search(Path demo, SparkSession spark, Path page) {
        List<String> found = new SearchDemo(spark, FEATURES, INDEX)
                .run(demo.resolve("pictures").resolve(QUERY), page);
        String shape = PICTURES + "/" + QUERY.substring(0, QUERY.indexOf('/') + 1);
        long same = found.stream().filter(path -> path.startsWith(shape)).count();
        out.println(same + " of the " + found.size() + " pictures nearest to " + QUERY
                + " have its shape. Look at them in a browser: " + root.relativize(page));
        out.flush();
        if (same < SearchDemo.PICTURES_PER_SHAPE) {
            throw new IllegalStateException("The search found pictures of other shapes: " + found);
        }
    }

    private static SparkSession session(S3Store store) {
        SparkConf conf = new SparkConf()
                .setMaster("local[1]")
                .setAppName("vitrine quickstart")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.sql.shuffle.partitions", "2")
                .set("spark.ui.enabled", "false");
        for (Map.Entry<String, String> setting : store.settingsWithKeys().entrySet()) {
            conf.set("spark.hadoop." + setting.getKey(), setting.getValue());
        }
        return SparkSession.builder().config(conf).getOrCreate();
    }

    private static int upload(Path pictures, S3Store store) throws IOException {
        Configuration configuration = new Configuration();
        store.settingsWithKeys().forEach(configuration::set);
        org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path(PICTURES);
        List<Path> files;
        try (var paths = Files.walk(pictures)) {
            files = paths.filter(Files::isRegularFile).toList();
        }
        try (FileSystem fs = FileSystem.newInstance(target.toUri(), configuration)) {
            for (Path file : files) {
                fs.copyFromLocalFile(
                        new org.apache.hadoop.fs.Path(file.toUri()),
                        new org.apache.hadoop.fs.Path(
                                target, pictures.relativize(file).toString()));
            }
        }
        return files.size();
    }

    /** Prints some of the rows, and returns how many of all rows have the answer in expected.json. */
    private static int show(Path demo, SparkSession spark, PrintWriter out) {
        List<String> labels =
                Checkpoint.open(demo.resolve("checkpoint")).config().labels();
        JsonNode expected = JsonFile.read(demo.resolve("expected.json")).path("pictures");
        List<Row> rows = spark.read()
                .parquet(FEATURES)
                .select("path", "status", "width", "height", "logits", "pooler_output")
                .orderBy("path")
                .collectAsList();
        out.printf("%n%-28s %-6s %-9s %-9s %s%n", "path", "status", "size", "label", "pooler_output");
        int right = 0;
        int every = Math.max(1, rows.size() / SHOWN);
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            String name = row.getString(0).substring(PICTURES.length() + 1);
            boolean ok = row.getString(1).equals("ok");
            String label = ok ? labels.get(largest(row.getList(4))) : "-";
            List<Float> pooled = ok ? row.getList(5) : List.of();
            String line = String.format(
                    Locale.ROOT,
                    "%-28s %-6s %-9s %-9s %s",
                    name,
                    row.getString(1),
                    row.get(2) + "x" + row.get(3),
                    label,
                    pooled.stream().limit(4).map(Quickstart::rounded).collect(Collectors.joining(" ")));
            if (i % every == 0 || !ok) {
                out.println(line);
            }
            right += matches(expected.path(name), label, pooled) ? 1 : 0;
        }
        out.println("(" + rows.size() + " rows, every " + every + "th shown)");
        return right;
    }

    private static String rounded(float value) {
        return String.format(Locale.ROOT, "% .4f", value);
    }

    private static boolean matches(JsonNode expected, String label, List<Float> pooled) {
        JsonNode first = expected.path("pooler_output_first8");
        boolean close = first.size() > 0 && pooled.size() >= first.size();
        for (int i = 0; close && i < first.size(); i++) {
            close = Math.abs(first.get(i).asDouble() - pooled.get(i)) <= TOLERANCE;
        }
        return close && expected.path("label").asText().equals(label);
    }

    private static int largest(List<Float> logits) {
        int best = 0;
        for (int i = 1; i < logits.size(); i++) {
            best = logits.get(i) > logits.get(best) ? i : best;
        }
        return best;
    }
}
