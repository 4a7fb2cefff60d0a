package io.vitrine.testkit;

import io.vitrine.dev.sandbox.S3Store;
import io.vitrine.dev.sandbox.Submission;
import io.vitrine.spark.SparkLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The launchers in {@code jobs/}, as a person runs them: each submission is a process that starts the real SparkSubmit. */
public final class Launchers {
    private Launchers() {}

    /** A submission of {@code jobs/extract} in local mode, on local files. */
    public static Submission extract() {
        return extract((S3Store) null);
    }

    /** A submission of {@code jobs/extract} in local mode that reads and writes {@code store}. */
    public static Submission extract(ObjectStore store) {
        return extract(store.server());
    }

    private static Submission extract(S3Store store) {
        return launcher("extract", store).with("--master", "local[2]");
    }

    /** A submission of the launcher {@code name} without arguments. */
    static Submission launcher(String name, S3Store store) {
        return new Submission(Path.of("jobs", name).toAbsolutePath(), store)
                .environment(
                        "VITRINE_JAR",
                        SparkLine.ofThisBuild()
                                .jar(Path.of(""))
                                .toAbsolutePath()
                                .toString());
    }

    /**
     * Runs a submission to its end.
     *
     * @param folder where its output is kept
     */
    public static ProcessResult run(Submission submission, Path folder) {
        try {
            Path logs = Files.createTempDirectory(folder, "submission-");
            Path out = logs.resolve("out.txt");
            Path err = logs.resolve("err.txt");
            int status = submission.run(out, err);
            return new ProcessResult(status, Files.readString(out), Files.readString(err));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
