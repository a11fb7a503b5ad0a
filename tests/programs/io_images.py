"""Pictures as files: PNG, BMP and GIF exactly, JPEG within its rounding, in functions, and damaged ones."""

import numpy as np
import tensorflow as tf

random = np.random.RandomState(0)


def attempt(label, function):
    try:
        made = function()
        print(label, made.shape, made.dtype.name, made.numpy().ravel()[:8])
    except Exception as error:
        print(label, type(error).__name__, str(error).split("}} ")[-1].replace(" name: ", ""))


print("png")
for channels in (1, 2, 3, 4):
    for dtype in (np.uint8, np.uint16):
        pixels = random.randint(0, np.iinfo(dtype).max + 1, (7, 5, channels)).astype(dtype)
        file = tf.io.encode_png(pixels)
        same = tf.io.decode_png(file, dtype=dtype)
        print(channels, same.dtype.name, bool(np.all(same.numpy() == pixels)))
        for wanted in (0, 1, 3, 4):
            attempt(f"  as {wanted}", lambda: tf.io.decode_png(file, channels=wanted))
        attempt("  image", lambda: tf.io.decode_image(file, dtype=tf.float32))
        attempt("  integers", lambda: tf.io.decode_image(file, dtype=tf.int32))
        attempt("  other bits", lambda: tf.io.decode_png(file, dtype=tf.uint16))
print(tf.io.encode_png(np.zeros((2, 3, 4, 4, 1), np.uint8)).shape)
attempt("five channels", lambda: tf.io.encode_png(np.zeros((3, 3, 5), np.uint8)))
attempt("rank", lambda: tf.io.encode_png(np.zeros((3, 3), np.uint8)))
attempt("empty", lambda: tf.io.encode_png(np.zeros((3, 0, 1), np.uint8)))
attempt("level", lambda: tf.io.encode_png(np.zeros((3, 3, 1), np.uint8), compression=11))

print("bmp")


def bmp(bits, height):
    row = (bits // 8 * 3 + 3) // 4 * 4
    data = random.randint(0, 256, abs(height) * row).astype(np.uint8).tobytes()
    head = np.array([54, 40], "<u4").tobytes() + np.array([3, height], "<i4").tobytes()
    return b"BM" + bytes(8) + head + np.array([1, bits], "<u2").tobytes() + bytes(24) + data


for bits, height in ((24, 2), (24, -2), (32, 2), (8, 2), (16, 2)):
    file = bmp(bits, height)
    for channels in (0, 1, 3, 4):
        attempt(f"{bits} {height} as {channels}", lambda: tf.io.decode_bmp(file, channels=channels))
attempt("cut", lambda: tf.io.decode_bmp(bmp(24, 2)[:-3]))
attempt("by another", lambda: tf.io.decode_png(bmp(24, 2)))
attempt("image", lambda: tf.io.decode_image(bmp(24, 2)))

print("jpeg")
smooth = np.clip(np.add.outer(np.arange(24) * 4, np.arange(16) * 5)[..., None] + [0, 40, 80], 0, 255).astype(np.uint8)
file = tf.io.encode_jpeg(smooth, quality=95)
print(bool(tf.io.is_jpeg(file)), tf.io.is_jpeg([file, "no", b"\xff\xd8\xff"]).numpy())
print(tf.io.extract_jpeg_shape(file), tf.io.extract_jpeg_shape(file, output_type=tf.int64).dtype)
for channels in (0, 1, 3):
    made = tf.io.decode_jpeg(file, channels=channels)
    print(channels, made.shape, made.dtype.name)
wrong = np.abs(tf.io.decode_jpeg(file).numpy().astype(int) - smooth)
print(bool(wrong.mean() < 3), bool(wrong.max() < 16))
for ratio in (1, 2, 4, 8):
    print(ratio, tf.io.decode_jpeg(file, ratio=ratio).shape)
print(tf.io.decode_and_crop_jpeg(file, [2, 3, 4, 5]).shape)
gray = tf.io.encode_jpeg(smooth[..., :1])
print(tf.io.decode_jpeg(gray).shape, tf.io.decode_jpeg(gray, channels=3).shape, tf.io.decode_image(gray).shape)
attempt("four", lambda: tf.io.decode_jpeg(file, channels=4))
attempt("two", lambda: tf.io.decode_jpeg(file, channels=2))
attempt("ratio", lambda: tf.io.decode_jpeg(file, ratio=3))
attempt("window", lambda: tf.io.decode_and_crop_jpeg(file, [20, 3, 9, 5]))
attempt("cut", lambda: tf.io.decode_jpeg(file.numpy()[:-40]))
attempt("quality", lambda: tf.io.encode_jpeg(smooth, quality=101))
attempt("format", lambda: tf.io.encode_jpeg(smooth, format="grayscale"))
attempt("channels", lambda: tf.io.encode_jpeg(smooth[..., :2]))
attempt("rank", lambda: tf.io.encode_jpeg(smooth[0]))

print("damaged")
good = tf.io.encode_png(smooth).numpy()
for name in ("decode_jpeg", "decode_png", "decode_gif", "decode_image", "decode_bmp"):
    decode = getattr(tf.io, name)
    attempt(f"{name} empty", lambda: decode(""))
    attempt(f"{name} junk", lambda: decode("hello, this is none"))
    attempt(f"{name} head", lambda: decode(good[:20]))
    attempt(f"{name} vector", lambda: decode([good]))
attempt("cut", lambda: tf.io.decode_png(good[:-60]))
attempt("crop", lambda: tf.io.decode_and_crop_jpeg(good, [0, 0, 1, 1]))
attempt("shape", lambda: tf.io.extract_jpeg_shape("no"))

print("in functions")


@tf.function(input_signature=[tf.TensorSpec([], tf.string)])
def prepared(content):
    image = tf.io.decode_png(content, channels=3)
    print(image.shape)
    return tf.image.resize(tf.image.convert_image_dtype(image, tf.float32), [4, 4])


print(tf.reduce_mean(prepared(tf.io.encode_png(smooth))), prepared(tf.io.encode_png(smooth[:9])).shape)
try:
    prepared("junk")
except tf.errors.InvalidArgumentError as error:
    print("Unknown image file format" in str(error))


@tf.function
def all_of(contents):
    return tf.map_fn(lambda x: tf.reduce_sum(tf.cast(tf.io.decode_image(x, expand_animations=False), tf.int32)),
                     contents, fn_output_signature=tf.int32)  # fmt: skip


print(all_of(tf.stack([tf.io.encode_png(smooth), tf.io.encode_png(smooth[:5])])))
