import { ShapeGraph, type Value } from './shape-graph.js';

/** Residual blocks of the four stages (He et al. 2015, table 1). */
const BLOCKS = { 18: [2, 2, 2, 2], 50: [3, 4, 6, 3] } as const;

/**
 * ResNet-18 or ResNet-50 for 224 x 224 images and 1000 classes, as ONNX without weights. In the bottleneck it is the 3 x 3
 * convolution that has the stride, as in torchvision (pytorch/vision, torchvision/models/resnet.py).
 */
export function resnet(depth: keyof typeof BLOCKS): Uint8Array {
  const graph = new ShapeGraph();
  const stem = graph.conv(graph.image(3, 224), 64, { kernel: 7, stride: 2 });
  let x = graph.maxPool(graph.relu(stem));
  for (const [stage, count] of BLOCKS[depth].entries()) {
    for (let block = 0; block < count; block += 1) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      x = residual(graph, x, 64 * 2 ** stage, stride, depth === 50);
    }
  }
  return graph.onnx(`resnet${depth}`, graph.classifier(x, 1000));
}

function residual(graph: ShapeGraph, x: Value, width: number, stride: number, bottleneck: boolean): Value {
  const channels = bottleneck ? 4 * width : width;
  const body = bottleneck ? bottleneckBody(graph, x, width, stride) : basicBody(graph, x, width, stride);
  const isPlain = stride === 1 && x.channels === channels;
  const shortcut = isPlain ? x : graph.conv(x, channels, { kernel: 1, stride });
  return graph.relu(graph.add(body, shortcut));
}

function basicBody(graph: ShapeGraph, x: Value, width: number, stride: number): Value {
  const inner = graph.relu(graph.conv(x, width, { kernel: 3, stride }));
  return graph.conv(inner, width, { kernel: 3 });
}

function bottleneckBody(graph: ShapeGraph, x: Value, width: number, stride: number): Value {
  const reduced = graph.relu(graph.conv(x, width, { kernel: 1 }));
  const inner = graph.relu(graph.conv(reduced, width, { kernel: 3, stride }));
  return graph.conv(inner, 4 * width, { kernel: 1 });
}
