"""Tables in functions, under XLA, in saved functions, and between threads."""

import threading
from pathlib import Path
from typing import Any

import pytest

import gradtape as tf


def words() -> Any:
    return tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a", "b"], [1, 2]), -1)


def test_a_lookup_has_the_shape_of_its_keys_in_functions() -> None:
    table = words()
    shapes = []

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.string)])
    def look(keys: Any) -> Any:
        found = table.lookup(keys)
        shapes.append(found.shape.as_list())
        return found + tf.zeros_like(found), tf.equal(keys, "a")

    assert look(tf.constant([["a", "b"], ["c", "a"]]))[0].numpy().tolist() == [[1, 2], [-1, 1]]
    assert look(tf.constant([["a", "b"]]))[0].numpy().tolist() == [[1, 2]]
    assert shapes == [[None, 2]]


def test_a_table_that_changes_is_looked_up_when_the_function_runs() -> None:
    table = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, 0)

    @tf.function
    def count(word: Any) -> Any:
        table.insert(word, table.lookup(word) + 1)
        return table.lookup(word), table.size()

    assert [int(x) for x in count(tf.constant("a"))] == [1, 1]
    assert [int(x) for x in count(tf.constant("a"))] == [2, 1]
    table.insert(["a"], [10])
    assert [int(x) for x in count(tf.constant("a"))] == [11, 1]
    assert [int(x) for x in count(tf.constant("b"))] == [1, 2]


def test_xla_asks_tables_on_the_host() -> None:
    pytest.importorskip("jax")
    table = tf.lookup.experimental.MutableHashTable(tf.int64, tf.float32, 0.0)

    @tf.function(jit_compile=True)
    def add(key: Any, x: Any) -> Any:
        table.insert(key, table.lookup(key) + x)
        return 2 * table.lookup(key)

    key = tf.constant([3], tf.int64)
    assert add(key, tf.constant([1.0])).numpy().tolist() == [2.0]
    assert add(key, tf.constant([1.0])).numpy().tolist() == [4.0]
    assert table.lookup(key).numpy().tolist() == [2.0]


def test_threads_insert_and_look_up_at_once() -> None:
    table = tf.lookup.experimental.MutableHashTable(tf.int64, tf.int64, -1)

    def work(first: int) -> None:
        for i in range(first, first + 200):
            table.insert(tf.constant([i], tf.int64), tf.constant([2 * i], tf.int64))
            table.export()

    threads = [threading.Thread(target=work, args=(1000 * k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    keys, values = table.export()
    assert table.size() == 800
    assert bool(tf.reduce_all(values == 2 * keys))


def test_a_file_of_words_is_read_from_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("one\ntwo\n")
    index = tf.lookup.TextFileIndex
    begin = tf.lookup.TextFileInitializer(str(path), tf.string, index.WHOLE_LINE, tf.int64, index.LINE_NUMBER)
    table = tf.lookup.StaticVocabularyTable(begin, 1)
    path.unlink()
    assert table.lookup(tf.constant(["two", "three"])).numpy().tolist() == [1, 2]
