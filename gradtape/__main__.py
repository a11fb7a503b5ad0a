"""`python -m gradtape program.py`: runs a TensorFlow program on gradtape."""

from gradtape.tensorflow.runner import main

if __name__ == "__main__":
    main()
