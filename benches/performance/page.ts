import { markdownTable } from '../../scripts/markdown.js';
import { digits, isMet, shareOfMark, type DetailTable, type Results, type Row } from './results.js';
import { PROFILE } from './profile.js';

/** Where and how figures were measured. */
export interface Conditions {
  readonly processor: string;
  readonly coreCount: number;
  /** Of Node and V8. */
  readonly versions: string;
  /** Of one minute, before the first measurement. */
  readonly loadAverage: number;
  readonly joinsVectors: boolean;
  readonly rounds: number;
}

const MEANINGS = `* **Kernels**: sums of products alone, on one thread, against a loop of \`i32x4.dot_i16x8_s\` and \`i32x4.add\` that never leaves the registers,
  at its fastest of all trials: what 128-bit vectors can do at most. The layer adds padding, widening and requantization to int8. As it runs, it takes Winograd's 36 products where the definition has 144.
* **Requantization**: sums in the memory become int8 codes, with a factor for each channel. Emitted code against the typed-array kernels, on the same sums.
  Marks count the requantizers that quantized models come with, with the largest sum known and with any int32.
* **Models**: one input, one thread. bitmac and ONNX Runtime compute the same layers on the same grids; ONNX Runtime takes QDQ models, with int8 activations
  (int8 × int8) and with the same codes moved up by 128 (uint8 × int8). It has to be told to leave int8 as it is (\`session.qdqisint8allowed\`): otherwise it makes int8 activations uint8 when it loads a model
  on such a processor (\`QDQS8ToU8Transformer\` of its optimizer), which is the third path. A ratio above 1 says that bitmac is faster.
* **Threads**: wall time, so it means something only on a machine that does nothing else; the detail says what processor time would allow.
* **Register engine**: updates of processing elements (PEs) by the engine that moves every register, against a plain loop over typed arrays that steps the same mesh.
  Whole runs, with operands, accumulators and requantization, are measured by \`benches/register-runs.ts\`.
* **Float**: forward, gradients of inputs and of weights, with weights packed anew in each step.
* **simulate minus run**: mappings, timing and energy, lowering included, without values. *A machine not seen before* differs from all before it in its
  accumulators and its memory; *a chip seen before* in its memory alone, as most points of a sweep do; *memoized* is the same machine again.
* **Sweeps**: array shapes × buffers × bandwidths, in threads that begin anew with each sweep. Large ones run fewer times: their table says how often.
* **Whole processes** are the bundled command line, from its start to its end. Peak memory is \`memory.peakResidentBytes\` of its JSON.`;

const isRatio = ({ unit }: Row): boolean => unit === '×';

/** The page of results. */
export function performancePage(results: readonly Results[], conditions: Conditions): string {
  const rows = results.flatMap((each) => each.rows);
  return `# Performance

Written by \`npm run bench\`, which measures everything on this page.

${conditionsText(conditions)}

## Ratios

${rowTable(rows.filter(isRatio))}

## Times, speeds and memory

${rowTable(rows.filter((row) => !isRatio(row)))}

## What the rows mean

${MEANINGS}

## What the profile shows

${PROFILE}

## Behind the rows

${results
  .flatMap((each) => each.tables)
  .map(detailSection)
  .join('\n\n')}
`;
}

function conditionsText(conditions: Conditions): string {
  const { processor, coreCount, versions, loadAverage, joinsVectors, rounds } = conditions;
  const vectors = joinsVectors
    ? 'V8 was asked to join pairs of 128-bit vectors (`BITMAC_REVECTORIZE`)'
    : 'Vectors have 128 bits';
  return `Measured on ${processor}, ${coreCount} cores, with ${versions}; the load average was ${loadAverage.toFixed(1)} before the first measurement. ${vectors}.
Figures are medians of ${rounds} rounds in which what is compared takes turns, in processor time unless a row says wall time; ratios are medians of the
ratios in each round. Families of rows run one after the other, in processes of their own.`;
}

/** Rows as a table: what, how much, the mark, how far from it. */
export function rowTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [row.what, valueText(row), markText(row), verdict(row), row.detail]);
  return markdownTable(['what', 'measured', 'mark', 'verdict', 'detail'], cells);
}

function valueText({ value, unit }: Row): string {
  return value === null ? 'skipped' : withUnit(digits(value), unit);
}

function markText({ mark, unit }: Row): string {
  if (mark === null) return '';
  return 'atLeast' in mark
    ? `≥ ${withUnit(String(mark.atLeast), unit)}`
    : `≤ ${withUnit(String(mark.atMost), unit)}`;
}

function withUnit(number: string, unit: string): string {
  return unit === '×' ? `${number} ×` : `${number} ${unit}`;
}

function verdict(row: Row): string {
  const share = shareOfMark(row);
  if (share === null) return '';
  return isMet(row) ? 'met' : `**missed**, ${digits(share)} of the mark`;
}

/** A table under its title. */
export function detailSection({ title, header, cells }: DetailTable): string {
  return `### ${title}\n\n${markdownTable(header, cells, 'right')}`;
}
