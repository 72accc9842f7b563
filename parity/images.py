"""Images in many formats with what Pillow decodes, and what transformers' Qwen2-VL processor makes of 30 sizes.

    python parity/images.py

Writes core/src/test/resources/io/braid/image/: decode/NAME.EXT beside decode/NAME.EXT.png, the same image in RGB
as transformers' load_image has it; sizes/NAME.png with sizes.json: the resized size, a hash of the resized pixels,
and some of the patches' values.
"""

import hashlib
import json
import pathlib
import random

import numpy as np
from PIL import Image, ImageDraw, ImageOps
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil, smart_resize

OUT = pathlib.Path(__file__).parent.parent / "core/src/test/resources/io/braid/image"
SIZES = [
    (1, 1), (1, 2), (2, 1), (3, 200), (200, 1), (13, 14), (14, 13), (15, 27), (27, 15), (28, 28), (29, 57), (41, 43),
    (42, 70), (56, 56), (57, 55), (64, 48), (70, 42), (77, 31), (83, 89), (90, 30), (97, 61), (100, 100), (101, 7),
    (112, 84), (113, 127), (131, 17), (150, 99), (160, 120), (199, 3), (233, 144), (255, 257), (320, 23),
]


def photograph(width, height, seed):
    """A smooth field with noise, as a photograph has."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    channels = []
    for _ in range(3):
        a, b, c, d = rng.uniform(0.01, 0.4, 4)
        channels.append(127 + 80 * np.sin(a * x + b * y) + 40 * np.cos(c * x - d * y) + rng.normal(0, 8, x.shape))
    return Image.fromarray(np.clip(np.stack(channels, -1), 0, 255).astype(np.uint8), "RGB")


def drawing(width, height, seed):
    """Lines, boxes and circles in plain colours."""
    rng = random.Random(seed)
    image = Image.new("RGB", (width, height), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    for _ in range(8):
        box = sorted(rng.randrange(width + 1) for _ in range(2)), sorted(rng.randrange(height + 1) for _ in range(2))
        corners = (box[0][0], box[1][0], box[0][1], box[1][1])
        colour = tuple(rng.randrange(256) for _ in range(3))
        rng.choice([draw.rectangle, draw.ellipse, draw.line])(corners, fill=colour)
    return image


def write_sizes():
    folder = OUT / "sizes"
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for number, (width, height) in enumerate(SIZES):
        image = (photograph if number % 2 else drawing)(width, height, number)
        name = f"{width}x{height}.png"
        image.save(folder / name)
        least, most = [(56 * 56, 28 * 28 * 1280), (28 * 28 * 4, 28 * 28 * 16), (28 * 28, 28 * 28 * 60)][number % 3]
        processor = Qwen2VLImageProcessorPil(min_pixels=least, max_pixels=most)
        out = processor(images=[image], return_tensors="np")
        values = np.asarray(out["pixel_values"], dtype=np.float32)
        h, w = smart_resize(height, width, 28, least, most)
        resized = np.asarray(image.resize((w, h), Image.BICUBIC))
        rng = random.Random(number)
        places = [rng.randrange(values.size) for _ in range(24)]
        entries.append({
            "image": name, "min_pixels": least, "max_pixels": most, "width": w, "height": h,
            "sha256": hashlib.sha256(resized.tobytes()).hexdigest(),
            "grid": [int(each) for each in out["image_grid_thw"][0]],
            "sum": float(values.astype(np.float64).sum()),
            "places": places, "values": [float(values.reshape(-1)[place]) for place in places],
        })
        assert entries[-1]["grid"] == [1, h // 14, w // 14], entries[-1]
    settings = Qwen2VLImageProcessorPil()
    (OUT / "sizes.json").write_text(json.dumps({
        "mean": settings.image_mean, "std": settings.image_std, "scale": settings.rescale_factor, "images": entries,
    }, indent=1) + "\n")


def variants():
    photo, draw = photograph(37, 23, 1), drawing(40, 26, 2)
    alpha = draw.convert("RGBA")
    alpha.putalpha(Image.linear_gradient("L").resize(alpha.size))
    yield "plain.png", draw, {}
    yield "alpha.png", alpha, {}
    yield "grey.png", photo.convert("L"), {}
    yield "grey-alpha.png", alpha.convert("LA"), {}
    yield "palette.png", draw.quantize(7), {}
    yield "palette-2-bits.png", draw.quantize(4), {"bits": 2}
    yield "one-bit.png", photo.convert("1"), {}
    yield "interlaced.png", photo, {}
    yield "plain.jpg", photo, {"quality": 90}
    yield "halved.jpg", photo, {"quality": 80, "subsampling": 2}
    yield "progressive.jpg", photo, {"quality": 85, "progressive": True}
    yield "grey.jpg", photo.convert("L"), {}
    yield "cmyk.jpg", photo.convert("CMYK"), {"quality": 90}
    yield "plain.gif", draw.quantize(9), {}
    yield "plain.bmp", draw, {}
    yield "grey.bmp", photo.convert("L"), {}
    yield "palette.bmp", draw.quantize(16), {}
    yield "lossless.webp", draw, {"lossless": True}
    yield "alpha.webp", alpha, {"lossless": True}
    yield "lossy.webp", photo, {"quality": 85}
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        yield f"turned-{orientation}.jpg", photograph(31, 18, 5), {"exif": exif, "quality": 92}
    exif = Image.Exif()
    exif[0x0112] = 6
    yield "turned.png", draw, {"exif": exif}
    yield "turned.webp", draw, {"exif": exif, "lossless": True}


def write_variants():
    folder = OUT / "decode"
    folder.mkdir(parents=True, exist_ok=True)
    for name, image, options in variants():
        image.save(folder / name, **options)
        expected = ImageOps.exif_transpose(Image.open(folder / name)).convert("RGB")
        expected.save(folder / (name + ".png"))
    # 16 bits: of RGB the upper 8, as Pillow reads them
    deep = (np.asarray(photograph(19, 11, 9)).astype(np.uint16) * 257) ^ 0x35
    write_deep_png(folder / "deep.png", deep)
    Image.open(folder / "deep.png").convert("RGB").save(folder / "deep.png.png")
    frames = [drawing(24, 16, seed).quantize(8) for seed in (3, 4)]
    frames[0].save(folder / "animated.gif", save_all=True, append_images=frames[1:])
    Image.open(folder / "animated.gif").convert("RGB").save(folder / "animated.gif.png")


def write_deep_png(path, samples):
    import struct
    import zlib
    height, width, _ = samples.shape
    rows = b"".join(b"\0" + samples[y].astype(">u2").tobytes() for y in range(height))
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


if __name__ == "__main__":
    write_sizes()
    write_variants()
