package io.vitrine.gpu;

import io.vitrine.image.resample.AxisWeights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The tables that images of a launch share: Huffman tables and weights of axes, each once. */
final class LaunchTables {
    private final List<HuffmanTable> huffmans = new ArrayList<>();
    private final Map<HuffmanTable, Integer> huffmanIndices = new HashMap<>();
    private final List<AxisWeights> axes = new ArrayList<>();
    private final Map<AxisWeights, Integer> axisWords = new IdentityHashMap<>();
    private int words;

    LaunchTables(List<PreparedImage> images) {
        for (PreparedImage image : images) {
            for (ParsedJpeg.Scan scan : image.jpeg().scans()) {
                scan.dc().forEach(this::add);
                scan.ac().forEach(this::add);
            }
            image.plan().horizontal().weights().ifPresent(this::add);
            image.plan().vertical().weights().ifPresent(this::add);
        }
    }

    private void add(HuffmanTable table) {
        if (huffmanIndices.putIfAbsent(table, huffmans.size()) == null) {
            huffmans.add(table);
        }
    }

    private void add(AxisWeights weights) {
        if (axisWords.putIfAbsent(weights, words) == null) {
            axes.add(weights);
            words = Math.addExact(words, weights.words());
        }
    }

    List<HuffmanTable> huffmans() {
        return huffmans;
    }

    int index(HuffmanTable table) {
        return huffmanIndices.get(table);
    }

    List<AxisWeights> axes() {
        return axes;
    }

    /** Index of the first of an axis's words: firsts, counts, weights. */
    int firstWord(AxisWeights weights) {
        return axisWords.get(weights);
    }

    /** 32-bit words of all axes. */
    int words() {
        return words;
    }
}
