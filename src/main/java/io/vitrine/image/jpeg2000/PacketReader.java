package io.vitrine.image.jpeg2000;

import io.vitrine.ImageRejectedException;
import java.util.ArrayList;
import java.util.List;

/** Reads the packets of a tile: which code blocks have further passes, and where their bytes are. */
final class PacketReader {
    private static final int SOP_BYTES = 6;
    private static final int MAX_LENGTH_BITS = 32;

    private final TileParameters parameters;
    private final TileComponent[] components;
    private final byte[] data;
    private final int end;
    private final HeaderBytes packed;
    private final BlockBudget budget;
    private final List<CodeBlock> pending = new ArrayList<>();
    private int position;

    /**
     * @param data has the packets of the tile from {@code position} to {@code end}
     * @param packed headers that are stored elsewhere; else null
     */
    PacketReader(
            TileParameters parameters,
            TileComponent[] components,
            byte[] data,
            int position,
            int end,
            HeaderBytes packed,
            BlockBudget budget) {
        this.parameters = parameters;
        this.components = components;
        this.data = data;
        this.position = position;
        this.end = end;
        this.packed = packed;
        this.budget = budget;
    }

    /**
     * Reads one packet.
     *
     * @return false if there are no bytes for further headers: all further packets are empty
     */
    boolean read(int component, Resolution resolution, int precinct, int layer) throws ImageRejectedException {
        if (parameters.hasPacketStarts() && end - position >= SOP_BYTES && isMarker(data, position, Marker.SOP)) {
            position += SOP_BYTES;
        }
        byte[] headers = packed == null ? data : packed.bytes;
        int headersEnd = packed == null ? end : packed.bytes.length;
        int start = packed == null ? position : packed.position;
        PacketBits in = new PacketBits(headers, start, headersEnd);
        pending.clear();
        boolean present = in.bit() == 1;
        if (present) {
            for (Subband subband : resolution.subbands) {
                Precinct part = resolution.precinct(subband, precinct);
                if (part != null) {
                    readBlocks(in, subband, part, layer, components[component].style.blockStyle());
                }
            }
        }
        if (!in.align() && present) {
            throw Damage.corrupt("a packet's header ends within its last byte");
        }
        int at = in.position();
        if (parameters.hasHeaderEnds()) {
            if (headersEnd - at < 2 || !isMarker(headers, at, Marker.EPH)) {
                throw Damage.corrupt("a packet's header has no end marker");
            }
            at += 2;
        }
        if (packed == null) {
            position = at;
        } else {
            packed.position = at;
        }
        for (CodeBlock block : pending) {
            long bytes = block.packetBytes;
            if (bytes > end - position) {
                throw Damage.corrupt("a code block of " + bytes + " bytes, where its tile has " + (end - position));
            }
            block.addChunk(position, position + (int) bytes, budget);
            position += (int) bytes;
        }
        return parameters.hasHeaderEnds() || (packed == null ? position : packed.position) < headersEnd;
    }

    private static boolean isMarker(byte[] bytes, int at, int marker) {
        return bytes[at] == (byte) 0xff && bytes[at + 1] == (byte) marker;
    }

    private void readBlocks(PacketBits in, Subband subband, Precinct precinct, int layer, int style)
            throws ImageRejectedException {
        if (!precinct.inclusion.hasLess(in, layer + 1)) {
            return; // a single bit says so
        }
        int idle = 0;
        for (int y = 0, index = 0; y < precinct.rows; y++) {
            for (int x = 0; x < precinct.columns; x++, index++) {
                CodeBlock block = precinct.blocks[index];
                if (block != null) {
                    if (in.bit() == 1) {
                        readPasses(in, block);
                    }
                } else if (precinct.inclusion.isLess(in, x, y, layer + 1)) {
                    int empty = precinct.emptyPlanes.value(in, x, y);
                    budget.take(BlockBudget.BLOCK_BYTES);
                    block = new CodeBlock(subband.bitPlanes() - empty, style);
                    precinct.blocks[index] = block;
                    readPasses(in, block);
                } else {
                    idle++;
                }
            }
        }
        budget.takeIdleVisits(idle);
    }

    private void readPasses(PacketBits in, CodeBlock block) throws ImageRejectedException {
        int passes = passes(in);
        while (in.bit() == 1) {
            block.lengthBits++;
        }
        long total = 0;
        while (passes > 0) {
            int count = Math.min(block.roomForPasses(passes, budget), passes);
            int bits = block.lengthBits + 31 - Integer.numberOfLeadingZeros(count);
            if (bits > MAX_LENGTH_BITS) {
                throw Damage.corrupt("a code block's length has " + bits + " bits");
            }
            long bytes = in.bits(bits);
            block.addPasses(count, bytes);
            total += bytes;
            passes -= count;
        }
        pending.add(block);
        block.packetBytes = total;
    }

    private static int passes(PacketBits in) {
        if (in.bit() == 0) {
            return 1;
        } else if (in.bit() == 0) {
            return 2;
        }
        int bits = (int) in.bits(2);
        if (bits < 3) {
            return 3 + bits;
        }
        bits = (int) in.bits(5);
        return bits < 31 ? 6 + bits : 37 + (int) in.bits(7);
    }
}
