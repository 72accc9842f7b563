"""Writes the data files with images of io.braid.task.images.RecordImagesTest.

Run from the repository's root: python parity/image_records.py
"""

import io
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

TO = pathlib.Path("core/src/test/resources/io/braid/task/images")


def png(width, height, colour):
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def image(width, height, colour):
    """A value as datasets' Image feature stores it."""
    return {"bytes": png(width, height, colour), "path": f"{colour}.png"}


FEATURE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def main():
    TO.mkdir(parents=True, exist_ok=True)
    geometry = pa.table({
        "images": pa.array(
            [[image(3, 2, "red")], [image(4, 5, "blue"), image(3, 2, "red")], []], pa.list_(FEATURE)),
        "prompt": [
            [{"role": "user", "content": "<image>Find x."}],
            [{"role": "user", "content": "In <image> and <image>, find y."}],
            [{"role": "user", "content": "Find z."}],
        ],
        "reward_model": [{"style": "rule", "ground_truth": str(n)} for n in (1, 2, 3)],
    })
    pq.write_table(geometry, TO / "geometry.parquet", row_group_size=2)
    single = pa.table({
        "image": pa.array([image(6, 1, "green"), {"bytes": b"not an image\0", "path": None}], FEATURE),
        "problem": ["Find x.", "Find y."],
        "solution": ["\\boxed{7}", "\\boxed{8}"],
    })
    with pa.ipc.new_stream(TO / "single.arrow", single.schema) as stream:
        stream.write_table(single.slice(0, 1))
    with pa.ipc.new_stream(TO / "broken.arrow", single.schema) as stream:
        stream.write_table(single)


main()
