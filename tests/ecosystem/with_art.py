"""adversarial-robustness-toolbox: attacks on a model of Keras by its gradients."""

import numpy as np
import tensorflow as tf
from art.attacks.evasion import CarliniL2Method, DeepFool, FastGradientMethod, ProjectedGradientDescent
from art.estimators.classification import TensorFlowV2Classifier

numbers = np.random.RandomState(0)
model = tf.keras.Sequential([tf.keras.Input([4]), tf.keras.layers.Dense(8, "tanh"), tf.keras.layers.Dense(3)])
for weight in model.weights:
    weight.assign(numbers.uniform(-1, 1, weight.shape))
classifier = TensorFlowV2Classifier(
    model,
    nb_classes=3,
    input_shape=(4,),
    loss_object=tf.keras.losses.CategoricalCrossentropy(from_logits=True),
    optimizer=tf.keras.optimizers.SGD(0.1),
    clip_values=(0.0, 1.0),
)
x = numbers.rand(5, 4).astype("float32")
y = np.eye(3, dtype="float32")[[0, 1, 2, 0, 1]]
print(classifier.predict(x))
print(classifier.loss_gradient(x, y))
print(classifier.class_gradient(x, 1)[:, 0])
for attack in (
    FastGradientMethod(classifier, eps=0.1),
    ProjectedGradientDescent(classifier, eps=0.1, eps_step=0.02, max_iter=10, verbose=False),
    DeepFool(classifier, max_iter=10, verbose=False),
    CarliniL2Method(classifier, max_iter=5, verbose=False),
):
    print(type(attack).__name__, attack.generate(x))
