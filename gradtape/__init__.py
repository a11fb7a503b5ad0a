from .core.tape import GradientTape
from .core.convert import convert_to_tensor
from .core.convert import convert_to_tensor as constant
from .core.variable import Variable
from .core.tensor import Tensor
