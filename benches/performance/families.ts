import type { Family } from './results.js';

/** Families of marks in the order of the page. Each is loaded where it runs, so that no other has been there before. */
export const FAMILIES = {
  kernels: async () => (await import('./kernels.js')).kernels,
  requantization: async () => (await import('./requantization.js')).requantization,
  models: async () => (await import('./models-beside-onnxruntime.js')).modelsBesideOnnxRuntime,
  threads: async () => (await import('./threads.js')).threads,
  registers: async () => (await import('./register-meshes.js')).registerMeshes,
  float: async () => (await import('./float-training.js')).floatTraining,
  mobilenet: async () => (await import('./planning.js')).mobilenetPlanning,
  resnet: async () => (await import('./planning.js')).resnetPlanning,
  sweeps: async () => (await import('./sweeps.js')).sweeps,
  'start-up': async () => (await import('./commands.js')).startUp,
  memory: async () => (await import('./commands.js')).peakMemory,
} as const satisfies Readonly<Record<string, () => Promise<Family>>>;

export type FamilyName = keyof typeof FAMILIES;

export const FAMILY_NAMES = Object.keys(FAMILIES) as readonly FamilyName[];
