import type { CommandModule } from 'yargs';
import { bindCommand, bindGroup, type CommandGroup } from './command.js';
import type { Io } from './io.js';

/** Every command in the order that help lists them. What a command takes and does is loaded when it is named. */
export function commandsOf(io: Io): (CommandModule | CommandGroup)[] {
  return [
    bindCommand(io, {
      command: 'demo',
      describe: 'The whole path on the bundled model: quantize, evaluate, simulate, report',
      load: async () => (await import('./commands/demo.js')).demoCommand,
    }),
    bindCommand(io, {
      command: 'inspect <file>',
      describe: 'What is in a model or a machine: nodes, shapes, parameters, MACs, what would be refused',
      load: async () => (await import('./commands/inspect.js')).inspectCommand,
    }),
    bindCommand(io, {
      command: 'quantize <model>',
      describe: 'Turn a float model into an integer graph (one safetensors file)',
      load: async () => (await import('./commands/quantize.js')).quantizeCommand,
    }),
    bindCommand(io, {
      command: 'run <model>',
      describe: 'Compute the exact integer outputs of a model',
      load: async () => (await import('./commands/run.js')).runCommand,
    }),
    bindCommand(io, {
      command: 'evaluate <model>',
      describe: 'Accuracy on labelled data, float beside integer',
      load: async () => (await import('./commands/evaluate.js')).evaluateCommand,
    }),
    bindCommand(io, {
      command: 'diff <model>',
      describe: 'Where a model departs from recorded outputs, from other semantics, or from another model',
      load: async () => (await import('./commands/diff.js')).diffCommand,
    }),
    bindCommand(io, {
      command: 'simulate [model]',
      describe: 'Exact outputs, cycles, traffic and energy on one machine, layer by layer',
      load: async () => (await import('./commands/simulate.js')).simulateCommand,
    }),
    bindCommand(io, {
      command: 'compare [models..]',
      describe: 'Two or more machines side by side, with ratios to the first',
      load: async () => (await import('./commands/compare.js')).compareCommand,
    }),
    bindCommand(io, {
      command: 'sweep <model>',
      describe: 'One model on a grid of machines: every combination of values, the Pareto front',
      load: async () => (await import('./commands/sweep.js')).sweepCommand,
    }),
    bindCommand(io, {
      command: 'export <model>',
      describe: 'Write an integer model for other runtimes: ONNX with quantized operators',
      load: async () => (await import('./commands/export.js')).exportCommand,
    }),
    bindGroup(io, {
      command: 'hw',
      describe: 'Machines: the presets, one in full, what a file may say',
      load: async () => (await import('./commands/hw.js')).hwCommands,
    }),
    bindGroup(io, {
      command: 'rounding',
      describe: 'Requantizers of every stack: what they are, where two differ, which properties hold',
      load: async () => (await import('./commands/rounding.js')).roundingCommands,
    }),
  ] as CommandModule[];
}
