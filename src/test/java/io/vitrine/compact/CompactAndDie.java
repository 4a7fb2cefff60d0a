package io.vitrine.compact;

import io.vitrine.job.request.Destination;
import io.vitrine.job.spark.SessionSettings;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** A process that compacts an output and is gone, without any clean-up, right after one step. */
final class CompactAndDie {
    private static final int DEAD = 9;

    private CompactAndDie() {}

    /** Arguments: the output, the step, settings of Hadoop as names and values in turn. */
    public static void main(String[] arguments) {
        CompactListener.Step last = CompactListener.Step.valueOf(arguments[1]);
        Map<String, String> settings = new TreeMap<>();
        for (int i = 2; i < arguments.length; i += 2) {
            settings.put(arguments[i], arguments[i + 1]);
        }
        CompactRequest request = new CompactRequest(
                arguments[0], CompactRequest.DEFAULT_TARGET_FILE_BYTES, Optional.of(Duration.ZERO), Optional.empty());
        SparkConf conf =
                SessionSettings.completeForRewriting(LocalSpark.conf(settings), Destination.parquet(arguments[0]));
        SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
        new Compaction(spark, request).run(new CompactListener() {
            @Override
            public void planned(String plan) {}

            @Override
            public void ended(Step step) {
                if (step == last) {
                    Runtime.getRuntime().halt(DEAD);
                }
            }
        });
    }

    /** Starts the process and waits until it is dead. */
    static void run(String output, CompactListener.Step step, Map<String, String> settings)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), CompactAndDie.class.getName()));
        command.addAll(List.of(output, step.name()));
        settings.forEach((name, value) -> command.addAll(List.of(name, value)));
        int status = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (status != DEAD) {
            throw new AssertionError("The process ended with " + status + " before " + step);
        }
    }
}
