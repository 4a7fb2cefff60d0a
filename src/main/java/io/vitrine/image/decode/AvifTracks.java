package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import io.vitrine.image.decode.IsoCursor.Box;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the first frame of an AVIF's image sequence. */
final class AvifTracks {
    private static final int SAMPLE_ENTRY_BYTES = 78;
    private static final int MAX_SAMPLES = 12 * 3600 * 60; // libavif's limit
    private static final Set<String> CONTAINERS = Set.of("mdia", "minf", "stbl");

    private final FileBytes file;

    private AvifTracks(FileBytes file) {
        this.file = file;
    }

    /** A track with a table of samples. */
    private static final class Track {
        int number;
        int width;
        int height;
        int auxiliaryOf;
        int premultipliedBy;
        Optional<List<Box>> properties = Optional.empty();
        final Map<String, Box> tables = new HashMap<>();

        boolean isImage() {
            return number != 0 && properties.isPresent();
        }
    }

    static AvifHeader read(FileBytes file, Box movie) throws ImageRejectedException {
        AvifTracks reader = new AvifTracks(file);
        List<Track> tracks = new ArrayList<>();
        IsoCursor in = IsoCursor.in(file, movie);
        while (in.remaining() > 0) {
            Box box = in.box();
            if (box.is("trak")) {
                Track track = new Track();
                reader.read(track, box);
                if (track.width < 1 || track.height < 1) {
                    throw HeifItems.corrupt("track has " + track.width + " x " + track.height + " pixels");
                }
                tracks.add(track);
            }
        }
        Track colour = tracks.stream()
                .filter(track -> track.isImage() && track.auxiliaryOf == 0)
                .findFirst()
                .orElseThrow(() -> HeifItems.corrupt("file has no track of images"));
        Optional<Track> alpha = tracks.stream()
                .filter(track -> track.isImage() && track.auxiliaryOf == colour.number)
                .findFirst();
        return AvifHeader.of(
                file,
                new Size(colour.height, colour.width),
                HeifTiles.of(reader.firstFrame(colour)),
                colour.properties.orElseThrow(),
                alpha.isPresent() ? HeifTiles.of(reader.firstFrame(alpha.get())) : HeifTiles.NONE,
                alpha.isPresent() && colour.premultipliedBy == alpha.get().number,
                0);
    }

    private void read(Track track, Box parent) throws ImageRejectedException {
        IsoCursor in = IsoCursor.in(file, parent);
        while (in.remaining() > 0) {
            Box box = in.box();
            switch (box.type()) {
                case "tkhd" -> readHeader(track, IsoCursor.in(file, box));
                case "tref" -> readReferences(track, IsoCursor.in(file, box));
                case "hdlr" -> HeifItems.handler(IsoCursor.in(file, box));
                case "mdhd" -> {
                    IsoCursor header = IsoCursor.in(file, box);
                    header.skip(header.version(1) == 0 ? 20 : 32);
                }
                case "stss" -> checkCount(IsoCursor.in(file, box), 4);
                case "stts" -> checkCount(IsoCursor.in(file, box), 8);
                case "edts" -> checkEdits(IsoCursor.in(file, box));
                case "stsd" -> readDescription(track, IsoCursor.in(file, box));
                case "stco", "co64", "stsc", "stsz" -> {
                    if (track.tables.put(box.type(), box) != null) {
                        throw HeifItems.corrupt("track has two boxes " + box.type());
                    }
                }
                default -> {
                    if (CONTAINERS.contains(box.type())) {
                        read(track, box);
                    }
                }
            }
        }
    }

    private static void checkCount(IsoCursor in, int entryBytes) throws ImageRejectedException {
        in.version(0);
        in.skip(in.u32() * entryBytes);
    }

    /** An edit list that repeats the track must have one entry. */
    private void checkEdits(IsoCursor in) throws ImageRejectedException {
        int lists = 0;
        while (in.remaining() > 0) {
            Box box = in.box();
            if (!box.is("elst")) {
                continue;
            }
            lists++;
            IsoCursor list = IsoCursor.in(file, box);
            boolean repeats = list.remaining() >= 4 && (file.at(box.start() + 3) & 1) != 0;
            int version = list.version(repeats ? 1 : 255);
            if (repeats && (list.u32() != 1 || list.number(version == 0 ? 4 : 8) == 0)) {
                throw HeifItems.corrupt("track has a wrong edit list");
            }
        }
        if (lists != 1) {
            throw HeifItems.corrupt("track has " + lists + " edit lists");
        }
    }

