"""TFLite models written tensor by tensor, and drawn at random from a seed."""

from __future__ import annotations

from dataclasses import dataclass

import flatbuffers
import numpy as np
from tensorflow.lite.python import schema_py_generated as schema

TYPES = {
    'float32': (schema.TensorType.FLOAT32, np.float32),
    'int32': (schema.TensorType.INT32, np.int32),
    'uint8': (schema.TensorType.UINT8, np.uint8),
    'int64': (schema.TensorType.INT64, np.int64),
    'int16': (schema.TensorType.INT16, np.int16),
    'int8': (schema.TensorType.INT8, np.int8),
}


@dataclass(frozen=True)
class Grid:
    """What codes stand for: real = scale * (code - zero_point)."""

    type: str
    scale: float
    zero_point: int


@dataclass(frozen=True)
class Tensor:
    """A tensor of a graph under construction. `grid` is None for plain numbers."""

    index: int
    shape: tuple[int, ...]
    type: str
    grid: Grid | None


class Undrawable(Exception):
    """The numbers drawn make no valid operator: another draw is needed."""


class GraphWriter:
    """A graph of operators, in the order in which they run."""

    def __init__(self) -> None:
        self.tensors: list[schema.TensorT] = []
        self.buffers = [schema.BufferT()]
        self.operators: list[tuple[str, list[int], list[int], tuple[str, dict] | None]] = []
        self.inputs: list[Tensor] = []
        self.outputs: list[Tensor] = []

    def tensor(self, shape, type_, scale=None, zero_point=0, axis=0, data=None) -> Tensor:
        """A tensor; several scales are one for each index of `axis`; `data` makes it a constant."""
        written = schema.TensorT()
        written.shape = [int(extent) for extent in shape]
        written.type = TYPES[type_][0]
        written.name = f't{len(self.tensors)}'
        grid = None
        if scale is not None:
            scales = [float(s) for s in np.atleast_1d(np.asarray(scale, np.float32))]
            written.quantization = schema.QuantizationParametersT()
            written.quantization.scale = scales
            written.quantization.zeroPoint = [int(zero_point)] * len(scales)
            written.quantization.quantizedDimension = axis
            grid = Grid(type_, scales[0], int(zero_point))
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = list(np.ascontiguousarray(data, dtype=TYPES[type_][1]).tobytes())
            written.buffer = len(self.buffers)
            self.buffers.append(buffer)
        self.tensors.append(written)
        return Tensor(len(self.tensors) - 1, tuple(written.shape), type_, grid)

    def on(self, grid: Grid, shape, data=None) -> Tensor:
        """A tensor of codes on a grid."""
        return self.tensor(shape, grid.type, grid.scale, grid.zero_point, data=data)

    def integers(self, values, shape=None) -> Tensor:
        """A constant of int32."""
        values = np.asarray(values, np.int32)
        return self.tensor(values.shape if shape is None else shape, 'int32', data=values)

    def input(self, grid: Grid, shape) -> Tensor:
        self.inputs.append(self.on(grid, shape))
        return self.inputs[-1]

    def float_input(self, shape) -> Tensor:
        self.inputs.append(self.tensor(shape, 'float32'))
        return self.inputs[-1]

    def add(self, operator: str, inputs, outputs, options: str | None = None, **fields) -> Tensor:
        """Appends an operator and gives its first output. `options` is the schema's table of `fields`."""
        outputs = outputs if isinstance(outputs, list) else [outputs]
        self.operators.append(
            (
                operator,
                [tensor.index for tensor in inputs],
                [tensor.index for tensor in outputs],
                None if options is None else (options, fields),
            )
        )
        return outputs[0]

    def finish(self, *outputs: Tensor) -> bytes:
        """The file, with every operator at its first version."""
        self.outputs = list(outputs)
        model = schema.ModelT()
        model.version = 3
        model.buffers = self.buffers
        names = sorted({name for name, *_ in self.operators})
        model.operatorCodes = [operator_code(name) for name in names]
        graph = schema.SubGraphT()
        graph.tensors = self.tensors
        graph.inputs = [tensor.index for tensor in self.inputs]
        graph.outputs = [tensor.index for tensor in outputs]
        graph.operators = [
            written_operator(names.index(name), inputs, results, options)
            for name, inputs, results, options in self.operators
        ]
        model.subgraphs = [graph]
        builder = flatbuffers.Builder(1024)
        builder.Finish(model.Pack(builder), b'TFL3')
        return bytes(builder.Output())


