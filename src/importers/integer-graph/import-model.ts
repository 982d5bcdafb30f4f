import { type ModelImporter, refuseSemantics } from '../model-importer.js';
import { readIntegerGraph } from './read.js';

export const importIntegerModel: ModelImporter = (bytes, options) => {
  refuseSemantics(options, 'an integer graph, whose arithmetic is settled');
  return readIntegerGraph(bytes);
};
