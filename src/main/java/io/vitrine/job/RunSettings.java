package io.vitrine.job;

import io.vitrine.job.plan.ExtractPlan;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkConf;

/**
 * The settings that explain a run, for its record. A list of names that are known to hold no secret, because no pattern finds
 * every secret among all settings.
 */
final class RunSettings {
    private static final List<String> OF_SPARK = List.of(
            "spark.app.id",
            "spark.app.name",
            "spark.master",
            "spark.submit.deployMode",
            "spark.executor.instances",
            "spark.executor.cores",
            "spark.executor.memory",
            "spark.executor.memoryOverhead",
            "spark.driver.memory",
            "spark.task.cpus",
            "spark.task.maxFailures",
            "spark.speculation",
            "spark.dynamicAllocation.enabled",
            "spark.dynamicAllocation.minExecutors",
            "spark.dynamicAllocation.maxExecutors",
            "spark.executor.resource.gpu.amount",
            "spark.task.resource.gpu.amount",
            "spark.sql.sources.commitProtocolClass");

    private RunSettings() {}

    static Map<String, String> of(ExtractPlan plan, SparkConf conf) {
        Map<String, String> settings = new TreeMap<>();
        OF_SPARK.stream().filter(conf::contains).forEach(name -> settings.put(name, conf.get(name)));
        settings.put("device", plan.execution().device().toString());
        settings.put("decode on", plan.execution().decoding().toString());
        settings.put("task slots", Integer.toString(plan.execution().slots()));
        settings.put("fetch ahead", Integer.toString(plan.request().tasks().fetchAhead()));
        settings.put("heic", plan.request().images().decoding().heic().name().toLowerCase(Locale.ROOT));
        settings.put("images per commit", Long.toString(plan.request().rerun().imagesPerCommit()));
        settings.put("redo", plan.request().rerun().redo().name().toLowerCase(Locale.ROOT));
        plan.request().labelColumn().ifPresent(name -> settings.put("label column", name));
        return settings;
    }
}
