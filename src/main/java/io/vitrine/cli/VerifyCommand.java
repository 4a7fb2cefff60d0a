package io.vitrine.cli;

import io.vitrine.ConfigurationException;
import io.vitrine.gpu.DecodingDevice;
import io.vitrine.graph.Precision;
import io.vitrine.inference.ComputePlan;
import io.vitrine.inference.CpuFeatures;
import io.vitrine.inference.GpuRuntime;
import io.vitrine.inference.InferenceEngine;
import io.vitrine.inference.Placement;
import io.vitrine.verify.CaseResult;
import io.vitrine.verify.DecoderComparison;
import io.vitrine.verify.Oracle;
import io.vitrine.verify.OracleCase;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code verify DIR}: compares features with reference vectors. */
@Command(
        name = "verify",
        customSynopsis = "jobs/verify DIR [OPTIONS]",
        description = {
            "Compares Vitrine's preprocessing and features with reference vectors.",
            "The folder holds manifest.json and the files that it names: images, preprocessors, checkpoints and the tensors"
                    + " that the reference computed, as safetensors. Prints a line for each case that fails, then the"
                    + " counts."
        },
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DIR", description = "The folder that holds manifest.json.")
    private Path folder;

    @Mixin
    private ComputeOptions compute;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "cpu",
            description = "What runs the models: cpu, or gpu (the first one).")
    private VerifyDevice device;

    @Option(
            names = "--decode-on",
            paramLabel = "PLACE",
            defaultValue = "auto",
            description = {
                "What decodes JPEGs a second time, to the same bytes: auto (the GPU with --device gpu if it can, else nothing, with a"
                        + " note), cpu (nothing), or gpu (stops if it cannot, and fails if the GPU fails or decodes nothing)."
            })
    private VerifyDecoding decoding;

    /** The devices that can run the models. */
    enum VerifyDevice {
        cpu,
        gpu
    }

    /** Where JPEGs are decoded a second time. */
    enum VerifyDecoding {
        auto,
        cpu,
        gpu
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Placement placement = device == VerifyDevice.gpu ? new Placement(0) : Placement.CPU;
        ComputePlan with = plan(placement);
        if (placement.isGpu()) {
            GpuRuntime.requireUsable(placement.gpu());
        }
        Optional<DecodingDevice> gpu = openGpu(out, placement);
        try {
            Optional<DecoderComparison> comparison = gpu.map(opened -> new DecoderComparison(opened::decoder));
            ExitCode status = run(out, with, placement, comparison);
            if (comparison.isPresent()) {
                status = reportDecoding(out, gpu.get().name(), comparison.get(), status);
            }
            out.flush();
            return status.status();
        } finally {
            gpu.ifPresent(DecodingDevice::close);
        }
    }

    /** Jobs refuse bf16 on GPUs until it is measured; here it is what has to be measured. */
    private ComputePlan plan(Placement placement) {
        Optional<InferenceEngine> engine = compute.engine();
        boolean bf16OnGpu = placement.isGpu()
                && compute.precision().equals(Optional.of(Precision.bf16))
                && !engine.equals(Optional.of(InferenceEngine.pytorch));
        return bf16OnGpu
                ? ComputePlan.of(InferenceEngine.onnxruntime, Precision.bf16)
                : ComputePlan.choose(engine, compute.precision(), placement.device(), CpuFeatures.ofThisMachine());
    }

    private Optional<DecodingDevice> openGpu(PrintWriter out, Placement placement) {
        if (decoding == VerifyDecoding.cpu || (decoding == VerifyDecoding.auto && !placement.isGpu())) {
            return Optional.empty();
        }
        try {
            return Optional.of(DecodingDevice.onGpu(0));
        } catch (ConfigurationException e) {
            if (decoding == VerifyDecoding.gpu) {
                throw e;
            }
            out.println("Decoding on the GPU is not checked: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Asked for decoding on the GPU, this fails if the GPU failed or decoded nothing. */
    private ExitCode reportDecoding(PrintWriter out, String gpu, DecoderComparison done, ExitCode status) {
        out.println("decoding on " + gpu + ": " + done.describe());
        boolean required = decoding == VerifyDecoding.gpu;
        for (String shortcoming : done.shortcomings()) {
            out.println((required ? "FAILED decoding: " : "Note on decoding: ") + shortcoming);
        }
        return required && !done.shortcomings().isEmpty() ? ExitCode.DIFFERENCES : status;
    }

    private ExitCode run(
            PrintWriter out, ComputePlan with, Placement placement, Optional<DecoderComparison> comparison) {
        int passed = 0;
        int failed = 0;
        for (OracleCase oracleCase : new Oracle(folder, with, placement, comparison).cases()) {
            CaseResult outcome = oracleCase.run();
            if (!outcome.measured().isEmpty()) {
                out.println(outcome.id() + ": " + outcome.measured());
            }
            if (outcome.fault().isEmpty()) {
                passed++;
            } else {
                failed++;
                out.println("FAILED " + outcome.id() + ": " + outcome.fault().get());
                out.flush();
            }
        }
        out.println(passed + " passed, " + failed + " failed");
        out.flush();
        if (passed + failed == 0) {
            throw new ConfigurationException(folder.resolve("manifest.json") + " has neither images nor cases.");
        }
        return failed == 0 ? ExitCode.SUCCESS : ExitCode.DIFFERENCES;
    }
}
