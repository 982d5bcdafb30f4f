import { resolvedAccelerator } from '../../hw/resolved-accelerator.js';
import { hardwareJson, renderHardware } from '../../report/hardware-show.js';
import type { HwShowArguments } from '../commands/hw-show.js';
import type { Io } from '../io.js';

/** `bitmac hw show`: one machine, with all that it extends. */
export async function showMachine(io: Io, args: HwShowArguments): Promise<void> {
  const { machine, text } = await resolvedAccelerator(args.machine);
  io.out(args.json ? hardwareJson(machine) : renderHardware(machine, text));
}
