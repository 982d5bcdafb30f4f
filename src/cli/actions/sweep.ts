import { DEFAULT_OBJECTIVES, parseObjectives } from '../../engine/sweep/objectives.js';
import { sweep } from '../../engine/sweep/sweep.js';
import { renderSweepPage } from '../../report/html/sweep-page.js';
import { sweepCsv } from '../../report/sweep-csv.js';
import { sweepJson } from '../../report/sweep-json.js';
import { renderSweep } from '../../report/sweep-text.js';
import type { SweepArguments } from '../commands/sweep.js';
import type { Io } from '../io.js';
import { integerModel } from '../model-source.js';
import { printedForm } from '../options/report-options.js';
import { searchSettingsFrom } from '../options/search-options.js';
import { threadsFrom } from '../options/thread-options.js';
import { openResults } from '../sweep-results.js';

/** `bitmac sweep`: one model on a grid of machines. */
export async function sweepMachines(io: Io, args: SweepArguments): Promise<void> {
  const form = printedForm(args);
  const threads = threadsFrom(args);
  const objectives = args.pareto === undefined ? DEFAULT_OBJECTIVES : parseObjectives(args.pareto);
  const settings = searchSettingsFrom(args);
  const { integer } = await integerModel(io, args.model, args);
  const results = args.results === undefined ? {} : await openResults(io, args.results, integer, settings);
  const { hw, vary, where } = args;
  const onProgress = progressLine(io);
  const found = await sweep(integer, {
    hw,
    vary,
    where,
    objectives,
    threads,
    onProgress,
    ...settings,
    ...results,
  });
  io.progress('');
  const result = { ...found, model: args.model };
  const listed = args['pareto-only'] ? result.points.filter(({ paretoFront }) => paretoFront) : result.points;
  if (args.html !== undefined) await io.writeFile(args.html, renderSweepPage(result, listed));
  if (form === 'json') io.out(sweepJson(result, listed));
  else if (form === 'csv') io.out(sweepCsv(result, listed));
  else io.out(renderSweep(result, listed));
}

/** `120 of 1,000 points simulated, 9.8 a second, 90 s left`. */
function progressLine(io: Io): (done: number, of: number) => void {
  const start = performance.now();
  return (done, of) => {
    const seconds = (performance.now() - start) / 1e3;
    const speed =
      done === 0
        ? ''
        : `, ${(done / seconds).toFixed(1)} a second, ${Math.ceil(((of - done) * seconds) / done)} s left`;
    io.progress(`${done} of ${of} points simulated${speed}`);
  };
}
