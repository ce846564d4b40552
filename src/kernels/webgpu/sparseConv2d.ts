import {kernelNames, type SparseConv2dAttrs} from '../../ops/kernelNames.ts';
import {fitsDots, planDots, runDots} from './dotProducts.ts';
import {deviceIndex, type GpuKernel} from './gpuKernel.ts';
import {backwardImages, forwardImages} from './images.ts';
import {backwardSumIndex, dotIndex, forwardSumIndex} from './sumIndex.ts';
import {fitsSums, planSums, runSums} from './sums.ts';

export const forward: GpuKernel<SparseConv2dAttrs> = {
  kernelName: kernelNames.sparseConv2d,
  plan(backend, {x, values, bias}, {topology, geometry, activation}) {
    const images = forwardImages(geometry);
    const index = deviceIndex(backend, topology, 'forward', images, () => forwardSumIndex(topology, images));
    const plan = planSums(images, index.layout, geometry.batch);
    if (!fitsSums(plan, backend.device.limits)) return undefined;
    const {batch, outHeight, outWidth, outChannels} = geometry;
    return () => ({
      ...runSums(backend, plan, {index: index.tensor, source: x, values, bias, activation}),
      shape: [batch, outHeight, outWidth, outChannels],
    });
  },
};

export const backpropInput: GpuKernel<SparseConv2dAttrs> = {
  kernelName: kernelNames.sparseConv2dBackpropInput,
  plan(backend, {dy, values}, {topology, geometry}) {
    const images = backwardImages(geometry);
    const index = deviceIndex(backend, topology, 'backward', images, () => backwardSumIndex(topology, images));
    const plan = planSums(images, index.layout, geometry.batch);
    if (!fitsSums(plan, backend.device.limits)) return undefined;
    const {batch, inHeight, inWidth, inChannels} = geometry;
    return () => ({
      ...runSums(backend, plan, {index: index.tensor, source: dy, values}),
      shape: [batch, inHeight, inWidth, inChannels],
    });
  },
};

export const backpropValues: GpuKernel<SparseConv2dAttrs> = {
  kernelName: kernelNames.sparseConv2dBackpropValues,
  plan(backend, {x, dy}, {topology, geometry}) {
    const images = forwardImages(geometry);
    const index = deviceIndex(backend, topology, 'dots', images, () => ({
      data: dotIndex(topology, images),
      layout: undefined,
    }));
    const plan = planDots(images, topology.nnz, geometry.batch);
    if (!fitsDots(plan, backend.device.limits)) return undefined;
    return () => runDots(backend, plan, {index: index.tensor, source: x, gradient: dy});
  },
};
