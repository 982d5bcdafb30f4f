import { problemsIn } from '../core/parsed.js';
import { readEncodings } from '../formats/aimet-encodings.js';
import { floatNames, gridsOfEncodings } from '../importers/encodings.js';
import type { GivenGrids } from '../ir/given-grids.js';
import type { Io } from './io.js';

/** The grids of an encodings file; says how many of its tensors have none. */
export async function readGivenGrids(io: Io, path: string): Promise<GivenGrids> {
  const encodings = readEncodings(new TextDecoder().decode(await io.readFile(path)));
  if (!encodings.ok) throw problemsIn(path, encodings.issues);
  const floats = floatNames(encodings.value).length;
  if (floats > 0)
    io.note(
      `bitmac: ${path}: ${floats} encodings of floating-point type are not used: every tensor becomes integer`,
    );
  return gridsOfEncodings(encodings.value, path);
}
