package io.vitrine.job.task;

import io.vitrine.ConfigurationException;
import io.vitrine.Size;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.Fingerprint;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.HeadMask;
import io.vitrine.graph.OutputType;
import io.vitrine.hub.CheckpointFetcher;
import io.vitrine.inference.ComputePlan;
import io.vitrine.inference.FeatureModel;
import io.vitrine.inference.InferenceEngine;
import io.vitrine.inference.Placement;
import io.vitrine.job.request.ExtractRequest;
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
 * What an executor needs to load the model the driver planned.
 *
 * @param location the checkpoint folder, local or on shared storage, or the Hub's name with its commit
 * @param fingerprint what the driver read there; an executor that reads anything else stops
 * @param imageSize as in {@link ExtractRequest}
 * @param outputs the graph's outputs
 * @param halves whether matrices among them are 16-bit floats
 * @param headMask of its attention
 * @param compute what runs it
 * @param threads threads a call may use: the cores of a task
 */
public record ModelSpec(
        String location,
        String cache,
        String fingerprint,
        Size imageSize,
        List<String> outputs,
        boolean halves,
        HeadMask headMask,
        ComputePlan compute,
        int threads)
        implements Serializable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelSpec.class);

    /** The same model, run otherwise. */
    ModelSpec with(ComputePlan other) {
        return new ModelSpec(location, cache, fingerprint, imageSize, outputs, halves, headMask, other, threads);
    }

    /** The same model, its matrices in 32-bit floats. */
    ModelSpec inFloats() {
        return new ModelSpec(location, cache, fingerprint, imageSize, outputs, false, headMask, compute, threads);
    }

    /** Names the loaded model within a JVM. */
    public String key() {
        return location + " " + fingerprint.substring(0, 12) + " " + outputs + (halves ? " float16 " : " ") + imageSize
                + " " + headMask.layers() + " " + compute.describe();
    }

    /** The checkpoint on this host. */
    Path folder(Configuration configuration) {
        return CheckpointFetcher.fetch(location, Path.of(cache), configuration).folder();
    }

    /**
     * Loads the model.
     *
     * @throws VitrineException if the checkpoint here is not the one the driver planned with
     */
    FeatureModel load(Configuration configuration, Placement placement) {
        Path folder = folder(configuration);
        String here = Fingerprint.of(folder);
        if (!here.equals(fingerprint)) {
            throw new ConfigurationException(
                    "The checkpoint " + folder + " on " + host() + " differs from the driver's ("
                            + here.substring(0, 12) + ", " + fingerprint.substring(0, 12)
                            + " expected). Put the same files on every node, or use shared storage (s3a://, hdfs://).");
        }
        ModelPlan plan = ModelPlan.of(folder, Optional.ofNullable(imageSize));
        GraphRequest request = plan.request(outputs)
                .withHeadMask(headMask)
                .withPrecision(compute.precision())
                .withMatrixType(halves ? OutputType.FLOAT16 : OutputType.FLOAT32);
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

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "this host";
        }
    }
}