def operator_code(name: str) -> schema.OperatorCodeT:
    code = schema.OperatorCodeT()
    code.builtinCode = getattr(schema.BuiltinOperator, name)
    code.deprecatedBuiltinCode = min(code.builtinCode, 127)
    code.version = 1
    return code


def written_operator(code, inputs, outputs, options) -> schema.OperatorT:
    operator = schema.OperatorT()
    operator.opcodeIndex = code
    operator.inputs = inputs
    operator.outputs = outputs
    if options is not None:
        table, fields = options
        operator.builtinOptions = getattr(schema, f'{table}T')()
        operator.builtinOptionsType = getattr(schema.BuiltinOptions, table)
        for name, value in fields.items():
            assert hasattr(operator.builtinOptions, name), f'{table} has no {name}'
            setattr(operator.builtinOptions, name, value)
    return operator


class Draw:
    """Random choices of one case. In half of the cases all scales are powers of two, which makes ties frequent."""

    def __init__(self, seed) -> None:
        self.rng = np.random.default_rng(seed)
        self.has_powers = self.chance(0.5)

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def integer(self, low: int, high: int) -> int:
        """From low to high, both included."""
        return int(self.rng.integers(low, high + 1))

    def one_of(self, choices):
        return choices[self.integer(0, len(choices) - 1)]

    def extents(self, count: int, low: int = 1, high: int = 6) -> list[int]:
        return [self.integer(low, high) for _ in range(count)]

    def scale(self, low: float = -7, high: float = -2) -> float:
        """A scale between two powers of two."""
        exponent = self.rng.uniform(low, high)
        is_power = self.has_powers or self.chance(0.2)
        return float(np.float32(2.0 ** (round(exponent) if is_power else exponent)))

    def scale_near(self, scale: float, below: float = 1, above: float = 1) -> float:
        """A scale at most so many octaves away from another."""
        exponent = float(np.log2(scale))
        return self.scale(exponent - below, exponent + above)

    def zero_point(self, type_: str) -> int:
        if type_ == 'int16':
            return 0
        low, high = code_range(type_)
        return self.one_of([low, high, (low + high + 1) // 2]) if self.chance(0.2) else self.integer(low, high)

    def grid(self, type_: str, low: float = -7, high: float = -2) -> Grid:
        if type_ == 'int16':
            low, high = low - 7, high - 7
        return Grid(type_, self.scale(low, high), self.zero_point(type_))

    def codes(self, shape, type_: str) -> np.ndarray:
        """Codes of the whole range, now and then of a few neighbours only."""
        low, high = code_range(type_)
        if self.chance(0.1):
            low = self.integer(low, high - 3)
            high = low + 3
        return self.rng.integers(low, high + 1, size=shape).astype(TYPES[type_][1])

    def values(self, tensor: Tensor) -> np.ndarray:
        """What to feed to an input."""
        if tensor.type == 'float32':
            return (self.rng.normal(size=tensor.shape) * self.one_of([0.5, 2, 8])).astype(np.float32)
        return self.codes(tensor.shape, tensor.type)

    def activation(self) -> int:
        """Of a fused activation: NONE in two of five cases, else RELU, RELU_N1_TO_1 or RELU6."""
        return self.one_of([0, 0, 1, 2, 3])


def code_range(type_: str) -> tuple[int, int]:
    info = np.iinfo(TYPES[type_][1])
    return int(info.min), int(info.max)
