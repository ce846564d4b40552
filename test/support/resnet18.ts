import type {LayerShape} from '../../src/algorithms/types.ts';

/** ResNet-18 for CIFAR-10: the shapes of its 20 convolutions and of the dense layer, 11,164,352 weights. */
export function resnet18(): LayerShape[] {
  const shapes = [[3, 3, 3, 64]];
  let inputs = 64;
  for (const width of [64, 128, 256, 512]) {
    shapes.push([3, 3, inputs, width], ...Array.from({length: 3}, () => [3, 3, width, width]));
    if (inputs !== width) shapes.push([1, 1, inputs, width]);
    inputs = width;
  }
  return [...shapes, [512, 10]].map((shape, i) => ({name: `layer${i}`, shape}));
}
