import { z } from 'zod';
import {
  choice,
  flag,
  fraction,
  integer,
  list,
  nonEmptyText,
  quantity,
  section,
  text,
} from './config/config-schema.js';
import { isMapping } from './config/read-config.js';
import { expectedQuantity } from './config/quantity.js';

/** A memory for each kind of data; a scratchpad takes the place of all of them. */
export const BUFFERS = ['activationBuffer', 'weightBuffer', 'outputBuffer'] as const;
export type BufferName = (typeof BUFFERS)[number];
export type MemoryName = BufferName | 'scratchpad';

const sram = () =>
  section({
    capacity: quantity('capacity'),
    bandwidth: quantity('bandwidth'),
    pingPong: flag(),
    word: quantity('width'),
  });
const SRAM_EXPECTED = `a mapping with ${Object.keys(sram().shape).join(', ')}`;

const lanes = () => section({ lanes: integer(1, 65_536), latency: quantity('duration') });

/** A cost with a source of its own, or the cost alone: then the machine's file is the source. */
const override = (kind: 'energy' | 'energyPerData' | 'power') =>
  z
    .union([quantity(kind), section({ value: quantity(kind), source: nonEmptyText() })], {
      error: `${expectedQuantity(kind)}, or { value, source }`,
    })
    .optional();

/** What a machine file may say, fields in the order of the reference page. See `docs/reference/machine.md`. */
export const acceleratorSchema = section({
  extends: nonEmptyText().optional(),
  name: nonEmptyText().optional(),
  description: text().default(''),
  source: text().optional(),
  clock: quantity('clock'),
  array: section({
    kind: choice(['dot-product', 'systolic']),
    dataflow: choice(['ws', 'os', 'is']).default('ws'),
    drain: choice(['columnBus', 'shift']).optional(),
    rows: integer(1, 4096),
    columns: integer(1, 4096),
    pipelineStages: integer(0, 64).default(0),
    pingPongWeights: flag(),
    activationBits: integer(2, 16).default(8),
    weightBits: integer(2, 16).default(8),
    packedLanes: list(
      section({ activationBits: integer(2, 16), weightBits: integer(2, 16), lanes: integer(2, 16) }),
    ).optional(),
  }),
  accumulators: section({
    bits: integer(8, 64).default(32),
    overflow: choice(['wrap', 'saturate', 'trap']).default('wrap'),
    entriesPerColumn: integer(1, 2 ** 24),
    pingPong: flag(),
  }),
  requantizer: lanes(),
  vector: lanes(),
  activationBuffer: sram().optional(),
  weightBuffer: sram().optional(),
  outputBuffer: sram().optional(),
  scratchpad: sram().optional(),
  residency: section({ activations: flag().default(false), weights: flag().default(false) }).default({
    activations: false,
    weights: false,
  }),
  dram: section({
    bandwidth: quantity('bandwidth'),
    latency: quantity('duration'),
    burst: quantity('capacity'),
  }),
  energy: section({
    technology: nonEmptyText(),
    zeroGating: choice(['none', 'activations', 'weights', 'both']).default('none'),
    gatedMac: fraction().default(0),
    overrides: section({
      mac: override('energy'),
      packedMultiply: override('energy'),
      packedAdd: override('energy'),
      register: override('energyPerData'),
      accumulator: override('energy'),
      activationRead: override('energyPerData'),
      activationWrite: override('energyPerData'),
      weightRead: override('energyPerData'),
      weightWrite: override('energyPerData'),
      outputRead: override('energyPerData'),
      outputWrite: override('energyPerData'),
      dram: override('energyPerData'),
      requantize: override('energy'),
      vector: override('energy'),
      leakage: override('power'),
    }).default({}),
  }),
}).superRefine(checkMemories, { when: ({ value }) => isMapping(value) });

/** All three buffers or a scratchpad: one form, and the whole of it. */
function checkMemories(config: object, context: z.RefinementCtx): void {
  const has = (name: MemoryName): boolean => Object.hasOwn(config, name);
  for (const name of BUFFERS) {
    if (has(name) !== has('scratchpad')) continue;
    const [got, message] = has(name)
      ? ['a buffer beside a scratchpad', 'either three buffers or a scratchpad']
      : ['nothing', `${SRAM_EXPECTED}; or a scratchpad in place of the three buffers`];
    context.addIssue({ code: 'custom', path: [name], message, params: { got } });
  }
}

export type AcceleratorConfig = z.output<typeof acceleratorSchema>;
