"""Tables in files of comma-separated values: make_csv_dataset, CsvDataset, decode_csv, and features of columns."""

import os
import tempfile

import tensorflow as tf

os.chdir(tempfile.mkdtemp())
HEADER = "age,job,income,paid\n"
ROWS = [
    '41,"clerk, senior",1200.5,1',
    "23,student,,0",
    '35,"says ""hi""",900,1',
    "NA,smith,1500,0",
    "58,smith,2100.25,1",
    "19,student,50,0",
    "30,clerk,1000,1",
]
for i in range(2):
    with open(f"people{i}.csv", "w") as file:
        file.write(HEADER + "\n".join(ROWS[i::2]) + "\n")

made = tf.data.experimental.make_csv_dataset(
    "people*.csv", batch_size=3, label_name="paid", num_epochs=1, shuffle=False, na_value="NA"
)
for features, label in made:
    print({name: value.numpy().tolist() for name, value in features.items()}, label.numpy())

chosen = tf.data.experimental.make_csv_dataset(
    ["people0.csv"],
    batch_size=2,
    select_columns=["job", "income"],
    column_defaults=[tf.string, 7.5],
    num_epochs=1,
    shuffle=False,
)
for features in chosen:
    print({name: value.numpy().tolist() for name, value in features.items()})
print(chosen.element_spec)

table = tf.data.experimental.CsvDataset(
    ["people0.csv", "people1.csv"],
    [tf.constant([-1], tf.int32), tf.string, tf.constant([0.0]), tf.int32],
    header=True,
    na_value="NA",
)
for row in table:
    print([x.numpy() for x in row])
narrow = tf.data.experimental.CsvDataset("people1.csv", [tf.string, 0], header=True, select_cols=[1, 3])
print([(a.numpy(), b.numpy()) for a, b in narrow])

lines = tf.data.TextLineDataset(["people0.csv"]).skip(1)
print([[x.numpy() for x in tf.io.decode_csv(line, [[0], [""], [1.5], [0]], na_value="NA")] for line in lines])
batch = next(iter(lines.batch(4)))
print([x.numpy().tolist() for x in tf.io.decode_csv(batch, [[0.0], [""], [1.5], tf.constant([], tf.int64)])][1:])

for wrong, defaults in (("1,2", [[0]]), ("x", [[0]]), ("", [tf.constant([], tf.int32)]), ('a"b', [[""]])):
    try:
        print([x.numpy() for x in tf.io.decode_csv(wrong, defaults)])
    except tf.errors.InvalidArgumentError as error:
        print(type(error).__name__, str(error).split("}} ")[-1].split(" [Op")[0])

jobs = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["student", "smith"], [1, 2]), default_value=0)
w = tf.Variable([0.0, 0.0, 0.0])
for epoch in range(4):
    total = 0.0
    for features, label in made:
        age = tf.cast(tf.strings.to_number(tf.strings.as_string(features["age"])), tf.float32) / 100
        kind = tf.cast(jobs.lookup(features["job"]), tf.float32)
        x = tf.stack([tf.ones_like(age), age, kind], 1)
        with tf.GradientTape() as tape:
            logits = tf.linalg.matvec(x, w)
            loss = tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(tf.cast(label, tf.float32), logits))
        w.assign_sub(0.5 * tape.gradient(loss, w))
        total += float(loss)
    print(epoch, round(total, 4))
