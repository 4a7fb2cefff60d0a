package io.vitrine.dev.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.gpu.DecodingDevice;
import io.vitrine.image.decode.ExifOrientation;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.verify.DecoderComparison;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Stream;

/** Compares decoding on the first GPU with the CPU's, on a set of JPEGs made here. */
public final class GpuPixels {
    private static final int BATCH = 64;
    private static final int SHOWN = 20;

    private final PrintWriter out;

    public GpuPixels(PrintWriter out) {
        this.out = out;
    }

    /**
     * Compares, and prints counts and the first differences.
     *
     * @return whether everything was equal, or left to the CPU as it may be: damaged and progressive files, but no intact
     *     sequential ones, and nothing because the device failed
     * @throws io.vitrine.ConfigurationException if the GPU cannot decode
     */
    public boolean run() {
        try (DecodingDevice gpu = DecodingDevice.onGpu(0)) {
            return run(new JpegSet(JpegSet.Sizes.ALL).files(), gpu.name(), gpu::decoder);
        }
    }

    boolean run(List<DecoderComparison.Named> files, String device, DecoderComparison.Opener opener) {
        long faults = 0;
        for (Preprocessing preprocessing : preprocessings()) {
            DecoderComparison comparison = new DecoderComparison(opener);
            for (int from = 0; from < files.size(); from += BATCH) {
                List<DecoderComparison.Named> batch = files.subList(from, Math.min(from + BATCH, files.size()));
                for (String fault : comparison.compare(batch, preprocessing, ExifOrientation.APPLY)) {
                    if (faults++ < SHOWN) {
                        out.println("FAILED " + fault);
                    }
                }
            }
            for (String shortcoming : comparison.shortcomings()) {
                faults++;
                out.println("FAILED " + preprocessing.processor() + ": " + shortcoming);
            }
            out.println(preprocessing.processor() + " on " + device + ": " + comparison.describe());
            out.flush();
        }
        out.println(faults + " failed");
        out.flush();
        return faults == 0;
    }

    /** A plain resize, the shortest edge with a crop, resizing levels to floats; as transformers does by default. */
    private static List<Preprocessing> preprocessings() {
        return Stream.of(ImageProcessor.VIT, ImageProcessor.CLIP, ImageProcessor.DINOV3_VIT)
                .map(processor -> Preprocessing.read(
                        new ObjectMapper().createObjectNode().put("image_processor_type", processor.toString()),
                        "vit",
                        "the defaults of " + processor))
                .toList();
    }
}
