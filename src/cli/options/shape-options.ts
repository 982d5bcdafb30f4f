import type { InferredOptionTypes, Options } from 'yargs';

/** Options of the commands that need no values. */
export const shapeOptions = {
  shapes: {
    type: 'string',
    array: true,
    describe: 'layers without values: a SCALE-Sim topology file of convolutions or matrix products',
  },
  'shape-only': {
    type: 'boolean',
    describe: 'take a float ONNX model for its shapes: no calibration, weights may be absent',
  },
} as const satisfies Record<string, Options>;

export type ShapeArguments = InferredOptionTypes<typeof shapeOptions>;
