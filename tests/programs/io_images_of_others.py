"""JPEG files with exact arithmetic, GIF files, PNG files with palettes: the pixels of files that others wrote."""

import base64

import tensorflow as tf

FILES = {
    "halved colours": (
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxO"
        "UlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09P"
        "T09PT09PT0//wAARCAAVABIDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF"
        "BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW"
        "V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi"
        "4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAEC"
        "AxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVm"
        "Z2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq"
        "8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDX1bUEtoSoODXD3U8l5cEDJqfVL97qYqpJ5rQ0LSjI4dwTSwOFv++qmuKrRw8PZw3Ka6Q5"
        "UHB6etFd0tlGFA9qK7/r1I8nlrHn+k26zTgv3Nd9ZQpb242DoKKKzx7cKFomsffxHvFZrt9x4HWiiivl+Znv8kex/9k="
    ),
    "gray": (
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxO"
        "UlNSMj5aYVpQYEpRUk//wAALCAAVABIBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF"
        "BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW"
        "V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi"
        "4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AOqJisLXsCBXB+ItYaaVo0bI6dawPIlPPrXYeJta+9GjVzen2cl9dBmBIJrsU0Jf"
        "LXIGcDtXDO7XV4RIeM13nhrT4URT3x1xXR7gOAo49q//2Q=="
    ),
    "ink": (
        "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2RjcsLUBXQUZMTlJT"
        "UjI+WmFaUGBKUVJP/8AAFAgAFQASBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIB"
        "AwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZH"
        "SElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV"
        "1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwDqiYrC17AgVra/q0dtCUVsH2rN8Raw08hjRia9Org/EWsN"
        "NK0aNkdOtefyvLqF0ep5qroelvdTK7A/lRWB5Ep59a2F0FyoOD09a7ldETYPk7etFdh4m1r70aNWZqd9JfXJVSSM155p1pJf3W45"
        "IJ9KK5vT7OS+ugzAkE10HhrRSxWRxmvR9H06Oztw7AAgUV2KaEvlrkDOB2rtFtIwoHoKmbUowxHv60Vwzu11eESHjNeaeH7OOeZW"
        "fufSsfw3p8KRK+MkUV3nhrT4URT3x1xXo9vGtraDYOgrR1y6e3tmVB0FFdHuA4Cjj2rLa/l3n61wb6pPvb6nvRX/2Q=="
    ),
    "gif": (
        "R0lGODlhEgAVAIIAAMrMiYTKzb6TVjiEzJ1JKGIpQSdLnjgsbiH/C05FVFNDQVBFMi4wAwEAAAAsAAAAABIAFQAACJYAAwgEQFCA"
        "QQEEEhZYeODAQIIADiYksLBAQwMBIEY0OLHiRQMaDyJUaPEjRJEdSx4wYGDASY4kG65s6XLjSIoMZ9K0mbIkS5oDJKaUyXKA0QBC"
        "cRIFKhAmTp9ABzTt+ZGpwIlKdRqVKjDAUK1HuwIgCXVr14FPq5oVC8AjWK4P26osGjZuW7V1M54suzauwY9b4eq1GRAAIfkEAQAA"
        "CAAsAAAAABIAFQCCysyJhMrNvpNWOITMnUkoYilBJ0ueOCxuCK0ACxw4YKDggIMBEgYAwBCAAIEEDRxEqLChAAEDDU5UuJDhRQEK"
        "ETBEgOAiAgIECqgcmFDkSJMoVUI0EIDkSwEnU66MaBNAyYsodQ7keVNA0J1EPcLUiSCjAQQDbuaU6VRi1J85Eews+PQg1qMQeXr9"
        "ODVsQagDSC6lKtZrAJwotc7UmBZBTbADEZz1ajcA3gN6u9ZtGXOrYJIhdc61mjakT8OH+7pEundwzYYBAQAh+QQBAAAIACwAAAAA"
        "EgAVAILKzImEys2+k1Y4hMydSShiKUEnS544LG4IqgAJFBh44ICBgwMSIgjAEAEABAQNHkSgcGEAhwAiSqQ4AIFFjBkLHjSQcABD"
        "hgBSAhBQQCTJkicDqBQgwGVJkydn0jyJ0SNNBAQERmyoEsHPoANbGrzY86hQpROb0gwqtODGlEanIlV6NSVNAUCFInBJEavTpC5f"
        "PnQKEepEhU6rkoV7luvbjlnDot1YciHYoG3T9l0YVi6Cux4ZUo142ADHxBe3un1s8WJAADs="
    ),
    "palette": (
        "iVBORw0KGgoAAAANSUhEUgAAABIAAAAVBAMAAAC55aPcAAAAGFBMVEXKzImEys2+k1Y4hMydSShiKUEnS544LG4LxPwaAAAAA3RS"
        "TlP//wDXyg1BAAAAa0lEQVR4nC3KQRUDIRAFweIrIA7mrX8xSEDCGGDJIbl29fjcfjxjPtHEzM0VNVSnFUJEzLonqBG9omK65P8f"
        "qRDWG8y6x44a9CIxc3mlqD62GLnW68bk2GSohs78oyjH1pLbvxQOqFQvW8cXtuwzcFSPBXgAAAAASUVORK5CYII="
    ),
    "opaque palette": (
        "iVBORw0KGgoAAAANSUhEUgAAABIAAAAVBAMAAAC55aPcAAAAG1BMVEW/1Z/VwXOEys2+k1Y4hMydSShiKUEnS544LG53zKvAAAAA"
        "c0lEQVR4nC3KQQ0DMQwAwfUisIrAOv5ggqAyhBCI08f1PRPPNz71RD4OWZJeO6SC2pIAgkFJ1j0iFbKXWZJc8P8PIghrLMi6h5YK"
        "2AuU9MJgQe1DI+FlDSMJh6YNagOD+WKHFIeG1LvXMCAcoENrL3rI+gGdxjK92oClagAAAABJRU5ErkJggg=="
    ),
    "bits": (
        "iVBORw0KGgoAAAANSUhEUgAAABIAAAAVAQAAAABjsINCAAAAX0lEQVR4nAFUAKv/AL/qAASv9QAA+8kAAL9QAAIu+QAA/qAAAbWT"
        "OAD6ggAB1nI4APkAQAKxRQAA6RFAAr/0AAGk7u4AoArAAvSbAABAFsACCUEAAAAqwARSXQAAALtABdMcACsKtEYAAAAASUVORK5C"
        "YII="
    ),
}


