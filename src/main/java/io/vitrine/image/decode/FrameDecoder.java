package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.ShortPointer;

/** Decodes single frames with one of FFmpeg's decoders. Its libraries are loaded with the first instance. Not thread-safe. */
final class FrameDecoder implements AutoCloseable {
    static {
        OpenCv.load();
        avutil.av_log_set_level(avutil.AV_LOG_QUIET);
    }

    /** What FFmpeg returns until it is given more: Linux's EAGAIN. */
    private static final int AGAIN = -11;

    private static final int NO_MEMORY = -12; // Linux's ENOMEM

    private final String decoder;
    private final AVCodecContext context;
    private final AVPacket packet;
    private final AVFrame frame;
    private YuvColour colour;

    /**
     * Opens a decoder.
     *
     * @param decoder FFmpeg's name of it
     * @throws LinkageError if this installation's FFmpeg lacks it, which is no fault of the image
     */
    FrameDecoder(String decoder) {
        this.decoder = decoder;
        AVCodec codec = avcodec.avcodec_find_decoder_by_name(decoder);
        if (codec == null) {
            throw new UnsatisfiedLinkError("this build of FFmpeg has no decoder " + decoder);
        }
        packet = avcodec.av_packet_alloc();
        frame = avutil.av_frame_alloc();
        context = avcodec.avcodec_alloc_context3(codec);
        context.thread_count(1); // Spark's task slots are the parallelism
        context.flags(context.flags() | avcodec.AV_CODEC_FLAG_UNALIGNED); // crop to the pixel
        context.err_recognition(avcodec.AV_EF_EXPLODE);
        int result = avcodec.avcodec_open2(context, codec, (AVDictionary) null);
        if (result < 0) {
            close();
            if (result == NO_MEMORY) {
                throw new OutOfMemoryError("No native memory for FFmpeg's decoder " + decoder);
            }
            throw new UnsatisfiedLinkError("FFmpeg cannot open its decoder " + decoder + ": error " + result);
        }
    }

    /**
     * Decodes a frame that needs no other.
     *
     * @param data all of its data, and no other frame's
     * @param size that the image must have
     */
    YuvPlanes decode(FileBytes data, Size size) throws ImageRejectedException {
        decodeFrame(data);
        try {
            if (frame.width() != size.width() || frame.height() != size.height()) {
                throw HeifItems.corrupt("image decodes to " + frame.width() + " x " + frame.height()
                        + " pixels, its header says " + size.width() + " x " + size.height());
            }
            colour = YuvColour.of(
                    frame.color_primaries(), frame.colorspace(), frame.color_range() == avutil.AVCOL_RANGE_JPEG);
            return planes();
        } finally {
            avutil.av_frame_unref(frame);
        }
    }

    /** The colour space that the last frame's stream names. */
    YuvColour colour() {
        return colour;
    }

    private void decodeFrame(FileBytes data) throws ImageRejectedException {
        if (avcodec.av_new_packet(packet, data.length()) < 0) {
            throw new OutOfMemoryError("No native memory for " + data.length() + " bytes of an image");
        }
        packet.data().capacity(data.length()).put(data.array(), data.offset(), data.length());
        int result = avcodec.avcodec_send_packet(context, packet);
        avcodec.av_packet_unref(packet);
        if (result == 0) {
            result = avcodec.avcodec_receive_frame(context, frame);
        }
        if (result == AGAIN) { // the decoder waits for frames that could be shown first
            avcodec.avcodec_send_packet(context, (AVPacket) null);
            result = avcodec.avcodec_receive_frame(context, frame);
        }
        if (result != 0) {
            avcodec.avcodec_flush_buffers(context);
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT,
                    "data cannot be decoded (error " + result + " of FFmpeg's decoder " + decoder + ")");
        }
        avcodec.avcodec_flush_buffers(context);
    }

    private YuvPlanes planes() throws ImageRejectedException {
        AVPixFmtDescriptor format = avutil.av_pix_fmt_desc_get(frame.format());
        int depth = format.comp(0).depth();
        YuvPlanes.Chroma chroma = chroma(format);
        YuvPlanes planes = YuvPlanes.allocate(frame.width(), frame.height(), depth, chroma);
        copy(0, planes.luma(), frame.width(), depth);
        if (chroma != YuvPlanes.Chroma.NONE) {
            copy(1, planes.blue(), chroma.width(frame.width()), depth);
            copy(2, planes.red(), chroma.width(frame.width()), depth);
        }
        return planes;
    }

    private static YuvPlanes.Chroma chroma(AVPixFmtDescriptor format) {
        if (format.nb_components() < 3) {
            return YuvPlanes.Chroma.NONE;
        } else if (format.log2_chroma_w() == 0) {
            return YuvPlanes.Chroma.FULL;
        }
        return format.log2_chroma_h() == 0 ? YuvPlanes.Chroma.HALF_WIDTH : YuvPlanes.Chroma.HALF_WIDTH_AND_HEIGHT;
    }

    private void copy(int plane, short[] samples, int width, int depth) {
        int stride = frame.linesize(plane);
        int rows = samples.length / width;
        BytePointer data = frame.data(plane).capacity((long) stride * rows);
        if (depth > 8) {
            try (ShortPointer deep = new ShortPointer(data)) {
                for (int y = 0; y < rows; y++) {
                    deep.position((long) y * stride / 2).get(samples, y * width, width);
                }
            }
            return;
        }
        byte[] row = new byte[width];
        for (int y = 0; y < rows; y++) {
            data.position((long) y * stride).get(row);
            for (int x = 0; x < width; x++) {
                samples[y * width + x] = (short) (row[x] & 0xff);
            }
        }
    }

    /** Frees native memory. */
    @Override
    public void close() {
        avutil.av_frame_free(frame);
        avcodec.av_packet_free(packet);
        avcodec.avcodec_free_context(context);
    }
}
