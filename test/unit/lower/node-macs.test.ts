import { expect, it } from 'vitest';
import { nodeMacs } from '../../../src/lower/workload/node-macs.js';
import { floatModel, importFloatModel } from '../../support/models.js';
import { sum } from '../../support/lowering.js';
import { sharedPath } from '../../support/shared.js';

it.skipIf(sharedPath() === null)('MLPerf Tiny MobileNetV1 has 7,489,664 MACs', () => {
  const graph = importFloatModel(floatModel('mobilenetv1-vww'));
  expect(sum(graph.nodes.map((node) => nodeMacs(node, graph)))).toBe(7_489_664);
});
