import type { Tensor } from '../../tensor/tensor.js';
import { serve } from '../../threads/serve.js';
import { FloatRunner, IntegerRunner } from '../run.js';
import { outputsOfRow, type RowSetup } from './row-runner.js';

/** A thread that runs rows. */
serve(({ integer, float }: RowSetup) => {
  const runner = IntegerRunner.twin(integer);
  const floatRunner = float === null ? null : new FloatRunner(float);
  return (inputs: readonly Tensor[]) => outputsOfRow(runner, floatRunner, inputs);
});
