import { z } from 'zod';
import { assertNever, UserError } from '../core/errors.js';
import { parsed, refused, type Issue, type Parsed } from '../core/parsed.js';
import { readLegacyEntries } from './aimet-legacy-entries.js';
import { readNamedEntries } from './aimet-named-entries.js';
import { fieldIssues } from './json-issues.js';

/**
 * AIMET's encodings: which grid each tensor of a model has, as JSON beside the model. The versions that its exporters write
 * by default (qualcomm/aimet@08eb82bc9, Docs/quantsim/encoding_spec.rst, sections 2 and 3). The newer 2.x is another format.
 */
export const ENCODINGS_VERSIONS = ['0.6.1', '1.0.0'] as const;
export type EncodingsVersion = (typeof ENCODINGS_VERSIONS)[number];

/**
 * Integer grids: of the codes 0 … 2^bits − 1, code c stands for `scale · (c + offset)`
 * (qualcomm/aimet@0e1f53703, aimet_onnx/qc_quantize_op.py, `_load_encodings_dict`).
 */
export interface AffineEncoding {
  readonly kind: 'affine';
  readonly bits: number;
  readonly symmetric: boolean;
  /** One for the tensor, or one per output channel. */
  readonly scales: readonly number[];
  /** As many as scales. */
  readonly offsets: readonly number[];
}

/** A tensor that stays a floating-point number of so many bits. */
export interface FloatEncoding {
  readonly kind: 'float';
  readonly bits: number;
}

/** Grids per block of a tensor, which only 1.0.0 has: kept as they were read. */
export interface BlockEncoding {
  readonly kind: 'block';
  readonly type: 'PER_BLOCK' | 'LPBQ' | 'VECTOR';
  /** The fields of the entry but its name and `enc_type`: plain JSON. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export type Encoding = AffineEncoding | FloatEncoding | BlockEncoding;

/** A file's content, whatever its version: encodings by tensor name, and what rides along. */
export interface Encodings {
  readonly activations: ReadonlyMap<string, Encoding>;
  readonly parameters: ReadonlyMap<string, Encoding>;
  /** `quantizer_args`: how the grids were found, for people to read. Plain JSON; null where the file has none. */
  readonly quantizerArguments: Readonly<Record<string, unknown>> | null;
  /** `excluded_layers`; null where the file has none. */
  readonly excludedLayers: readonly string[] | null;
}

const SECTIONS = { activations: 'activation_encodings', parameters: 'param_encodings' } as const;
type Section = keyof typeof SECTIONS;

/** Both versions look alike from above; fields nobody knows are passed over, as newer exporters may add some. */
const topLevel = z.object(
  {
    version: z.enum(ENCODINGS_VERSIONS, { error: `'${ENCODINGS_VERSIONS.join("' or '")}'` }),
    activation_encodings: z.unknown().optional(),
    param_encodings: z.unknown().optional(),
    quantizer_args: z.record(z.string(), z.unknown(), { error: 'an object' }).optional(),
    excluded_layers: z.array(z.string({ error: 'a name' }), { error: 'a list of names' }).optional(),
  },
  { error: 'an object' },
);

/** The encodings of a file's text, or every problem with it: where, what was found, what would have been accepted. */
export function readEncodings(text: string): Parsed<Encodings> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refused([
      { path: '', got: 'text that is not JSON', expected: 'the encodings that AIMET exports' },
    ]);
  }
  const top = topLevel.safeParse(json);
  if (!top.success) return refused(fieldIssues(top.error, json, []));
  const readEntries = top.data.version === '0.6.1' ? readLegacyEntries : readNamedEntries;
  const issues: Issue[] = [];
  const section = (name: Section): Map<string, Encoding> =>
    readEntries(top.data[SECTIONS[name]], SECTIONS[name], issues);
  const [activations, parameters] = [section('activations'), section('parameters')];
  if (issues.length > 0) return refused(issues);
  return parsed({
    activations,
    parameters,
    quantizerArguments: top.data.quantizer_args ?? null,
    excludedLayers: top.data.excluded_layers ?? null,
  });
}

/**
 * The text of a file. The same encodings give the same text; `readEncodings` gives them back.
 *
 * @throws UserError where a version has no place for an encoding: grids per block in 0.6.1.
 */
export function writeEncodings(encodings: Encodings, version: EncodingsVersion): string {
  const { quantizerArguments, excludedLayers } = encodings;
  const written = version === '0.6.1' ? legacySection : namedSection;
  const json = {
    version,
    [SECTIONS.activations]: written(encodings.activations),
    [SECTIONS.parameters]: written(encodings.parameters),
    ...(quantizerArguments === null ? {} : { quantizer_args: quantizerArguments }),
    ...(excludedLayers === null ? {} : { excluded_layers: excludedLayers }),
  };
  return `${JSON.stringify(json, null, 4)}\n`;
}

/** 0.6.1: a list a tensor, one entry a scale. Its extremes follow from scale and offset. */
function legacySection(encodings: ReadonlyMap<string, Encoding>): object {
  return Object.fromEntries([...encodings].map(([name, encoding]) => [name, legacyEntries(name, encoding)]));
}

function legacyEntries(name: string, encoding: Encoding): object[] {
  switch (encoding.kind) {
    case 'float':
      return [{ bitwidth: encoding.bits, dtype: 'float' }];
    case 'affine':
      return encoding.scales.map((scale, index) => {
        const offset = encoding.offsets[index]!;
        return {
          bitwidth: encoding.bits,
          dtype: 'int',
          is_symmetric: encoding.symmetric ? 'True' : 'False',
          max: scale * (offset + 2 ** encoding.bits - 1),
          min: scale * offset,
          offset,
          scale,
        };
      });
    case 'block':
      throw new UserError({
        place: `encoding of '${name}'`,
        found: `${encoding.type}, which version 0.6.1 has no place for`,
        expected: 'one grid for the tensor, or one per channel',
        suggestion: 'write version 1.0.0',
      });
    default:
      return assertNever(encoding);
  }
}

/** 1.0.0: a list of entries that name their tensor. */
function namedSection(encodings: ReadonlyMap<string, Encoding>): object[] {
  return [...encodings].map(([name, encoding]) => {
    switch (encoding.kind) {
      case 'float':
        return { name, enc_type: 'PER_TENSOR', dtype: 'FLOAT', bw: encoding.bits };
      case 'affine':
        return {
          name,
          enc_type: encoding.scales.length > 1 ? 'PER_CHANNEL' : 'PER_TENSOR',
          dtype: 'INT',
          bw: encoding.bits,
          is_sym: encoding.symmetric,
          scale: encoding.scales,
          offset: encoding.offsets,
        };
      case 'block':
        return { name, enc_type: encoding.type, ...encoding.fields };
      default:
        return assertNever(encoding);
    }
  });
}
