package io.vitrine.dev.bench;

import io.vitrine.ModelException;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.OutputType;
import io.vitrine.graph.Precision;
import io.vitrine.inference.FeatureModel;
import io.vitrine.inference.InferenceEngine;
import io.vitrine.inference.Placement;
import io.vitrine.model.ModelPlan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/** The rows of the bare engine on the first GPU, by precision, batch size and tasks that share it. */
final class GpuEngine {
    static final Placement GPU = new Placement(0);
    static final List<String> BOTH = List.of("pooler_output", "last_hidden_state");
    static final List<String> POOLER = List.of("pooler_output");

    /** The row that jobs are compared with. */
    static final int TASKS = 4;

    private static final int[] BATCHES = {8, 64, 128, 256};
    private static final double SECONDS = 1;

    private final ModelPlan plan;
    private final Path cache;
    private final Results results;
    private final PrintWriter out;

    /** @param cache where engines keep files */
    GpuEngine(ModelPlan plan, Path cache, Results results, PrintWriter out) {
        this.plan = plan;
        this.cache = cache;
        this.results = results;
        this.out = out;
    }

    /** Measures all rows. A precision that the engine refuses is named, and left out. */
    void run() throws Exception {
        for (Precision precision : List.of(Precision.fp32, Precision.fp16, Precision.bf16)) {
            for (List<String> outputs : List.of(BOTH, POOLER)) {
                try (FeatureModel model = load(precision, outputs)) {
                    measure(model, precision, outputs);
                } catch (ModelException e) {
                    out.println("no rows of the engine in " + precision + ": " + e.getMessage());
                }
            }
        }
    }

    FeatureModel load(Precision precision, List<String> outputs) {
        OutputType matrixType = precision == Precision.fp32 ? OutputType.FLOAT32 : OutputType.FLOAT16; // as the jobs
        GraphRequest request = plan.request(outputs).withPrecision(precision).withMatrixType(matrixType);
        return FeatureModel.load(request, InferenceEngine.onnxruntime, cache, 1, GPU);
    }

    private void measure(FeatureModel model, Precision precision, List<String> outputs) throws Exception {
        for (int batch : BATCHES) {
            for (int tasks : new int[] {1, TASKS}) {
                Loops loops = new Loops(tasks);
                loops.engine(model, plan, batch, SECONDS / 2);
                results.add(row(precision, outputs, batch, tasks), loops.engine(model, plan, batch, SECONDS));
            }
        }
    }

    static String row(Precision precision, List<String> outputs, int batch, int tasks) {
        return "bare engine " + precision + ", " + String.join(" and ", outputs) + ", batch of " + batch + ", " + tasks
                + (tasks == 1 ? " task" : " tasks");
    }
}
