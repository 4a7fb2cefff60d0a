package io.vitrine.image.decode;

/** What to do with an image's EXIF orientation. TIFFs are turned upright either way, as Pillow does when it loads them. */
public enum ExifOrientation {
    /** Turn the image upright, as {@code ImageOps.exif_transpose} and the reference pipelines do. */
    APPLY,
    /** Keep the pixels as stored. */
    IGNORE
}
