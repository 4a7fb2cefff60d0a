package io.vitrine.job.task;

import io.vitrine.ConfigurationException;
import io.vitrine.Size;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.Fingerprint;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.HeadMask;
import io.vitrine.graph.OutputType;
import io.vitrine.graph.Precision;
import io.vitrine.hub.CheckpointFetcher;
import io.vitrine.hub.HubToken;
import io.vitrine.inference.ComputePlan;
import io.vitrine.inference.FeatureModel;
import io.vitrine.inference.InferenceEngine;
import io.vitrine.inference.Int8Check;
import io.vitrine.inference.Placement;
import io.vitrine.model.ModelPlan;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything an executor needs to load the model that the driver planned.
 *
 * @param location the checkpoint folder, local or on shared storage, or the Hub's name with its commit
 * @param cache the folder where each host keeps copies and conversions
 * @param fingerprint of the driver's copy; an executor that finds another stops
 * @param input the size of the images that reach the model, in pixels
 * @param outputs names of the graph's outputs
 * @param matrices the element type of matrices among them
 * @param compute engine and precision
 * @param threads threads per model call: the cores of a task
 * @param token for a checkpoint on the Hub that executors fetch themselves
 */
public record ModelSpec(
        String location,
        String cache,
        String fingerprint,
        Size input,
        List<String> outputs,
        OutputType matrices,
        HeadMask headMask,
        ComputePlan compute,
        int threads,
        HubToken token)
        implements Serializable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelSpec.class);
    private static final int SHORT_FINGERPRINT = 12;

    /** This model with another engine and precision. */
    ModelSpec with(ComputePlan other) {
        return new ModelSpec(location, cache, fingerprint, input, outputs, matrices, headMask, other, threads, token);
    }

    /** This model with its matrices in 32-bit floats. */
    ModelSpec withFloat32Matrices() {
        return new ModelSpec(
                location, cache, fingerprint, input, outputs, OutputType.FLOAT32, headMask, compute, threads, token);
    }

    /** Identifies the loaded model within a JVM. */
    public String key() {
        return String.join(
                " ",
                location,
                shortened(fingerprint),
                outputs.toString(),
                matrices.toString(),
                input.toString(),
                headMask.layers().toString(),
                compute.describe());
    }

    /**
     * Loads the model. One in int8 is compared with fp32 first, see {@link Int8Check}.
     *
     * @throws ConfigurationException if this host's copy of the checkpoint differs from the driver's, or int8 is too far from fp32
     */
    FeatureModel load(Configuration configuration, Placement placement) {
        return compute.precision() == Precision.int8
                ? Int8Check.load(request(configuration), compute.engine(), Path.of(cache), threads, placement)
                : loadUnchecked(configuration, placement);
    }

    /**
     * Loads the model as it is.
     *
     * @throws ConfigurationException if this host's copy of the checkpoint differs from the driver's
     */
    FeatureModel loadUnchecked(Configuration configuration, Placement placement) {
        GraphRequest request = request(configuration);
        try {
            return FeatureModel.load(request, compute.engine(), Path.of(cache), threads, placement);
        } catch (VitrineException e) {
            if (compute.fallback() == ComputePlan.Fallback.NONE) {
                throw e;
            }
            LOG.warn("PyTorch cannot be used on {}, so ONNX Runtime runs the model: {}", host(), e.getMessage());
            return FeatureModel.load(request, InferenceEngine.onnxruntime, Path.of(cache), threads, placement);
        }
    }

    private GraphRequest request(Configuration configuration) {
        Path folder = CheckpointFetcher.fetch(location, Path.of(cache), configuration, token)
                .folder();
        requireSameAsDriver(folder);
        ModelPlan plan = ModelPlan.of(folder, Optional.of(input));
        return plan.request(outputs)
                .withHeadMask(headMask)
                .withPrecision(compute.precision())
                .withMatrixType(matrices);
    }

    private void requireSameAsDriver(Path folder) {
        String here = Fingerprint.of(folder);
        if (!here.equals(fingerprint)) {
            throw new ConfigurationException(
                    "The checkpoint " + folder + " on " + host() + " differs from the driver's: its"
                            + " fingerprint is " + shortened(here) + ", the driver's " + shortened(fingerprint)
                            + ". Put the same files on every node, or use shared storage (s3a://, hdfs://).");
        }
    }

    private static String shortened(String fingerprint) {
        return fingerprint.substring(0, SHORT_FINGERPRINT);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "this host";
        }
    }
}
