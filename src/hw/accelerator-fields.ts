import { didYouMean } from '../core/did-you-mean.js';
import { UserError } from '../core/errors.js';
import { acceleratorSchema } from './accelerator-schema.js';
import { knownFields } from './config/config-schema.js';

/** What a machine file says about itself and not about the machine. */
const NAMING = ['extends', 'name', 'description', 'source'];

/** Dotted paths of every field of a machine that has a value of its own: `array.rows`, `weightBuffer.capacity`. */
export function acceleratorFieldPaths(section: readonly string[] = []): string[] {
  const fields = knownFields(acceleratorSchema, section).filter((name) => !NAMING.includes(name));
  return fields.flatMap((name) => {
    const path = [...section, name];
    return knownFields(acceleratorSchema, path).length === 0 ? [path.join('.')] : acceleratorFieldPaths(path);
  });
}

/**
 * The names on the way to a field.
 *
 * @param place who asked, for the message
 * @throws UserError where a machine has no such field
 */
export function acceleratorField(path: string, place: string): readonly string[] {
  const paths = acceleratorFieldPaths();
  if (paths.includes(path)) return path.split('.');
  const within = paths.filter((known) => known.startsWith(`${path}.`));
  if (within.length > 0) {
    throw new UserError({ place, found: `the section '${path}'`, expected: `one of ${within.join(', ')}` });
  }
  const meant = didYouMean(path, paths);
  throw new UserError({
    place,
    found: `'${path}', which no machine has`,
    expected: 'a field of a machine file such as array.rows',
    ...(meant === null ? {} : { suggestion: `did you mean '${meant}'?` }),
  });
}
