import { assertNever } from '../core/errors.js';
import { damagedFile } from './flatbuffer-file.js';
import type { FlatTable } from './flatbuffers.js';
import { tfliteBuiltin, type TfliteBuiltin } from './tflite-builtins.js';
import { readChoice, readIndices } from './tflite-fields.js';
import { optionTables, type OptionField, type OptionTable } from './tflite-options.js';
import type { TfliteOperator } from './tflite.js';

/** What an entry of the model's list of operator codes says. */
export interface OperatorCode {
  readonly name: TfliteBuiltin | `BUILTIN_${number}`;
  readonly customCode: string | null;
  readonly version: number;
}

type Options = Readonly<Record<string, unknown>>;

/** A row of `optionTables`, ready to be read: its fields as a list, and what they are without a table in the file. */
interface OptionsPlan {
  readonly unionType: number;
  readonly fields: readonly (readonly [key: string, field: OptionField])[];
  readonly fallback: Options;
}

/** What operators have whose options are not read. */
const noOptions: OptionsPlan = { unionType: 0, fields: [], fallback: {} };
const plans: ReadonlyMap<string, OptionsPlan> = new Map(
  Object.entries(optionTables).map(([name, table]) => [name, planOf(table)]),
);

function planOf({ unionType, fields }: OptionTable): OptionsPlan {
  const entries = Object.entries(fields);
  const fallback = Object.fromEntries(entries.map(([key, field]) => [key, fallbackOf(field)]));
  return { unionType, fields: entries, fallback };
}

/** The members of `OperatorCode`; old files have the code in one byte, newer ones in both fields or in the second. */
export function readOperatorCode(table: FlatTable): OperatorCode {
  const code = Math.max(table.int8(0, 'deprecated_builtin_code'), table.int32(3, 'builtin_code'));
  if (code < 0) throw table.refuse('builtin_code', { found: `${code}`, expected: 'a code from 0' });
  const name = tfliteBuiltin(code) ?? (`BUILTIN_${code}` as const);
  return {
    name,
    customCode: name === 'CUSTOM' ? table.text(1, 'custom_code') : null,
    version: table.int32(2, 'version', 1),
  };
}

export function readOperator(
  table: FlatTable,
  codes: readonly OperatorCode[],
  tensorCount: number,
): TfliteOperator {
  const index = table.uint32(0, 'opcode_index');
  const code = codes[index];
  if (code === undefined) {
    throw table.refuse('opcode_index', {
      found: `operator code ${index}`,
      expected: `one of the ${codes.length} of the model`,
      suggestion: damagedFile,
    });
  }
  const operator = {
    ...code,
    inputs: readIndices(table, 1, 'inputs', tensorCount, 'optional'),
    outputs: readIndices(table, 2, 'outputs', tensorCount),
    options: readOptions(table, code.name),
  };
  // The compiler cannot see that the options are those of the name: both come from one row of `optionTables`.
  return operator as TfliteOperator;
}

/**
 * The options of an operator. Where the file has none, as runtimes do, every field has its default: a model may be
 * older than the options of its operators. For operators that take no options nothing is looked at.
 */
function readOptions(operator: FlatTable, name: string): Options {
  const { unionType, fields, fallback } = plans.get(name) ?? noOptions;
  if (unionType === 0) return fallback;
  const found = operator.uint8(3, 'builtin_options_type');
  if (found !== 0 && found !== unionType) {
    throw operator.refuse('builtin_options_type', {
      found: `options of type ${found} on ${name}`,
      expected: `type ${unionType}, or 0 for none`,
      suggestion: damagedFile,
    });
  }
  const options = found === 0 ? null : operator.table(4, 'builtin_options');
  if (options === null) return fallback;
  return Object.fromEntries(fields.map(([key, field]) => [key, readField(options, key, field)]));
}

function readField(options: FlatTable, key: string, field: OptionField): unknown {
  switch (field.kind) {
    case 'int':
      return options.int32(field.id, key, field.fallback);
    case 'float':
      return options.float32(field.id, key, field.fallback);
    case 'flag':
      return options.bool(field.id, key, field.fallback);
    case 'ints':
      return options.int32s(field.id, key) ?? [];
    case 'choice':
      return readChoice(options, field.id, key, field.names);
    default:
      return assertNever(field);
  }
}

function fallbackOf(field: OptionField): unknown {
  if (field.kind === 'ints') return [];
  return field.kind === 'choice' ? field.names[0] : field.fallback;
}
