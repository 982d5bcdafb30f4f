import type { UnaryFunction } from '../../../ir/ops/elementwise.js';
import type { OperatorImport } from '../operator-import.js';
import { fusedRange } from './activation.js';
import type { ImportOperator } from './operator.js';

type Binary = 'ADD' | 'SUB' | 'MUL' | 'DIV';

/** ADD, SUB, MUL, DIV. */
export const binary =
  <Name extends Binary>(op: 'add' | 'sub' | 'mul' | 'div'): ImportOperator<Name> =>
  (node: OperatorImport) => {
    const { options } = node.source as Extract<OperatorImport['source'], { name: Binary }>;
    node.result({ op, activation: fusedRange(node, options.fusedActivationFunction) }, [
      node.real(0),
      node.real(1),
    ]);
  };

/** A function of one number. */
export const unary =
  (f: UnaryFunction) =>
  (node: OperatorImport): void =>
    node.result({ op: 'unary', function: f }, [node.real(0)]);

export const leakyRelu: ImportOperator<'LEAKY_RELU'> = (node) =>
  unary({ kind: 'leakyRelu', slope: node.source.options.alpha })(node);

/** PRELU: a slope for each element, broadcast. */
export const prelu: ImportOperator<'PRELU'> = (node) =>
  node.result({ op: 'prelu' }, [node.real(0), node.real(1)]);

export const softmax: ImportOperator<'SOFTMAX'> = (node) => {
  const { beta } = node.source.options;
  if (!(beta > 0 && Number.isFinite(beta))) {
    throw node.refuse({ found: `beta ${beta}`, expected: 'a positive, finite number' });
  }
  node.result(beta === 1 ? { op: 'softmax' } : { op: 'softmax', beta }, [node.real(0)]);
};

export const logSoftmax: ImportOperator<'LOG_SOFTMAX'> = (node) =>
  node.result({ op: 'logSoftmax' }, [node.real(0)]);

/** QUANTIZE: real numbers to codes, or codes to another grid. */
export const quantize: ImportOperator<'QUANTIZE'> = (node) =>
  node.result({ op: 'quantizeLinear', rounding: 'halfAwayFromZero' }, [node.real(0)]);

/** DEQUANTIZE: codes, or float16 numbers, to float32. */
export const dequantize: ImportOperator<'DEQUANTIZE'> = (node) => {
  const x = node.value(0);
  if (node.outputType().kind !== 'float32') {
    throw node.refuse({ found: 'a result of integers', expected: 'float32' });
  }
  if (node.type(x).kind === 'float32') node.alias(x);
  else node.result({ op: 'dequantizeLinear' }, [x]);
};
