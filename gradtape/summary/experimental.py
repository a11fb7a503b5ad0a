"""`tf.summary.experimental`: the step at which summaries are written, and how their tags are made."""

from ..values.lacking import lacking
from .writer import get_step, set_step, summary_scope, write_raw_pb

__all__ = ["get_step", "set_step", "summary_scope", "write_raw_pb"]

__getattr__ = lacking(__name__)
