"""Files: tf.io.gfile, reading and writing whole files, patterns, in functions too, and what is said of missing ones."""

import os
import tempfile

import tensorflow as tf

os.chdir(tempfile.mkdtemp())
gfile = tf.io.gfile


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__, str(error).split("}} ")[-1].replace(" name: ", ""))


print("whole files")
tf.io.write_file("a/b/c.txt", "hello")
print(tf.io.read_file("a/b/c.txt"))
tf.io.write_file(tf.constant("a/d.txt"), tf.strings.join(["x", "y"]))
print(tf.io.matching_files("a/*").numpy().tolist())
print(tf.io.matching_files(["a/b/*", "a/*.txt", "none*"]))
attempt("missing", lambda: tf.io.read_file("nope"))
attempt("folder", lambda: tf.io.read_file("a"))
attempt("vector", lambda: tf.io.read_file(["a"]))
attempt("into a folder", lambda: tf.io.write_file("a", "x"))


@tf.function
def copied(name):
    content = tf.io.read_file(name)
    tf.io.write_file(name + ".copy", content + "!")
    return content, tf.strings.length(content)


print(copied(tf.constant("a/d.txt")))
tf.io.write_file("a/d.txt", "changed")
print(copied(tf.constant("a/d.txt")), copied(tf.constant("a/b/c.txt")), tf.io.read_file("a/d.txt.copy"))
try:
    copied("nope")
except tf.errors.NotFoundError as error:
    print("nope; No such file" in str(error))

print("folders")
print(gfile.exists("a"), gfile.exists("q"), gfile.isdir("a"), gfile.isdir("a/d.txt"))
print(sorted(gfile.listdir("a")), gfile.glob("a/*.txt"), sorted(gfile.glob(["a/b/*", "a/d*"])))
gfile.makedirs("q/r/s")
gfile.makedirs("q/r/s")
gfile.mkdir("q")
gfile.copy("a/d.txt", "q/e.txt")
attempt("copy again", lambda: gfile.copy("a/d.txt", "q/e.txt"))
gfile.copy("a/d.txt", "q/e.txt", overwrite=True)
attempt("rename onto", lambda: gfile.rename("q/e.txt", "a/d.txt"))
gfile.rename("q/e.txt", "q/f.txt")
print(gfile.stat("q/f.txt").length, gfile.stat("q").is_directory)
for top, folders, files in gfile.walk("q"):
    print(top, folders, files)
print([top for top, _, _ in gfile.walk("q", topdown=False)])
attempt("remove", lambda: gfile.remove("nope"))
attempt("remove a folder", lambda: gfile.remove("q"))
attempt("stat", lambda: gfile.stat("nope"))
attempt("list", lambda: gfile.listdir("nope"))
attempt("make in none", lambda: gfile.mkdir("no/pe"))
attempt("rename none", lambda: gfile.rename("nope", "x"))
gfile.rmtree("q")
attempt("remove a tree", lambda: gfile.rmtree("q"))
print(gfile.join("a", "b", "c.txt"), gfile.join("a", "/b"), gfile.join("gs://a", "b"))

print("a file")
with gfile.GFile("n.txt", "w") as f:
    f.write("one\ntwo\nthr\u00e9e")
with gfile.GFile("n.txt") as f:
    print(f.size(), repr(f.readline()), f.tell(), repr(f.read(2)), f.readlines(), f.name, f.mode)
with gfile.GFile("n.txt", "rb") as f:
    print(f.read())
    f.seek(4)
    print(f.read(3), f.tell())
    f.seek(-2, 2)
    print(f.read())
with gfile.GFile("n.txt", "a") as f:
    f.write("!")
print(list(gfile.GFile("n.txt")))
attempt("not there", lambda: gfile.GFile("nope").read())
attempt("for reading", lambda: gfile.GFile("n.txt").write("x"))
attempt("for writing", lambda: gfile.GFile("m.txt", "w").read())
attempt("mode", lambda: gfile.GFile("n.txt", "q"))
attempt("scheme", lambda: tf.io.read_file("file://" + os.path.abspath("n.txt")))
