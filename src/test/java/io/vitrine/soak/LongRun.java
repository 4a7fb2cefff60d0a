package io.vitrine.soak;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.job.Extract;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.job.request.TaskSettings;
import io.vitrine.report.RunListener;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * A run in a process of its own, so that its memory is the job's. Writes features to {@code FOLDER/features}, and what the process
 * held at each tenth to {@code FOLDER/samples.json}.
 */
public final class LongRun {
    private static final int TENTHS = 10;

    private LongRun() {}

    /** Arguments: the folder, the number of images, images per commit. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        int images = Integer.parseInt(args[1]);
        Sampler sampler = new Sampler(images);
        ExtractRequest request = ExtractRequests.builder(folder)
                .input(SoakFileSystem.location(images))
                .output(folder + "/features")
                .columns("pooler_output", "label")
                .tasks(TaskSettings.DEFAULT)
                .rerun(RerunPolicy.builder()
                        .imagesPerCommit(Long.parseLong(args[2]))
                        .build())
                .build();
        SparkConf conf = LocalSpark.conf(Map.of(SoakFileSystem.SETTING, SoakFileSystem.class.getName()));
        conf.set("spark.executor.heartbeatInterval", "1s"); // progress comes with it
        ExtractRequest configured = Extract.configure(conf, request);
        try (SparkSession spark = SparkSession.builder().config(conf).getOrCreate()) {
            Extract.run(spark, configured, sampler);
        }
        new ObjectMapper().writeValue(folder.resolve("samples.json").toFile(), sampler.samples);
    }

    /** Takes a sample after each tenth of the images. */
    private static final class Sampler implements RunListener {
        private final List<MemorySample> samples = new ArrayList<>();
        private final int images;
        private long firstNanos;
        private long firstDone;

        Sampler(int images) {
            this.images = images;
        }

        @Override
        public void progress(long done, long failed) {
            if (done > 0 && firstNanos == 0) {
                firstNanos = System.nanoTime();
                firstDone = done;
            }
            if (tenths(done) > (samples.isEmpty() ? 0 : tenths(last().images()))) {
                sample(done);
            }
        }

        private long tenths(long done) {
            return TENTHS * done / images;
        }

        private MemorySample last() {
            return samples.get(samples.size() - 1);
        }

        private void sample(long done) {
            double seconds = (System.nanoTime() - firstNanos) / 1e9;
            double before = samples.isEmpty() ? 0 : last().seconds();
            long doneBefore = samples.isEmpty() ? firstDone : last().images();
            if (samples.isEmpty()) {
                System.out.println(MemorySample.head());
            }
            samples.add(MemorySample.now(done, seconds, (done - doneBefore) / (seconds - before)));
            System.out.println(last().row());
        }
    }
}
