"""
Records what TensorFlow Lite computes: random models of one operator and small networks, run by its reference kernels
(BUILTIN_REF) and as it runs by default (optimized kernels and the XNNPACK delegate).

    pip install tensorflow-cpu==2.21.0
    python test/golden/tensorflow-lite/record.py                       # writes cases.json.gz beside this file
    python test/golden/tensorflow-lite/record.py --cases 300 --seed 7 --output campaign.json.gz --only CONV_2D

The same version, seed and number of cases give the same bytes on any processor of the same vector extensions. Models and arrays are
in hexadecimal, which gzip makes smaller than base64.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import pickle
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'

import numpy as np
import tensorflow as tf

warnings.filterwarnings('ignore', message='.*tf.lite.Interpreter is deprecated.*')

import elements  # noqa: F401  registers its groups, as the next four do
import movement  # noqa: F401
import networks  # noqa: F401
import products  # noqa: F401
import reductions  # noqa: F401
from groups import GROUPS
from model import Draw, GraphWriter, Undrawable

RESOLVERS = {
    'reference': tf.lite.experimental.OpResolverType.BUILTIN_REF,
    'xnnpack': tf.lite.experimental.OpResolverType.AUTO,
}
EXTENSIONS = ('sse4_1', 'avx', 'avx2', 'fma', 'f16c', 'avx512f', 'avx512bw', 'avx512_vnni', 'avx_vnni', 'asimd')


def run(model: bytes, resolver, inputs) -> list[np.ndarray] | None:
    """The outputs, in the order of the model; None where there is no kernel for it."""
    try:
        interpreter = tf.lite.Interpreter(
            model_content=model, experimental_op_resolver_type=resolver, num_threads=1
        )
        interpreter.allocate_tensors()
        for details, value in zip(interpreter.get_input_details(), inputs, strict=True):
            interpreter.set_tensor(details['index'], value)
        interpreter.invoke()
    except (RuntimeError, ValueError):
        return None
    return [interpreter.get_tensor(details['index']).copy() for details in interpreter.get_output_details()]


def written(array: np.ndarray) -> dict:
    return {'type': array.dtype.name, 'shape': list(array.shape), 'data': array.tobytes().hex()}


def case_of(name: str, seed: int, index: int) -> dict | None:
    """A case; None where the draw makes no model that TensorFlow Lite runs."""
    make, type_ = GROUPS[name]
    draw, graph = Draw([seed, zlib.crc32(name.encode()), index]), GraphWriter()
    try:
        model = make(draw, graph, type_)
    except Undrawable:
        return None
    inputs = [draw.values(tensor) for tensor in graph.inputs]
    outputs = {kind: run(model, resolver, inputs) for kind, resolver in RESOLVERS.items()}
    recorded = {kind: [written(a) for a in arrays] for kind, arrays in outputs.items() if arrays is not None}
    if not recorded:
        return None
    if recorded.get('xnnpack') == recorded.get('reference'):
        recorded['xnnpack'] = 'reference'
    return {
        'group': name,
        'index': index,
        'model': model.hex(),
        'inputs': [written(value) for value in inputs],
        'outputs': recorded,
    }


def drawn(name: str, seed: int, start: int) -> Iterator[dict | None]:
    """The cases of a group from one index on, computed by a process of its own; ends where that process does."""
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(readable)
        with os.fdopen(writable, 'wb', buffering=0) as pipe:
            for index in itertools.count(start):
                try:
                    pipe.write(pickle.dumps(case_of(name, seed, index)))
                except BrokenPipeError:
                    os._exit(0)
    os.close(writable)
    try:
        with os.fdopen(readable, 'rb') as pipe:
            while True:
                yield pickle.load(pipe)
    except EOFError:
        print(f'{name}: a kernel crashes')
    finally:
        os.waitpid(child, 0)


def cases_of(name: str, seed: int, count: int) -> list[dict]:
    """So many cases of a group, from the first draws that make some. A draw that crashes its process is left out."""
    found: list[dict] = []
    tried = 0
    while tried < 20 * count and len(found) < count:
        cases = drawn(name, seed, tried)
        for case in cases:
            tried += 1
            if case is not None:
                found.append(case)
            if len(found) == count or tried == 20 * count:
                cases.close()
                break
        else:
            tried += 1
    if len(found) < count:
        print(f'{name}: {len(found)} cases of {count}')
    return found


def processor_extensions() -> list[str]:
    """The vector extensions of this processor that kernels look for."""
    try:
        lines = Path('/proc/cpuinfo').read_text().splitlines()
    except OSError:
        return []
    flags = next((line for line in lines if line.startswith(('flags', 'Features'))), '').split()
    return [name for name in EXTENSIONS if name in flags]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--cases', type=int, default=4, help='cases a group')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--output', type=Path, default=Path(__file__).with_name('cases.json.gz'))
    parser.add_argument('--only', default='', help='groups whose name begins so')
    options = parser.parse_args()
    names = [name for name in GROUPS if name.startswith(options.only)]
    record = {
        'generator': 'test/golden/tensorflow-lite/record.py',
        'tensorflow': tf.__version__,
        'extensions': processor_extensions(),
        'seed': options.seed,
        'cases': [case for name in names for case in cases_of(name, options.seed, options.cases)],
    }
    text = json.dumps(record, separators=(',', ':')).encode()
    options.output.write_bytes(gzip.compress(text, 9, mtime=0))
    print(f'{len(record["cases"])} cases, {options.output.stat().st_size} bytes')


if __name__ == '__main__':
    main()
