import { acceleratorPresets, loadAccelerator } from '../../hw/load-accelerator.js';
import { hardwareListCsv, hardwareListJson, renderHardwareList } from '../../report/hardware-list.js';
import type { HwListArguments } from '../commands/hw-list.js';
import type { Io } from '../io.js';
import { printedForm } from '../options/report-options.js';

/** `bitmac hw`: every preset. */
export async function listMachines(io: Io, args: HwListArguments): Promise<void> {
  const render = { text: renderHardwareList, json: hardwareListJson, csv: hardwareListCsv }[
    printedForm(args)
  ];
  io.out(render(await Promise.all(acceleratorPresets().map(loadAccelerator))));
}