def attempt(label, function):
    try:
        made = tf.cast(function(), tf.int32)
        print(label, made.shape, int(tf.reduce_sum(made)), tf.reshape(made, [-1])[-9:].numpy())
    except Exception as error:
        print(label, type(error).__name__, str(error).split("}} ")[-1].replace(" name: ", ""))


for name, text in FILES.items():
    content = base64.b64decode(text)
    print(name)
    for channels in (0, 1, 3, 4):
        exact = {"channels": channels, "dct_method": "INTEGER_ACCURATE"}
        attempt(f"  {channels}", lambda: tf.io.decode_jpeg(content, **exact))
        attempt(f"  {channels} by itself", lambda: tf.io.decode_jpeg(content, channels=channels))
        attempt(f"  {channels} plain", lambda: tf.io.decode_jpeg(content, channels=channels, fancy_upscaling=False))
        if name in ("halved colours", "gray"):
            for ratio in (2, 4, 8):
                attempt(f"  {channels} by {ratio}", lambda: tf.io.decode_jpeg(content, ratio=ratio, **exact))
        if name not in ("halved colours", "gray", "ink"):
            attempt(f"  image {channels}", lambda: tf.io.decode_image(content, channels=channels))
    if name not in ("halved colours", "gray", "ink"):
        attempt("  frames", lambda: tf.io.decode_gif(content))
        attempt("  one", lambda: tf.io.decode_image(content, expand_animations=False))
        attempt("  deep", lambda: tf.io.decode_image(content, dtype=tf.uint16))
