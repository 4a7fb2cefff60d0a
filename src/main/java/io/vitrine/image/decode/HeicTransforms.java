package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import io.vitrine.image.decode.IsoCursor.Box;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * How the image of a HEIC is turned, mirrored and cropped: by its properties, in their order.
 *
 * @param size of the image afterwards
 * @param copiedPixels of the images between the first step and the last
 */
record HeicTransforms(List<HeicTransform> steps, Size size, long copiedPixels) implements Serializable {
    private static final int MAX_STEPS = 8; // the standard has at most one of each kind
    private static final int MAX_FRACTION = 0x10000; // libheif rounds larger ones

    HeicTransforms {
        steps = List.copyOf(steps);
    }

    /** @param size of the image before */
    static HeicTransforms read(FileBytes file, List<Box> properties, Size size) throws ImageRejectedException {
        List<HeicTransform> steps = new ArrayList<>();
        Size now = size;
        long copied = 0;
        for (Box property : properties) {
            int before = steps.size();
            Size from = now;
            IsoCursor in = IsoCursor.in(file, property);
            switch (property.type()) {
                case "irot" -> {
                    int quarters = in.u8();
                    if (quarters > 0) {
                        steps.add(new HeicTransform.Turn(quarters));
                        now = quarters == 2 ? now : new Size(/* height= */ now.width(), /* width= */ now.height());
                    }
                }
                case "imir" ->
                    steps.add(in.u8() == 0 ? new HeicTransform.MirrorRows() : new HeicTransform.MirrorColumns());
                case "clap" -> {
                    HeicTransform.Crop crop = crop(in, now);
                    steps.add(crop);
                    now = new Size(crop.height(), crop.width());
                }
                default -> {}
            }
            if (steps.size() > Math.max(before, 1)) {
                copied += (long) from.width() * from.height();
            }
            if (steps.size() > MAX_STEPS) {
                throw new ImageRejectedException(
                        RejectionReason.UNSUPPORTED,
                        "a HEIC that is turned, mirrored and cropped in more than " + MAX_STEPS + " steps");
            }
        }
        return new HeicTransforms(steps, now, copied);
    }

    private static HeicTransform.Crop crop(IsoCursor in, Size size) throws ImageRejectedException {
        Fraction width = Fraction.read(in);
        Fraction height = Fraction.read(in);
        Fraction offsetX = Fraction.read(in);
        Fraction offsetY = Fraction.read(in);
        if (width.truncated() > size.width() || height.truncated() > size.height()) {
            throw HeifItems.corrupt(
                    "property clap is larger than the image of " + size.width() + " x " + size.height() + " pixels");
        }
        long left = offsetX.startOf(width, size.width()).truncated();
        long top = offsetY.startOf(height, size.height()).rounded();
        long right = Math.min(width.plus(left - 1).rounded(), size.width() - 1);
        long bottom = Math.min(height.plus(top - 1).rounded(), size.height() - 1);
        left = Math.max(0, left);
        top = Math.max(0, top);
        if (left > right || top > bottom) {
            throw HeifItems.corrupt("property clap leaves nothing of the image");
        }
        return new HeicTransform.Crop((int) left, (int) top, (int) (right - left) + 1, (int) (bottom - top) + 1);
    }

    /** A number of the property {@code clap}, with libheif's rounding. */
    private record Fraction(long numerator, long denominator) {
        static Fraction read(IsoCursor in) throws ImageRejectedException {
            int numerator = (int) in.u32();
            long denominator = in.u32();
            if (denominator < 1
                    || denominator > MAX_FRACTION
                    || denominator > 1 && Math.abs((long) numerator) > MAX_FRACTION) {
                throw new ImageRejectedException(
                        RejectionReason.UNSUPPORTED,
                        "a HEIC that is cropped by the fraction " + numerator + "/" + denominator);
            }
            return new Fraction(numerator, denominator);
        }

        /** The first pixel of {@code clean} ones, if this is how far their centre is from that of {@code all}. */
        Fraction startOf(Fraction clean, int all) {
            long common = 2 * denominator * clean.denominator;
            long centre = (2 * numerator + (all - 1L) * denominator) * clean.denominator;
            return new Fraction(centre - (clean.numerator - clean.denominator) * denominator, common);
        }

        Fraction plus(long whole) {
            return new Fraction(numerator + whole * denominator, denominator);
        }

        long truncated() {
            return numerator / denominator;
        }

        long rounded() {
            return (numerator + denominator / 2) / denominator;
        }
    }
}
