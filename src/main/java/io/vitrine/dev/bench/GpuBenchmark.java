package io.vitrine.dev.bench;

import io.vitrine.ConfigurationException;
import io.vitrine.cuda.DeviceException;
import io.vitrine.gpu.BatchDecoder;
import io.vitrine.gpu.DecodingDevice;
import io.vitrine.graph.Precision;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.inference.GpuRuntime;
import io.vitrine.job.gpu.DecodeMemory;
import io.vitrine.job.request.GpuOptions.DecodeChoice;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures the first GPU: the bare engine, decoding alone and beside the engine, whole jobs on local files with a slot per core and
 * with half as many more, and a Python script that does the same. Everything is in one run, so that ratios compare the same machine.
 */
public final class GpuBenchmark {
    private static final double SECONDS = 3;
    private static final int IMAGES = 24_000;
    private static final int MORE_IMAGES = 72_000; // a job's start, above all loading the model, counts for less
    private static final int LARGE_IMAGES = 3_000;
    private static final int BATCH = 64;

    private final Path folder;
    private final PrintWriter out;
    private final int slots = Runtime.getRuntime().availableProcessors();
    private final Results results = new Results();
    private final Map<Photos.Kind, List<byte[]>> photos = new EnumMap<>(Photos.Kind.class);

    public GpuBenchmark(Path root, PrintWriter out) {
        this.folder = root.resolve("target/benchmark");
        this.out = out;
    }

    /**
     * Measures, prints tables, and writes {@code target/benchmark/gpu.json}.
     *
     * @throws io.vitrine.VitrineException if no GPU can be used
     */
    public void run() throws Exception {
        GpuRuntime.requireUsable(GpuEngine.GPU.gpu());
        Path checkpoint = RandomCheckpoint.BASE.write(folder.resolve("vit-base"));
        ModelPlan plan = ModelPlan.of(checkpoint, Optional.empty());
        for (Photos.Kind kind : Photos.Kind.values()) {
            photos.put(kind, kind.jpegs());
        }
        GpuEngine engine = new GpuEngine(plan, folder.resolve("cache"), results, out);
        try {
            engine.run();
            preprocessOnCpu(plan);
            boolean decodes = decodeOnGpu(plan, engine);
            jobs(checkpoint, decodes);
            peer(checkpoint);
        } finally {
            print();
        }
        if (!results.missing().isEmpty()) {
            throw new IllegalStateException("rows are missing: " + String.join("; ", results.missing()));
        }
    }

    private void print() throws IOException {
        out.printf("%n%s, %d slots, %s, jobs/benchmark --gpu%n%n", Machine.cpu(), slots, today());
        results.print(out);
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("machine", Machine.cpu());
        about.put("date", today());
        about.put("slots", slots);
        results.write(folder.resolve("gpu.json"), about);
    }

    private static String today() {
        return LocalDate.now(ZoneId.systemDefault()).toString();
    }

    private void preprocessOnCpu(ModelPlan plan) throws Exception {
        Loops loops = new Loops(slots);
        for (Photos.Kind kind : Photos.Kind.values()) {
            loops.preprocess(photos.get(kind), plan, DecodeOptions.STANDARD, SECONDS); // until the code is compiled
            results.add(
                    "decode and preprocess on the CPU " + kind.words() + ", " + slots + " slots",
                    loops.preprocess(photos.get(kind), plan, DecodeOptions.STANDARD, SECONDS));
        }
    }

    /** Returns whether the GPU can decode. */
    private boolean decodeOnGpu(ModelPlan plan, GpuEngine engine) throws Exception {
        try (DecodingDevice gpu = DecodingDevice.onGpu(GpuEngine.GPU.gpu());
                BatchDecoder decoder = gpu.decoder(plan.preprocessing(), DecodeOptions.STANDARD, DecodeMemory.LIMITS)) {
            DecodingRows decoding = new DecodingRows(plan, results, decoder, slots, SECONDS);
            for (Photos.Kind kind : Photos.Kind.values()) {
                decoding.run(kind, photos.get(kind));
            }
            for (int batch : new int[] {BATCH, 4 * BATCH}) {
                String alone = engineRow(batch);
                String beside = alone + ", while as many 640x480 are decoded";
                results.tryRow(
                        beside,
                        () -> decoding.beside(
                                engine, beside, results.get(alone, 0), photos.get(Photos.Kind.SMALL), batch));
                ratio("the engine while decoding over the engine alone, batch of " + batch, beside, alone);
            }
            return true;
        } catch (ConfigurationException | DeviceException e) {
            out.println("no rows of decoding on the GPU: " + e.getMessage());
            return false;
        }
    }

