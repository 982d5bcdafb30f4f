import { expect, it } from 'vitest';
import type { OnnxInspection } from '../../../src/importers/onnx/inspect.js';
import { inspectionJson, renderInspection } from '../../../src/report/inspection-text.js';
import { textWidth } from '../../../src/report/plain-text.js';

const inspection: OnnxInspection = {
  file: 'net.onnx',
  graphName: 'main_graph',
  producer: 'pytorch 2.4.0',
  irVersion: 8,
  opset: 17,
  inputs: [{ name: 'x', type: 'float32[Nx3x32x32]' }],
  outputs: [{ name: 'y', type: 'float32[Nx10]', shape: [1, 10] }],
  nodes: [
    node('/conv1/Conv', 'Conv', [1, 16, 32, 32], 448, 442_368),
    {
      ...node('/lstm/LSTM', 'LSTM', null, null, null),
      refusal: { place: "node '/lstm/LSTM'", found: 'operator LSTM', expected: 'one of Conv, Gemm' },
    },
    node('/fc/Gemm', 'Gemm', [1, 10], 650, 640),
  ],
  problems: [],
  totals: { nodes: 3, refused: 1, unknown: 1, parameters: 1098, macs: 443_008 },
};

it('lists every node and says which would be refused', () => {
  expect(`\n${renderInspection(inspection)}`).toMatchInlineSnapshot(`
    "
    net.onnx: 3 nodes, 443,008 MACs

    graph     main_graph
    producer  pytorch 2.4.0
    format    IR version 8, opset 17
    input     x float32[Nx3x32x32]
    output    y float32[Nx10]

    Nodes

    #  node         operator  output shape      parameters     MACs  note
    ------------------------------------------------------------------------
    0  /conv1/Conv  Conv      1 x 16 x 32 x 32         448  442,368
    1  /lstm/LSTM   LSTM      ?                          –        –  refused
    2  /fc/Gemm     Gemm      1 x 10                   650      640
    ------------------------------------------------------------------------
       total                                         1,098  443,008

    Would be refused

      1  /lstm/LSTM: found operator LSTM; expected one of Conv, Gemm

    Verdict

    Cannot be imported: 1 node refused, 0 other problems. 1 node of unknown size not in the sums."
  `);
});

it('says so when everything can be imported', () => {
  const nodes = [inspection.nodes[0]!];
  const totals = { nodes: 1, refused: 0, unknown: 0, parameters: 448, macs: 442_368 };
  expect(renderInspection({ ...inspection, nodes, totals })).toMatch(/Every node can be imported\.$/);
});

it('lists problems that are no single node’s', () => {
  const problems = [{ place: "input 'x'", found: 'an open dimension', suggestion: 'give --input-shape' }];
  const text = renderInspection({ ...inspection, problems });
  expect(text).toContain("- input 'x': found an open dimension; give --input-shape");
});

it('fits 100 columns with names of any length, and cannot control the terminal', () => {
  const name = `\u001B[2J${'n'.repeat(300)}`;
  const nodes = [{ ...inspection.nodes[1]!, name, operator: name }];
  const text = renderInspection({ ...inspection, file: name, graphName: name, nodes });
  expect(Math.max(...text.split('\n').map(textWidth))).toBeLessThanOrEqual(100);
  expect(text).not.toContain('\u001B');
});

it('keeps everything in JSON', () => {
  expect(JSON.parse(inspectionJson(inspection))).toEqual({ schema: 'bitmac-inspection/1', ...inspection });
});

function node(
  name: string,
  operator: string,
  shape: readonly number[] | null,
  parameters: number | null,
  macs: number | null,
): OnnxInspection['nodes'][number] {
  return { name, operator, outputs: [{ name: `${name}_output`, shape }], parameters, macs, refusal: null };
}
