import type {FlopsLayer} from '../../src/flops/forwardFlops.ts';

/** ResNet-50 for images of 224 × 224, stride in the 3 × 3 convolutions: the shapes of all weights and their output positions. */
export function resnet50(): (Omit<FlopsLayer, 'nnz'> & {name: string})[] {
  const layers = [{name: 'conv1', shape: [7, 7, 3, 64], positions: 112 ** 2}];
  let inputs = 64;
  for (const [stage, blocks] of [3, 4, 6, 3].entries()) {
    const width = 64 << stage;
    const positions = (56 >> stage) ** 2;
    for (let block = 0; block < blocks; block++) {
      const name = `stage${stage + 1}/block${block + 1}`;
      const isStrided = stage > 0 && block === 0;
      layers.push({
        name: `${name}/conv1`,
        shape: [1, 1, inputs, width],
        positions: isStrided ? 4 * positions : positions,
      });
      layers.push({name: `${name}/conv2`, shape: [3, 3, width, width], positions});
      layers.push({name: `${name}/conv3`, shape: [1, 1, width, 4 * width], positions});
      if (block === 0) layers.push({name: `${name}/shortcut`, shape: [1, 1, inputs, 4 * width], positions});
      inputs = 4 * width;
    }
  }
  return [...layers, {name: 'fc', shape: [inputs, 1000], positions: 1}];
}
