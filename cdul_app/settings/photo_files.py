"""Which files of a folder are taken for photos."""

RAW_SUFFIXES = frozenset({
    ".cr2", ".cr3", ".nef", ".nrw", ".arw", ".dng", ".orf", ".rw2", ".raf", ".pef", ".srw",
})  # fmt: skip
"""Cameras' own files, of which the preview inside is read."""

PHOTO_SUFFIXES = RAW_SUFFIXES | {
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".jp2",
    ".j2k", ".ppm", ".pgm", ".pbm", ".pnm", ".avif", ".heic", ".heif", ".hif", ".jxl",
}  # fmt: skip
"""Lower-case suffixes; a file that has one and is no image is reported, not passed over."""

UNREAD_PICTURE_SUFFIXES = frozenset({
    ".psd", ".psb", ".svg", ".svgz", ".ai", ".eps", ".xcf", ".kra", ".exr", ".hdr", ".dds", ".tga",
    ".ico", ".icns", ".pcx", ".wmf", ".emf", ".jxr", ".wdp", ".djvu", ".fits", ".x3f", ".3fr",
    ".iiq", ".erf", ".mef", ".mos", ".mrw", ".kdc", ".dcr", ".crw", ".rwl", ".jpx",
})  # fmt: skip
"""Pictures that this app cannot read: counted and named, never passed over in silence."""

SYSTEM_FOLDERS = frozenset({
    "@eadir", "#recycle", "#snapshot", "$recycle.bin", "lost+found", "system volume information",
})  # fmt: skip
"""Lower-case names of what network disks and systems keep for themselves: bins and previews."""
