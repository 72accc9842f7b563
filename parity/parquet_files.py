"""Writes the Parquet files of io.braid.task.records.ParquetRecordsTest, and what pyarrow reads in them.

Run from the repository's root: python parity/parquet_files.py
"""

import datetime
import decimal
import json
import pathlib
import random

import pyarrow as pa
import pyarrow.parquet as pq

TO = pathlib.Path("core/src/test/resources/io/braid/task/records")
random.seed(18)


def maybe(value, chance=0.2):
    return None if random.random() < chance else value


def text():
    return "".join(random.choice('ab é中\n"\\𝑥') for _ in range(random.randint(0, 6)))


def several(make, most=3):
    return [maybe(make()) for _ in range(random.randint(0, most))]


def part():
    return {"type": maybe(text()), "numbers": maybe(several(lambda: random.randint(-9, 9)))}


def message():
    return {"role": maybe(random.choice(["user", "assistant"])), "parts": maybe(several(part))}


def nested(rows):
    part_type = pa.struct([("type", pa.string()), ("numbers", pa.list_(pa.int64()))])
    message_type = pa.struct([("role", pa.string()), ("parts", pa.list_(part_type))])
    truth_type = pa.struct([("truth", pa.struct([("target", pa.list_(pa.string()))]))])
    columns = {
        "id": (pa.int32(), lambda i: i),
        "prompt": (pa.list_(message_type), lambda i: maybe(several(message))),
        "reward_model": (truth_type, lambda i: maybe({"truth": maybe({"target": maybe(several(text))})})),
        "lists": (pa.list_(pa.list_(pa.list_(pa.bool_()))), lambda i: maybe(several(lambda: several(lambda: several(lambda: True))))),
        "map": (
            pa.map_(pa.string(), pa.list_(pa.int16())),
            lambda i: maybe([(f"k{k}", maybe(several(lambda: 7))) for k in range(random.randint(0, 2))]),
        ),
        "fixed": (pa.list_(pa.int8(), 2), lambda i: maybe([maybe(1), maybe(2)])),
        "nothing": (pa.list_(pa.string()), lambda i: None),
        "level": (pa.string(), lambda i: maybe(random.choice(["easy", "hard"]))),
    }
    return pa.table({name: pa.array([make(i) for i in range(rows)], kind) for name, (kind, make) in columns.items()})


def golden(table):
    lines = []
    for row in table.to_pylist():
        if row["map"] is not None:
            row["map"] = dict(row["map"])
        lines.append(json.dumps(row, ensure_ascii=False))
    return "\n".join(lines) + "\n"


def write(name, table, **how):
    pq.write_table(table, TO / name, **how)


def main():
    TO.mkdir(parents=True, exist_ok=True)
    table = nested(24)
    (TO / "nested.jsonl").write_text(golden(table), encoding="utf-8")
    for i, codec in enumerate(["zstd", "snappy", "gzip", "lz4", "brotli", "none"]):
        write(
            f"nested-{codec}.parquet", table, compression=codec, row_group_size=[24, 7, 12][i % 3],
            data_page_version=["1.0", "2.0"][i % 2], use_dictionary=i % 3 != 1, data_page_size=64 if i == 0 else 1 << 20,
            write_page_checksum=i == 0, write_statistics=i == 0,
        )
    numbers = pa.table({
        "whole": pa.array([3, None, -4, 10**12], pa.int64()),
        "real": pa.array([0.1, None, -2.5, 3.0], pa.float64()),
        "text": pa.array(["abc", "abd", None, ""]),
        "same": pa.array(["long text", "long text too", None, "long"]),
        "flag": pa.array([True, None, False, True]),
    })
    write(
        "encodings.parquet", numbers, use_dictionary=False,
        column_encoding={
            "whole": "DELTA_BINARY_PACKED", "real": "BYTE_STREAM_SPLIT", "text": "DELTA_LENGTH_BYTE_ARRAY",
            "same": "DELTA_BYTE_ARRAY", "flag": "RLE",
        },
    )
    utc = datetime.timezone.utc
    moment = datetime.datetime(2024, 1, 5, 12, 30, 0, 500000)
    types = pa.table({
        "half": pa.array([0.1], pa.float16()),
        "float": pa.array([0.1], pa.float32()),
        "double": pa.array([1e20]),
        "tiny": pa.array([-1], pa.int8()),
        "byte": pa.array([255], pa.uint8()),
        "unsigned": pa.array([2**32 - 1], pa.uint32()),
        "largest": pa.array([2**64 - 1], pa.uint64()),
        "decimal": pa.array([decimal.Decimal("1.50")], pa.decimal128(10, 2)),
        "long_decimal": pa.array([decimal.Decimal("123456789012345678901234567890.12")], pa.decimal128(38, 2)),
        "date": pa.array([datetime.date(1969, 12, 31)]),
        "milliseconds": pa.array([moment], pa.timestamp("ms")),
        "microseconds": pa.array([datetime.datetime(1960, 1, 5)], pa.timestamp("us")),
        "nanoseconds": pa.array([1704457800500000123], pa.timestamp("ns")),
        "utc": pa.array([moment.replace(tzinfo=utc)], pa.timestamp("us", tz="UTC")),
        "time": pa.array([datetime.time(12, 30, 0, 500)], pa.time64("us")),
        "short_time": pa.array([datetime.time(12, 30)], pa.time32("ms")),
        "uuid": pa.array([b"0123456789abcdef"], pa.uuid()),
        "json": pa.array(['{"a": [1, 2.50]}'], pa.json_()),
        "bytes_of_text": pa.array([b'it\'s \\frac "\xc3\xbc"\n'], pa.binary()),
        "bytes": pa.array([b"\xff\x00\x01"], pa.binary()),
        "fixed_bytes": pa.array([b"\x00\x00\x00\x00"], pa.binary(4)),
        "null": pa.array([None], pa.null()),
        "number_keys": pa.array([[(1, "x")]], pa.map_(pa.int32(), pa.string())),
    })
    write("types.parquet", types)
    write(
        "int96.parquet", pa.table({"at": pa.array([moment, datetime.datetime(1960, 1, 5), None], pa.timestamp("ns"))}),
        use_deprecated_int96_timestamps=True,
    )
    write("question.parquet", pa.table({"question": ["a"], "answer": ["1"], "other": [7]}))
    write(
        "floats.parquet",
        pa.table({
            "question": ["a", "b", "c"],
            "answer": pa.array([0.1, 16777216, float("nan")], pa.float32()),
            "nested": pa.array([{'x "FLOAT"': 0.3}, None, None], pa.struct([('x "FLOAT"', pa.float32())])),
            "rate": [0.5, float("nan"), float("inf")],
        }),
    )
    write("duplicate.parquet", pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], ["question", "question"]))
    not_text = pa.array([b"good", b"\xff\xfe"], pa.binary()).view(pa.string())
    write("not_text.parquet", pa.table({"question": not_text}))
    small = numbers.slice(0, 3)
    with pq.ParquetWriter(TO / "empty_groups.parquet", small.schema) as writer:
        for rows in [small.slice(0, 0), small, small.slice(0, 0), small, small, small.slice(0, 0)]:
            writer.write_table(rows)
    write("empty.parquet", small.slice(0, 0))


main()
