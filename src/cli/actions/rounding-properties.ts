import { propertiesCsv, propertiesJson, renderProperties } from '../../report/rounding-properties.js';
import { propertiesOf } from '../../testing/properties/index.js';
import type { RoundingPropertiesArguments } from '../commands/rounding-properties.js';
import type { Io } from '../io.js';
import { printedForm } from '../options/report-options.js';
import { samplingFrom } from '../options/sampling-options.js';
import { namedRule } from '../rule-names.js';

const USUAL_RUNS = 10_000;

/** `bitmac rounding properties`: which hold of a requantizer, and what refutes the others. */
export async function checkProperties(io: Io, args: RoundingPropertiesArguments): Promise<void> {
  const form = printedForm(args);
  const rule = namedRule(args.rule);
  const sampling = samplingFrom(args, USUAL_RUNS);
  const checked = propertiesOf(rule.name).map(({ name, sentence, check }) => {
    io.progress(`checking ${name}`);
    return { name, sentence, outcome: check(sampling) };
  });
  io.progress('');
  if (form === 'json') io.out(propertiesJson(rule.name, sampling.seed, checked));
  else io.out(form === 'csv' ? propertiesCsv(checked) : renderProperties(rule.name, checked));
}
