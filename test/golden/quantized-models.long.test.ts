import { expect, it } from 'vitest';
import { IntegerRunner } from '../../src/engine/run.js';
import { simulate } from '../../src/engine/simulate.js';
import { loadAccelerator } from '../../src/hw/load-accelerator.js';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import {
  compareWithRecorded,
  importQuantized,
  QDQ_MODELS,
  QOPERATOR_MODELS,
  rowsOf,
  TFLITE_MODELS,
  type QuantizedModel,
} from '../support/recorded-runs.js';
import { describeShared } from '../support/shared.js';

const runsOf = (models: readonly QuantizedModel[]) =>
  models.flatMap((model) =>
    model.sets.flatMap((set) =>
      Object.keys(set.outputs).map((semantics) => ({
        name: model.name,
        data: set.data,
        model,
        set,
        semantics,
      })),
    ),
  );

describeShared('every recorded row of quantized models', () => {
  it.each(runsOf(TFLITE_MODELS))(
    '$name on $data under $semantics: the codes and the right answers recorded',
    ({ model, set, semantics }) => {
      const { values, differing, correct } = compareWithRecorded(model, set, semantics);
      expect(values).toBeGreaterThan(0);
      expect(differing).toBe(0);
      if (correct !== null) expect(correct).toBe(set.correct[semantics]);
    },
  );

  it.each(runsOf(QOPERATOR_MODELS))(
    '$name on $data, $semantics: the codes and the right answers recorded',
    ({ model, set, semantics }) => {
      const { differing, correct } = compareWithRecorded(model, set, semantics);
      expect(differing).toBe(0);
      const recorded = set.correct[semantics];
      if (recorded !== undefined) expect(correct).toBe(recorded);
    },
  );

  it.each(runsOf(QDQ_MODELS))(
    '$name on $data, $semantics: no first answer flips but where scores nearly tie',
    ({ model, set, semantics }) => {
      const { rows, flips, correct } = compareWithRecorded(model, set, semantics);
      expect(flips).toBeLessThanOrEqual(Math.ceil(rows / 200));
      const recorded = set.correct[semantics];
      if (recorded !== undefined) expect(Math.abs(correct! - recorded)).toBeLessThanOrEqual(1);
    },
  );
});

describeShared('quantized models on machines', () => {
  const presets = ['whitepaper-16x16', 'systolic-16x16-ws'];
  const models = [...TFLITE_MODELS, ...QOPERATOR_MODELS, ...QDQ_MODELS];

  it.each(models)('$name has cycles on both presets, and the layers add up', async (model) => {
    const graph = importQuantized(model, 'tflite-reference');
    for (const preset of presets) {
      const { layers, totals } = simulate(graph, await loadAccelerator(preset));
      expect(totals.cycles).toBeGreaterThan(0);
      expect(layers.reduce((sum, { cycles }) => sum + cycles, 0)).toBe(totals.cycles);
      const host = layers.filter(({ placement }) => placement === 'host').length;
      expect(host).toBe(graph.nodes.filter(({ op }) => op === 'float').length);
    }
  });

  const small = models.filter(({ name }) => /hello|micro_speech|ad01|mnist|dscnn/.test(name));
  it.each(small)('the reference kernels give the codes of the fast ones for $name', (model) => {
    const graph = importQuantized(model, 'tflite-reference');
    const row = rowsOf(model, model.sets[0]!, graph).row(0);
    const outputs = [new IntegerRunner(graph), new IntegerRunner(graph, referenceKernels)].map((runner) =>
      runner.run([row]).codes.map(({ data }) => [...data]),
    );
    expect(outputs[0]).toEqual(outputs[1]);
  });
});
