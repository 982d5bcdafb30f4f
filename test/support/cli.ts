import { fileURLToPath } from 'node:url';
import { processIo, type Io } from '../../src/cli/io.js';
import { runCli } from '../../src/cli/run-cli.js';

/** What every command line has needed: a real figure is never the same twice. */
export const PEAK_RESIDENT_BYTES = 123_456_789;

/** What a command line did: what a person saw, and the files it wrote. */
export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly written: ReadonlyMap<string, Uint8Array | string>;
}

/** A file of this repository. */
export function repositoryPath(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/**
 * Runs a command line in memory. `files` shadow the disk, which is only read; what is written stays in the result and can
 * be handed to the next run.
 */
export async function cli(
  args: readonly string[],
  files: ReadonlyMap<string, Uint8Array | string> = new Map(),
): Promise<CliRun> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const written = new Map<string, Uint8Array | string>();
  const disk = processIo();
  const given = (path: string): Uint8Array | undefined => {
    const content = files.get(path);
    return typeof content === 'string' ? new TextEncoder().encode(content) : content;
  };
  const io: Io = {
    out: (text) => void stdout.push(text),
    note: (text) => void stderr.push(text),
    progress: () => {},
    readFile: async (path) => given(path) ?? disk.readFile(path),
    readFileIfAny: async (path) => given(path) ?? disk.readFileIfAny(path),
    appendFile: async (path, text) => {
      const before = written.get(path) ?? files.get(path) ?? '';
      written.set(path, (typeof before === 'string' ? before : new TextDecoder().decode(before)) + text);
    },
    writeFile: async (path, content) => void written.set(path, content),
    peakResidentBytes: () => PEAK_RESIDENT_BYTES,
  };
  const exitCode = await runCli(args, io);
  return { exitCode, stdout: stdout.join('\n'), stderr: stderr.join('\n'), written };
}

/** The bundled model and data, as a command line names them. */
export const digits = {
  model: repositoryPath('examples/digits/digits.onnx'),
  calibration: `${repositoryPath('examples/digits/digits.npz')}#calibration_images`,
  images: `${repositoryPath('examples/digits/digits.npz')}#test_images`,
  labels: `${repositoryPath('examples/digits/digits.npz')}#test_labels`,
};

let quantized: Promise<Uint8Array> | undefined;

/** The bundled model quantized as the README does, on fewer rows: the integer model's bytes. */
export function quantizedDigits(): Promise<Uint8Array> {
  quantized ??= quantizeDigits();
  return quantized;
}

async function quantizeDigits(): Promise<Uint8Array> {
  const args = ['quantize', digits.model, '--calibration', digits.calibration, '--divide', '255'];
  const run = await cli([...args, '--calibration-rows', '0:20', '-o', 'd.safetensors']);
  const bytes = run.written.get('d.safetensors');
  if (run.exitCode !== 0 || !(bytes instanceof Uint8Array)) throw new Error(run.stderr);
  return bytes;
}
