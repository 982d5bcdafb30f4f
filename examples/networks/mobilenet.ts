import { ShapeGraph, type Value } from './shape-graph.js';

/** Output channels and strides of the depthwise separable layers (Howard et al. 2017, table 1). */
const V1_LAYERS = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  ...Array.from({ length: 5 }, () => [512, 1] as const),
  [1024, 2],
  [1024, 1],
] as const;

/** MobileNetV1 for 224 x 224 images and 1000 classes, as ONNX without weights. */
export function mobilenetV1(): Uint8Array {
  const graph = new ShapeGraph();
  let x = graph.relu(graph.conv(graph.image(3, 224), 32, { kernel: 3, stride: 2 }));
  for (const [channels, stride] of V1_LAYERS) {
    x = graph.relu(graph.conv(depthwise(graph, x, stride), channels, { kernel: 1 }));
  }
  return graph.onnx('mobilenetv1', graph.classifier(x, 1000));
}

/** Expansion, output channels, repeats and the stride of the first (Sandler et al. 2018, table 2). */
const V2_STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/** MobileNetV2 for 224 x 224 images and 1000 classes, as ONNX without weights. Its ReLU6 are plain ReLUs here: they cost the same. */
export function mobilenetV2(): Uint8Array {
  const graph = new ShapeGraph();
  let x = graph.relu(graph.conv(graph.image(3, 224), 32, { kernel: 3, stride: 2 }));
  for (const [expansion, channels, repeats, firstStride] of V2_STAGES) {
    for (let block = 0; block < repeats; block += 1) {
      x = invertedResidual(graph, x, channels, expansion, block === 0 ? firstStride : 1);
    }
  }
  const last = graph.relu(graph.conv(x, 1280, { kernel: 1 }));
  return graph.onnx('mobilenetv2', graph.classifier(last, 1000));
}

function invertedResidual(
  graph: ShapeGraph,
  x: Value,
  channels: number,
  expansion: number,
  stride: number,
): Value {
  const wide = expansion === 1 ? x : graph.relu(graph.conv(x, expansion * x.channels, { kernel: 1 }));
  const body = graph.conv(depthwise(graph, wide, stride), channels, { kernel: 1 });
  return stride === 1 && x.channels === channels ? graph.add(body, x) : body;
}

function depthwise(graph: ShapeGraph, x: Value, stride: number): Value {
  return graph.relu(graph.conv(x, x.channels, { kernel: 3, stride, groups: x.channels }));
}