    /** The bare engine that jobs of this batch size are compared with. */
    private static String engineRow(int batch) {
        return GpuEngine.row(Precision.fp16, GpuEngine.POOLER, batch, GpuEngine.TASKS);
    }

    private void jobs(Path checkpoint, boolean decodes) throws Exception {
        GpuJobs jobs = new GpuJobs(checkpoint, folder, results, out, slots);
        String engine = engineRow(BATCH);
        List<DecodeChoice> places = decodes ? List.of(DecodeChoice.gpu, DecodeChoice.cpu) : List.of(DecodeChoice.cpu);
        for (Photos.Kind kind : Photos.Kind.values()) {
            boolean large = kind == Photos.Kind.LARGE;
            int images = large ? LARGE_IMAGES : MORE_IMAGES;
            try (LocalPhotos input = LocalPhotos.make(folder, kind, photos.get(kind), images)) {
                for (DecodeChoice place : places) {
                    GpuJobs.Job job = new GpuJobs.Job(input, Precision.fp16, GpuEngine.POOLER, place);
                    results.tryRow("warming up " + job.row(slots), () -> jobs.warmUp(job));
                    measure(jobs, job);
                    ratio(job.row(slots) + " over the bare engine", job.row(slots), engine);
                    if (!large && place == DecodeChoice.gpu) {
                        GpuJobs.Job larger = job.batchOf(4 * BATCH);
                        measure(jobs, larger);
                        ratio(larger.row(slots) + " over the bare engine", larger.row(slots), engineRow(4 * BATCH));
                    }
                }
            }
        }
        try (LocalPhotos input = LocalPhotos.make(folder, Photos.Kind.SMALL, photos.get(Photos.Kind.SMALL), IMAGES)) {
            for (DecodeChoice place : places) {
                measure(jobs, new GpuJobs.Job(input, Precision.fp16, GpuEngine.BOTH, place));
                measure(jobs, new GpuJobs.Job(input, Precision.fp32, GpuEngine.POOLER, place));
            }
            measure(jobs, new GpuJobs.Job(input, Precision.fp16, GpuEngine.BOTH, DecodeChoice.cpu).staged());
        }
        if (decodes) {
            jobWithMoreSlots(checkpoint, engine);
        }
    }

    /** While some tasks wait for the GPU or for storage, others use the cores. */
    private void jobWithMoreSlots(Path checkpoint, String engine) throws Exception {
        int more = slots * 3 / 2;
        GpuJobs jobs = new GpuJobs(checkpoint, folder, results, out, more);
        try (LocalPhotos input =
                LocalPhotos.make(folder, Photos.Kind.SMALL, photos.get(Photos.Kind.SMALL), MORE_IMAGES)) {
            GpuJobs.Job job = new GpuJobs.Job(input, Precision.fp16, GpuEngine.POOLER, DecodeChoice.gpu);
            results.tryRow(job.row(more), () -> jobs.run(job));
            ratio(job.row(more) + " over the bare engine", job.row(more), engine);
        }
    }

    private void measure(GpuJobs jobs, GpuJobs.Job job) throws InterruptedException {
        results.tryRow(job.row(slots), () -> jobs.run(job));
    }

    private void peer(Path checkpoint) throws Exception {
        PythonPeer python = new PythonPeer(PythonPeer.ofEnvironment(), folder);
        Optional<String> missing = python.whyMissing("cuda");
        if (missing.isPresent()) {
            out.println("no rows of Python: " + missing.get());
            return;
        }
        for (Photos.Kind kind : List.of(Photos.Kind.SMALL, Photos.Kind.IMAGENET)) {
            try (LocalPhotos input = LocalPhotos.make(folder, kind, photos.get(kind), IMAGES)) {
                PythonPeer.Row row = python.measure(checkpoint, input.folder(), BATCH, slots, "cuda");
                String name = "Python, transformers fp16, " + kind.words() + ", batch of " + BATCH + ", " + slots
                        + " workers with Pillow (" + row.versions() + ")";
                results.add(name, row.measurement());
                out.println(name);
            }
        }
    }

    private void ratio(String name, String part, String whole) {
        results.rateRatio(name, part, whole);
    }
}
