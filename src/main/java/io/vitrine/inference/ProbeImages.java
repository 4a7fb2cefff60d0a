package io.vitrine.inference;

import io.vitrine.Size;
import io.vitrine.graph.ModelSignature;
import io.vitrine.graph.PixelInput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** Pictures that are the same on every host and in every run: soft colours, hard edges, and blocks of random colours. */
final class ProbeImages {
    static final int COUNT = 3;

    private static final int BLOCK = 16;

    private ProbeImages() {}

    /** The picture {@code index} in the form and size that the model takes: (height, width, 3). */
    static byte[] pixels(int index, ModelSignature signature) {
        Size size = signature.imageSize();
        boolean floats = signature.input() != PixelInput.UINT8;
        ByteBuffer pixels = ByteBuffer.allocate(signature.imageBytes()).order(ByteOrder.LITTLE_ENDIAN);
        int[] blocks = new Random(1)
                .ints((size.height() / BLOCK + 1L) * (size.width() / BLOCK + 1L) * 3, 0, 256)
                .toArray();
        for (int y = 0; y < size.height(); y++) {
            for (int x = 0; x < size.width(); x++) {
                for (int channel = 0; channel < 3; channel++) {
                    int level =
                            switch (index) {
                                case 0 -> soft((double) y / size.height(), (double) x / size.width(), channel);
                                case 1 -> (y / BLOCK + (x + y) / (BLOCK + channel)) % 2 == 0 ? 250 : 20;
                                default -> blocks[((y / BLOCK) * (size.width() / BLOCK + 1) + x / BLOCK) * 3 + channel];
                            };
                    if (floats) {
                        pixels.putFloat(level / 255f);
                    } else {
                        pixels.put((byte) level);
                    }
                }
            }
        }
        return pixels.array();
    }

    private static int soft(double y, double x, int channel) {
        return (int) (127.5 + 100 * Math.sin(2 * Math.PI * (y * (channel + 1) + x * (3 - channel))));
    }
}
