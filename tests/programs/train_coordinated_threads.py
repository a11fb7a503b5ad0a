"""Threads under a Coordinator: workers that share an iterator, one that fails, a clean end, and a stop that is asked for."""

import queue
import threading

import tensorflow as tf

print(tf.train.Coordinator is tf.compat.v1.train.Coordinator)
v = tf.Variable(0, dtype=tf.int64)
iterator = iter(tf.data.Dataset.range(40).map(lambda n: n * n))
coordinator = tf.train.Coordinator()


def add(done):
    with coordinator.stop_on_exception():
        while not coordinator.should_stop():
            v.assign_add(iterator.get_next())
            done.put(1)


done = queue.Queue()
threads = [threading.Thread(target=add, args=(done,)) for _ in range(3)]
for thread in threads:
    thread.start()
coordinator.join(threads)
print(v.numpy(), done.qsize(), coordinator.joined, coordinator.should_stop())

coordinator = tf.train.Coordinator()


def failing():
    try:
        tf.constant([1.0, 2.0]) + tf.constant([1.0, 2.0, 3.0])
    except tf.errors.InvalidArgumentError as error:
        coordinator.request_stop(error)


def waiting(found):
    found.append(coordinator.wait_for_stop(30))


found = []
for target, args in ((failing, ()), (waiting, (found,))):
    thread = threading.Thread(target=target, args=args)
    coordinator.register_thread(thread)
    thread.start()
try:
    coordinator.join()
except tf.errors.InvalidArgumentError as error:
    print(type(error).__name__, "Incompatible shapes" in str(error), found)
try:
    coordinator.raise_requested_exception()
except tf.errors.InvalidArgumentError:
    print("again")
try:
    with coordinator.stop_on_exception():
        raise KeyError("late")
except KeyError as error:
    print("late", error)
coordinator.clear_stop()
print(coordinator.should_stop(), coordinator.joined, coordinator.wait_for_stop(0.01))
coordinator.raise_requested_exception()

free = threading.Event()
stuck = threading.Thread(target=free.wait, name="stuck")
stuck.start()
coordinator.request_stop()
try:
    coordinator.join([stuck], stop_grace_period_secs=0.1)
except RuntimeError as error:
    print(error)
coordinator.join([stuck], stop_grace_period_secs=0.01, ignore_live_threads=True)
free.set()
stuck.join()

coordinator = tf.train.Coordinator(clean_stop_exception_types=(StopIteration, ValueError))
for raised in (ValueError("clean"), None):
    with coordinator.stop_on_exception():
        if raised:
            raise raised
coordinator.join([])
print(coordinator.should_stop(), coordinator.joined)
