import {describe, expect, it} from 'vitest';
import {allocateConnections} from '../../src/algorithms/allocateConnections.ts';
import {parameterBytes} from '../../src/flops/parameterBytes.ts';
import {resnet50} from '../support/resnet50.ts';

it('adds up values and index', () => {
  const layers = [
    {shape: [3, 3, 2, 4], nnz: 10}, // 72 connections, 18 rows
    {shape: [10, 5], nnz: 50},
  ];
  expect(parameterBytes(layers, 9)).toEqual({
    dense: 4 * (72 + 50 + 9),
    bitmask: 4 * (10 + 50 + 9) + 9,
    compressedRows: 4 * (10 + 50 + 9) + 4 * (19 + 10),
  });
  expect(parameterBytes([], 0)).toEqual({dense: 0, bitmask: 0, compressedRows: 0});
});

it('adds the index of a layer that is held sparse with all connections, in compressed rows only', () => {
  const full = {shape: [10, 5], nnz: 50};
  expect(parameterBytes([{...full, isSparse: true}], 0)).toEqual({
    dense: 4 * 50,
    bitmask: 4 * 50,
    compressedRows: 4 * 50 + 4 * (11 + 50),
  });
  expect(parameterBytes([full], 0).compressedRows).toBe(4 * 50);
});

it('refuses more connections than there are', () => {
  expect(() => parameterBytes([{shape: [2, 2], nnz: 5}], 0)).toThrow(
    'parameterBytes: nnz must be an integer in [0, 4]',
  );
});

describe('ResNet-50', () => {
  const layers = resnet50();
  const biases = layers.reduce((sum, {shape}) => sum + shape[shape.length - 1], 0);
  const megabytes = (density: number) => {
    const nnz = allocateConnections(layers, density, {distribution: 'erdosRenyiKernel'});
    const bytes = parameterBytes(
      layers.map(({shape}, i) => ({shape, nnz: nnz[i]})),
      biases,
    );
    return {dense: (bytes.dense / 1e6).toFixed(3), bitmask: (bytes.bitmask / 1e6).toFixed(3)};
  };

  it('has the published size of 102.122 MB, and 13.499 MB with ERK at a density of 0.1', () => {
    expect(megabytes(0.1)).toEqual({dense: '102.122', bitmask: '13.499'});
  });
});
