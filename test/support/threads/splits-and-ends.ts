import { IntegerRunner } from '../../../src/engine/run.js';
import { largeLayers } from './large-layers.js';

/** A program that has threads work on layers and ends without a word to them. */
const { graph, input } = largeLayers();
const runner = new IntegerRunner(graph);
runner.splitLayers(3);
runner.assemble();
while (runner.partsElsewhere === 0) runner.run([input]);
console.log('ran');
