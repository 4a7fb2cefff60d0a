package io.vitrine.gpu;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.decode.JpegMarkers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads the segments and data of a JPEG. Strict: hands over whatever an encoder would not write, because libjpeg and Pillow have
 * rules of their own for it. What follows the end of the image is ignored, as they do. Not thread-safe; keeps its buffers.
 */
final class JpegParser {
    private static final int MAX_MCU_BLOCKS = 10; // ITU T.81, B.2.3; libjpeg refuses more
    private static final int SOF1 = JpegMarkers.SOF0 + 1; // extended sequential
    private static final int LAST_COEFFICIENT = 63;

    private final JpegTableState tables = new JpegTableState();
    private final ScanData data;
    private FileBytes file;
    private Frame frame; // null before it is read
    private ColourMarkers colours;
    private int restartInterval;
    private List<ParsedJpeg.Scan> scans;
    private short[][] quantisations;

    /** @param maxDataBytes of a file, without byte stuffing; larger ones are handed over */
    JpegParser(int maxDataBytes) {
        data = new ScanData(maxDataBytes);
    }

    /**
     * Reads a file.
     *
     * @param stream is written the data of its scans, whether it is handed over or not; the caller keeps or drops them
     */
    ParsedJpeg parse(FileBytes jpeg, BatchStream stream) throws HandOverException {
        file = jpeg;
        frame = null;
        colours = new ColourMarkers();
        restartInterval = 0;
        scans = new ArrayList<>();
        tables.clear();
        data.begin(stream);
        try {
            readSegments();
        } catch (ImageRejectedException | IndexOutOfBoundsException e) {
            throw new HandOverException(HandOver.STRUCTURE);
        } finally {
            file = null;
        }
        return new ParsedJpeg(
                frame, Colour.of(frame.ids(), colours), List.of(quantisations), scans, data.copyOfSegments());
    }

    private void readSegments() throws HandOverException, ImageRejectedException {
        int at = 2;
        while (true) {
            require(file.at(at) == 0xff);
            int marker = file.at(at + 1);
            if (marker == JpegMarkers.EOI) {
                require(frame != null
                        && IntStream.range(0, quantisations.length).allMatch(this::isScanned));
                return;
            }
            int from = at + 4;
            int to = at + 2 + u16(at + 2);
            require(to >= from && to <= file.length());
            at = to;
            if (marker == JpegMarkers.SOS) {
                at = data.read(file, to, readScan(from, to));
            } else if (marker == JpegMarkers.DHT) {
                tables.readHuffmans(file, from, to);
            } else {
                require(scans.isEmpty()); // between scans, Huffman tables only
                readOther(marker, from, to);
            }
        }
    }

    private void readOther(int marker, int from, int to) throws HandOverException {
        if (marker == JpegMarkers.SOF0 || marker == SOF1) {
            require(frame == null);
            frame = Frame.read(file, from, to);
            quantisations = new short[frame.components().size()][];
        } else if (JpegMarkers.isFrame(marker)) {
            throw new HandOverException(HandOver.PROCESS);
        } else if (marker == JpegMarkers.DQT) {
            tables.readQuantisations(file, from, to);
        } else if (marker == JpegMarkers.DRI) {
            require(to - from == 2);
            restartInterval = u16(from);
        } else {
            require(marker >= JpegMarkers.APP0 && marker <= JpegMarkers.APP15 || marker == JpegMarkers.COM);
            colours.add(marker, file, from, to);
        }
    }

    /** Reads the header of a scan. Returns the number of its restart markers. */
    private int readScan(int from, int to) throws HandOverException {
        require(frame != null);
        int count = file.at(from);
        require(count >= 1 && count <= frame.components().size() && to - from == 4 + 2 * count);
        List<Integer> components = new ArrayList<>(count);
        List<HuffmanTable> dc = new ArrayList<>(count);
        List<HuffmanTable> ac = new ArrayList<>(count);
        int blocks = 0;
        for (int i = 0; i < count; i++) {
            int component = frame.ids().indexOf(file.at(from + 1 + 2 * i));
            int numbers = file.at(from + 2 + 2 * i);
            require(component >= 0 && !isScanned(component));
            require(components.isEmpty() || components.get(i - 1) < component);
            components.add(component);
            dc.add(tables.dc(numbers >> 4));
            ac.add(tables.ac(numbers & 15));
            Frame.Component scanned = frame.components().get(component);
            quantisations[component] = tables.quantisation(scanned.quantisation());
            blocks += scanned.horizontal() * scanned.vertical();
        }
        int selection = from + 1 + 2 * count;
        require(file.at(selection) == 0 && file.at(selection + 1) == LAST_COEFFICIENT && file.at(selection + 2) == 0);
        require(count == 1 || blocks <= MAX_MCU_BLOCKS);
        int wide = frame.mcusWide(components);
        int high = frame.mcusHigh(components);
        int interval = restartInterval == 0 ? wide * high : restartInterval;
        int segments = (wide * high - 1) / interval + 1;
        scans.add(new ParsedJpeg.Scan(components, dc, ac, wide, high, interval, data.segments(), segments));
        return segments - 1;
    }

    private boolean isScanned(int component) {
        return quantisations[component] != null;
    }

    private int u16(int at) {
        return file.at(at) << 8 | file.at(at + 1);
    }

    private static void require(boolean usual) throws HandOverException {
        if (!usual) {
            throw new HandOverException(HandOver.STRUCTURE);
        }
    }
}
