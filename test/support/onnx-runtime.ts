import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-web';
import type { FloatTensor } from '../../src/tensor/tensor.js';
import { tensor } from '../../src/tensor/tensor.js';

/** Whether ONNX Runtime runs the graph as it is written, or fuses what it can (QDQ groups into integer operators). */
export type Optimization = 'disabled' | 'all';

/** A model ready to run in ONNX Runtime on the CPU: its C++ kernels, compiled to WebAssembly. */
export class OrtModel {
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  static async load(bytes: Uint8Array, optimization: Optimization): Promise<OrtModel> {
    const session = await InferenceSession.create(bytes, {
      executionProviders: ['wasm'],
      graphOptimizationLevel: optimization,
      logSeverityLevel: 3,
    });
    return new OrtModel(session);
  }

  /** Outputs in the order of the graph's ports; indices as real numbers, too. */
  async run(inputs: readonly FloatTensor[]): Promise<FloatTensor[]> {
    const fed = inputs.map(({ data, shape }, index) => [
      this.#session.inputNames[index]!,
      new OrtTensor('float32', data, shape),
    ]);
    const results = await this.#session.run(Object.fromEntries(fed));
    return this.#session.outputNames.map((name) => {
      const { data, dims } = results[name]!;
      const reals = data instanceof Float32Array ? data : Float32Array.from(data as Int32Array);
      return tensor('float32', dims, reals);
    });
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}
