import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const VERSION = '1.30.0';

/** Beside the project's own packages, not among them: 290 MB that only this comparison needs. */
const FOLDER = resolve(import.meta.dirname, '../../.bench/onnxruntime-node');

interface OrtTensor {
  readonly data: ArrayLike<number>;
}

export interface OrtSession {
  readonly inputNames: readonly string[];
  run(feeds: Readonly<Record<string, OrtTensor>>): Promise<Readonly<Record<string, OrtTensor>>>;
}

/** What the comparison uses of `onnxruntime-node`. */
export interface Ort {
  readonly InferenceSession: {
    create(model: Uint8Array, options: object): Promise<OrtSession>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OrtTensor;
}

/**
 * ONNX Runtime, installed on first use; null where that fails, as without a network. Its own install script would fetch a CUDA
 * package; the library for processors is in the package.
 */
export function onnxRuntime(): Ort | null {
  if (!existsSync(join(FOLDER, 'node_modules', 'onnxruntime-node'))) {
    mkdirSync(FOLDER, { recursive: true });
    const install = [
      'install',
      '--prefix',
      FOLDER,
      '--ignore-scripts',
      '--no-save',
      '--no-audit',
      '--no-fund',
    ];
    try {
      execFileSync('npm', [...install, `onnxruntime-node@${VERSION}`], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    } catch {
      return null; // npm has said why
    }
  }
  return createRequire(join(FOLDER, 'package.json'))('onnxruntime-node') as Ort;
}

/**
 * A session of one thread.
 *
 * @param keepsInt8 int8 activations stay int8. Unless told so, ONNX Runtime on processors other than ARM's makes them uint8 when it
 * loads a QDQ model (`QDQS8ToU8Transformer`, `session.qdqisint8allowed`): then its int8 × int8 kernels never run
 */
export function singleThreadSession(
  ort: Ort,
  model: Uint8Array,
  { keepsInt8 }: { readonly keepsInt8: boolean },
): Promise<OrtSession> {
  const oneThread = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential' };
  const extra = { session: { qdqisint8allowed: keepsInt8 ? '1' : '0' } };
  return ort.InferenceSession.create(model, { ...oneThread, extra, logSeverityLevel: 3 });
}
