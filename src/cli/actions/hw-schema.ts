import { acceleratorJsonSchema } from '../../hw/accelerator-json-schema.js';
import type { Io } from '../io.js';

/** `bitmac hw schema`: what a machine file may say. */
export async function printMachineSchema(io: Io): Promise<void> {
  io.out(JSON.stringify(acceleratorJsonSchema(), null, 2));
}
