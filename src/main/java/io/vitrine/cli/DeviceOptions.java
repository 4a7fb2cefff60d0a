package io.vitrine.cli;

import io.vitrine.job.request.GpuOptions;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The options that say which device runs the model and decodes, and how tasks share GPUs. */
@Section("GPU")
final class DeviceOptions {
    /** How the work is divided into stages. */
    enum Plan {
        fused,
        staged
    }

    @Brief("GPUs that each executor holds")
    @Option(
            names = "--gpus-per-executor",
            paramLabel = "N",
            defaultValue = "0",
            description = "GPUs that each executor holds.")
    private int gpusPerExecutor;

    @Option(
            names = "--tasks-per-gpu",
            paramLabel = "N|auto",
            defaultValue = CountConverter.AUTO,
            converter = CountConverter.class,
            description =
                    "Tasks that share a GPU: some decode while another infers. auto: as many as the executor has cores for"
                            + " each GPU (spark.executor.cores), as far as spark.task.resource.gpu.amount permits, or 1.")
    private OptionalInt tasksPerGpu;

    @Brief("auto, cpu or gpu")
    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "auto",
            description =
                    "What runs the model: auto (a GPU if one is asked for and can be used, else the CPU, with a note), cpu,"
                            + " or gpu (stops before any work if no GPU can be used).")
    private GpuOptions.DeviceChoice device;

    @Option(
            names = "--gpu-resource-name",
            paramLabel = "NAME",
            defaultValue = GpuOptions.DEFAULT_RESOURCE,
            description = "Spark's name of the resource.")
    private String resource;

    @Option(
            names = "--plan",
            paramLabel = "PLAN",
            defaultValue = "fused",
            description =
                    "fused: one stage fetches, decodes and infers. staged: executors without GPUs decode, pixels are"
                            + " exchanged, and executors with GPUs only infer (with dynamic allocation). The rows are the"
                            + " same.")
    private Plan plan;

    @Option(
            names = "--decode-on",
            paramLabel = "DEVICE",
            defaultValue = "auto",
            description =
                    "What decodes JPEGs: auto (the GPU that runs the model, where there is one, with --plan fused; else the"
                            + " CPU, with the reason), cpu, or gpu (stops if that GPU cannot). The rows are the same."
                            + " Other formats, and JPEGs that a GPU is unsure of, are decoded on the CPU; the record"
                            + " counts them.")
    private GpuOptions.DecodeChoice decodeOn;

    GpuOptions options() {
        return GpuOptions.builder()
                .perExecutor(gpusPerExecutor)
                .tasksPerGpu(tasksPerGpu)
                .device(device)
                .resource(resource)
                .stages(plan == Plan.staged ? GpuOptions.Stages.STAGED : GpuOptions.Stages.FUSED)
                .decodeOn(decodeOn)
                .build();
    }
}
