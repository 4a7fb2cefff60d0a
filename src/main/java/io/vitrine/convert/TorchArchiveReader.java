package io.vitrine.convert;

import io.vitrine.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Reads PyTorch's file ({@code pytorch_model.bin}, {@code *.pth}) in the zip form of PyTorch 1.6 and later:
 * {@code data.pkl} describes the tensors, {@code data/N} hold their storages. PyTorch stores entries uncompressed. A compressed entry
 * is refused, so that no file grows when it is read.
 */
final class TorchArchiveReader implements AutoCloseable {
    private static final long MAX_PICKLE = 4 << 20; // a state dict of the largest ViT takes 100 KB
    private static final long MAX_GATHERED = 256 << 20;

    private final Path file;
    private final ZipFile zip;
    private final String root;

    private TorchArchiveReader(Path file, ZipFile zip, String root) {
        this.file = file;
        this.zip = zip;
        this.root = root;
    }

    @SuppressWarnings("MustBeClosedChecker")
    static TorchArchiveReader open(Path file) throws IOException {
        ZipFile zip;
        try {
            zip = new ZipFile(file.toFile());
        } catch (ZipException e) {
            if (beginsLikeOldForm(file)) {
                throw OldTorchForm.refused(file);
            }
            throw new ModelException(
                    file + " is not a PyTorch file: " + e.getMessage()
                            + ". It is damaged or was not fully copied: fetch it again.",
                    e);
        }
        String root = zip.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.matches("[^/]+/data\\.pkl"))
                .findFirst()
                .map(name -> name.substring(0, name.length() - "data.pkl".length()))
                .orElse(null);
        if (root == null) {
            zip.close();
            throw new ModelException(
                    file + " is a zip without data.pkl, not a PyTorch file. Fetch it again from its source.");
        }
        return new TorchArchiveReader(file, zip, root);
    }

    private static boolean beginsLikeOldForm(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return OldTorchForm.matches(in.readNBytes(OldTorchForm.BYTES), OldTorchForm.BYTES);
        }
    }

    /** The tensors by name. */
    Map<String, TorchTensor> tensors() throws IOException {
        requireLittleEndian();
        ZipEntry entry = entry("data.pkl");
        if (entry.getSize() > MAX_PICKLE) {
            throw new ModelException("data.pkl of " + file + " has " + entry.getSize() + " bytes; a state dict takes"
                    + " less than " + MAX_PICKLE + ". Do not use this file.");
        }
        byte[] pickle;
        try (InputStream in = zip.getInputStream(entry)) {
            pickle = in.readAllBytes();
        }
        Object read = Pickle.read(pickle, new TorchGlobals(file.toString()), file.toString());
        if (!(read instanceof Map<?, ?> dict)) {
            throw new ModelException(file + " does not hold a state dict. Save the model's state_dict().");
        }
        Map<String, TorchTensor> tensors = new LinkedHashMap<>();
        dict.forEach((name, value) -> {
            if (name instanceof String text && value instanceof TorchTensor tensor) {
                checkStorage(text, tensor);
                tensors.put(text, tensor);
            }
        });
        if (tensors.isEmpty()) {
            throw new ModelException(file + " holds no tensors by name. Save the model's state_dict().");
        }
        return tensors;
    }

    private void requireLittleEndian() throws IOException {
        ZipEntry entry = zip.getEntry(root + "byteorder");
        if (entry == null) {
            return;
        }
        try (InputStream in = zip.getInputStream(entry)) {
            String order = new String(in.readNBytes(16), StandardCharsets.US_ASCII).trim();
            if (!order.equals("little")) {
                throw new ModelException(file + " holds " + order
                        + "-endian numbers, which are not supported. Use the checkpoint's" + " safetensors.");
            }
        }
    }

    private void checkStorage(String name, TorchTensor tensor) {
        TorchTensor.Storage storage = tensor.storage();
        long bytes = entry("data/" + storage.key()).getSize();
        if (storage.elements() > bytes / storage.dtype().bytes()) {
            throw new ModelException("Tensor " + name + " of " + file + " claims a storage of " + storage.elements()
                    + " elements of " + storage.dtype() + ", but data/" + storage.key() + " has " + bytes
                    + " bytes. Fetch the file again.");
        }
    }

    private ZipEntry entry(String name) {
        ZipEntry entry = zip.getEntry(root + name);
        if (entry == null) {
            throw new ModelException(file + " has no entry " + root + name + ". Fetch it again from its source.");
        }
        if (entry.getMethod() != ZipEntry.STORED || entry.getSize() != entry.getCompressedSize()) {
            throw new ModelException("The entry " + entry.getName() + " of " + file
                    + " is compressed, which PyTorch never does. Do not use this file.");
        }
        return entry;
    }

    /** Writes a tensor's elements, row-major. */
    void copy(TorchTensor tensor, OutputStream out) throws IOException {
        int width = tensor.storage().dtype().bytes();
        ZipEntry entry = entry("data/" + tensor.storage().key());
        try (InputStream in = zip.getInputStream(entry)) {
            if (!tensor.isContiguous()) {
                if (entry.getSize() > MAX_GATHERED) {
                    throw new ModelException("The entry " + entry.getName() + " of " + file + " has " + entry.getSize()
                            + " bytes, too many for a tensor whose elements are not in order (at most " + MAX_GATHERED
                            + "). Save the checkpoint again as safetensors.");
                }
                gather(in.readAllBytes(), tensor, width, out);
                return;
            }
            in.skipNBytes(tensor.offset() * width);
            byte[] buffer = new byte[1 << 16];
            for (long left = tensor.bytes(); left > 0; ) {
                int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (read < 0) {
                    throw new ModelException(
                            "The entry " + entry.getName() + " of " + file + " is cut off. Fetch the file again.");
                }
                out.write(buffer, 0, read);
                left -= read;
            }
        }
    }

    private static void gather(byte[] storage, TorchTensor tensor, int width, OutputStream out) throws IOException {
        List<Long> shape = tensor.shape();
        long[] index = new long[shape.size()];
        long count = tensor.elements();
        for (long i = 0; i < count; i++) {
            long at = tensor.offset();
            for (int d = 0; d < index.length; d++) {
                at += index[d] * tensor.strides().get(d);
            }
            out.write(storage, Math.toIntExact(at * width), width);
            for (int d = index.length - 1; d >= 0 && ++index[d] == shape.get(d); d--) {
                index[d] = 0;
            }
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
