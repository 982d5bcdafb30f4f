import type { Network } from '../../src/engine/layer.js';
import type { NetworkPlan } from '../../src/engine/network-plan.js';
import type { LayerPlan } from '../../src/engine/layer-plan.js';

/** Bytes that the steps of a layer hold in tiles at a cycle: contents from the start of their first write to their last use. */
function tileBytesAt({ steps, timeline }: LayerPlan, cycle: number): number {
  let bytes = 0;
  const contents = new Map<string, { size: number; start: number; end: number; read: boolean }>();
  const close = (place: string): void => {
    const content = contents.get(place);
    if (content !== undefined && content.start <= cycle && cycle < content.end) bytes += content.size;
    contents.delete(place);
  };
  steps.forEach(({ work, reads, writes }, index) => {
    const end = timeline.ends[index]!;
    for (const place of reads) {
      const content = contents.get(place);
      if (content !== undefined) Object.assign(content, { end: Math.max(content.end, end), read: true });
    }
    for (const place of writes.filter((each) => /^(activation|weight|output)\d/.test(each))) {
      if (contents.get(place)?.read === true) close(place);
      const size = 'outputBytes' in work ? work.outputBytes : 'bytes' in work ? work.bytes : 0;
      const before = contents.get(place);
      const start = before?.start ?? timeline.starts[index]!;
      contents.set(place, {
        size: size + (before?.size ?? 0),
        start,
        end: Math.max(end, before?.end ?? 0),
        read: false,
      });
    }
  });
  for (const place of contents.keys()) close(place);
  return bytes;
}

/**
 * Runs the programs of a network on the contents of DRAM and scratchpad, tensor by tensor, and notes what is wrong: a tensor
 * that is read where it is not, a load of another size than its tensors, a result that is nowhere, a scratchpad that holds more than it has room for at a cycle.
 */
export function networkMemoryProblems(
  network: Network,
  plan: NetworkPlan,
  capacityBytes: number,
  inputBytes: number,
): string[] {
  const problems: string[] = [];
  const expect = (condition: boolean, problem: string): void => {
    if (!condition) problems.push(problem);
  };
  const source = new Map<string, string>();
  const tensorOf = (value: string): string => source.get(value) ?? value;
  for (const { workload, tensors } of network.layers) {
    if (workload.kind === 'free') source.set(tensors!.output, tensorOf(tensors!.streamed[0]!.value));
  }
  const lastReader = new Map<string, number>();
  network.layers.forEach(({ tensors }, index) => {
    for (const { value } of tensors!.streamed) lastReader.set(tensorOf(value), index);
  });

  const sizes = new Map([['input', inputBytes]]);
  for (const { tensors } of network.layers) sizes.set(tensors!.output, tensors!.outputBytes);
  const dram = new Set(['input']);
  const onChip = new Map<string, number>();
  const weights = plan.residency!.weightLayers.reduce(
    (sum, index) => sum + network.layers[index]!.parameterBytes,
    0,
  );
  network.layers.forEach(({ workload, tensors, name }, index) => {
    const { streamed, others, output, outputBytes } = tensors!;
    if (workload.kind === 'free') return;
    for (const value of others)
      expect(dram.has(tensorOf(value)), `${name} reads ${value}, which is not in DRAM`);
    if (workload.kind === 'host') {
      dram.add(output);
      return;
    }
    const layer = plan.layers[index]!;
    const { inputs } = plan.residency!.places[index]!;
    const places = new Set(layer.steps.flatMap(({ reads, writes }) => [...reads, ...writes]));
    const resident = [...places].filter((place) => place.startsWith('residentInput'));
    expect(resident.length === inputs.length, `${name} reads ${resident.length} tensors of ${inputs.length}`);
    for (const value of inputs) expect(onChip.has(value), `${name} reads ${value}, which is not on chip`);
    const loaded = streamed.map(({ value }) => tensorOf(value)).filter((value) => !inputs.includes(value));
    for (const value of loaded) expect(dram.has(value), `${name} loads ${value}, which is not in DRAM`);
    const bytes = layer.program.reduce(
      (sum, each) => sum + (each.kind === 'loadActivations' ? each.bytes : 0),
      0,
    );
    const expected = loaded.reduce((sum, value) => sum + sizes.get(value)!, 0);
    expect(workload.kind === 'array' || bytes === expected, `${name} loads ${bytes} bytes of ${expected}`);
    const loads = layer.program.filter(({ kind }) => kind === 'loadActivations').length;
    expect(loads > 0 === loaded.length > 0, `${name} has ${loads} loads for ${loaded.length} tensors`);

    if (places.has('residentOutput0')) onChip.set(output, outputBytes);
    if (layer.program.some(({ kind }) => kind === 'store')) dram.add(output);
    expect(onChip.has(output) !== dram.has(output), `the result of ${name} is not in one place`);
    const tensorBytes = [...onChip.values()].reduce((sum, bytes) => sum + bytes, 0);
    for (const cycle of [...layer.timeline.starts, ...layer.timeline.ends]) {
      const held = tileBytesAt(layer, cycle) + tensorBytes + weights;
      expect(held <= capacityBytes, `${name} holds ${held} bytes at ${cycle}, of ${capacityBytes}`);
    }
    for (const value of onChip.keys()) if ((lastReader.get(value) ?? -1) <= index) onChip.delete(value);
  });
  for (const value of network.outputs!) {
    expect(dram.has(tensorOf(value)), `the result ${value} is not in DRAM`);
  }
  return problems;
}
