"""Distillation: a small model learns a great one's soft answers, in a `train_step` that says its losses."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(5)
rng = np.random.default_rng(4)
x = rng.normal(size=(80, 10)).astype("float32")
y = (np.sin(2 * x[:, 0]) + x[:, 1] > 0).astype("int32") + (x[:, 2] > 1)


def dense(width):
    return keras.Sequential([keras.Input((10,)), keras.layers.Dense(width, activation="relu"), keras.layers.Dense(3)])


class Distiller(keras.Model):
    def __init__(self, student, teacher):
        super().__init__()
        self.student, self.teacher = student, teacher

    def compile(self, optimizer, metrics, student_loss, distillation_loss, alpha=0.1, temperature=3):
        super().compile(optimizer=optimizer, metrics=metrics)
        self.student_loss, self.distillation_loss = student_loss, distillation_loss
        self.alpha, self.temperature = alpha, temperature

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, allow_empty=False):
        teacher = self.teacher(x, training=False)
        student_loss = self.student_loss(y, y_pred)
        soft = [tf.nn.softmax(z / self.temperature, axis=1) for z in (teacher, y_pred)]
        distillation_loss = self.distillation_loss(*soft) * self.temperature**2
        return self.alpha * student_loss + (1 - self.alpha) * distillation_loss

    def call(self, x):
        return self.student(x)


loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
accuracy = [keras.metrics.SparseCategoricalAccuracy()]
teacher = dense(32)
teacher.compile(keras.optimizers.Adam(0.02), loss, metrics=accuracy)
print([f"{v:.4f}" for v in teacher.fit(x, y, epochs=6, batch_size=20, verbose=0).history["loss"]])

student = dense(4)
scratch = keras.models.clone_model(student)
before = teacher.get_weights()
distiller = Distiller(student, teacher)
teacher.trainable = False
distiller.compile("adam", [keras.metrics.SparseCategoricalAccuracy()], loss, keras.losses.KLDivergence())
history = distiller.fit(x, y, epochs=4, batch_size=20, verbose=0).history
print({k: [f"{v:.4f}" for v in values] for k, values in sorted(history.items())})
print(all(np.array_equal(a, b) for a, b in zip(before, teacher.get_weights())))
print(len(distiller.trainable_variables), len(distiller.non_trainable_variables))
scratch.compile("adam", loss)
scratch.set_weights(student.get_weights())
print(f"{scratch.evaluate(x, y, verbose=0):.4f}")