    private static void readHeader(Track track, IsoCursor in) throws ImageRejectedException {
        int version = in.version(1);
        in.skip(version == 0 ? 8 : 16);
        track.number = (int) in.u32();
        in.skip(version == 0 ? 60 : 64);
        track.width = in.u16();
        in.skip(2);
        track.height = in.u16();
    }

    private void readReferences(Track track, IsoCursor in) throws ImageRejectedException {
        while (in.remaining() > 0) {
            Box box = in.box();
            if (box.is("auxl")) {
                track.auxiliaryOf = (int) IsoCursor.in(file, box).u32();
            } else if (box.is("prem")) {
                track.premultipliedBy = (int) IsoCursor.in(file, box).u32();
            }
        }
    }

    private void readDescription(Track track, IsoCursor in) throws ImageRejectedException {
        in.version(1);
        long count = in.u32();
        for (long i = 0; i < count; i++) {
            Box entry = in.box();
            if (entry.is("av01") && track.properties.isEmpty()) {
                IsoCursor description = IsoCursor.in(file, entry);
                description.skip(SAMPLE_ENTRY_BYTES);
                List<Box> properties = new ArrayList<>();
                while (description.remaining() > 0) {
                    Box property = description.box();
                    properties.add(property.is("auxC") ? property : HeifProperties.checked(file, property));
                }
                HeifProperties.depth(file, properties);
                track.properties = Optional.of(properties);
            }
        }
    }

    /** The first sample. As in libavif, all samples must be in the file. */
    private HeifTile firstFrame(Track track) throws ImageRejectedException {
        boolean wide = track.tables.containsKey("co64");
        IsoCursor chunks = table(track, wide ? "co64" : "stco");
        IsoCursor runs = table(track, "stsc");
        IsoCursor sizes = table(track, "stsz");
        long chunkCount = chunks.u32();
        long runCount = runs.u32();
        long commonSize = sizes.u32();
        sizes.u32();
        long[] first = null;
        long nextRun = 1;
        long samplesPerChunk = 0;
        int samples = 0;
        for (long chunk = 1; chunk <= chunkCount; chunk++) {
            long offset = chunks.number(wide ? 8 : 4);
            if (chunk == nextRun && runCount > 0) {
                if (samplesPerChunk == 0 && runs.u32() != 1) {
                    throw HeifItems.corrupt("track does not start with its first chunk");
                }
                samplesPerChunk = runs.u32();
                runs.skip(4);
                runCount--;
                nextRun = runCount > 0 ? runs.u32() : Long.MAX_VALUE;
            }
            if (samplesPerChunk == 0) {
                throw HeifItems.corrupt("track has a chunk without samples");
            }
            for (long i = 0; i < samplesPerChunk; i++) {
                long size = commonSize > 0 ? commonSize : sizes.u32();
                if (size < 1 || offset > file.length() - size) {
                    throw new ImageRejectedException(
                            RejectionReason.TRUNCATED,
                            "the frames of the AVIF go on to byte " + (offset + size) + ", the file ends at "
                                    + file.length());
                }
                first = first == null ? new long[] {offset, size} : first;
                offset += size;
                if (++samples > MAX_SAMPLES) {
                    throw HeifItems.corrupt("track has more than " + MAX_SAMPLES + " frames");
                }
            }
        }
        if (first == null) {
            throw HeifItems.corrupt("track has no frames");
        }
        return new HeifTile(
                new Size(track.height, track.width),
                HeifData.of(List.of(first), 0, file.length()),
                configuration(track));
    }

    private static Box configuration(Track track) {
        return track.properties.orElseThrow().stream()
                .filter(property -> property.is(HeifCoding.AV1.configuration))
                .findFirst()
                .orElseThrow(); // the depth was read from it
    }

    private IsoCursor table(Track track, String name) throws ImageRejectedException {
        Box box = track.tables.get(name);
        if (box == null) {
            throw HeifItems.corrupt("track has no box " + name);
        }
        IsoCursor in = IsoCursor.in(file, box);
        in.version(0);
        return in;
    }
}
