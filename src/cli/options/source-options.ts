import { preprocessingOptions } from './data-options.js';
import { calibrationOptions, modelOptions, semanticsOptions } from './model-options.js';
import { recipeOptions } from './recipe-options.js';

/** Options of the commands that take an integer model, or a float model that they quantize first. */
export const sourceOptions = {
  ...preprocessingOptions,
  ...calibrationOptions,
  ...recipeOptions,
  ...modelOptions,
  ...semanticsOptions,
} as const;
