import {checkKind} from '../topology/checkKind.ts';
import type {Topology} from '../topology/topology.ts';

/** How strongly the neurons of a layer are connected. */
export interface ConnectionStrength {
  /** `[rows]`: Σ |w| over the connections of each input. */
  readonly inputs: Float32Array;
  /** `[cols]`: Σ |w| over the connections of each output. */
  readonly outputs: Float32Array;
}

/**
 * How strongly the inputs and the outputs of a layer are connected. Of the first layer of a sparsely trained network this says which
 * inputs matter: QuickSelection takes the strongest.
 *
 * @param topology  of the layer
 * @param values    `[nnz]`: its weights, by slot
 * @throws RangeError if there are not as many values as connections
 * @see Atashgahi et al. 2022, "Quick and robust feature selection: the strength of energy-efficient sparse training for autoencoders",
 * §3.2, https://arxiv.org/abs/2012.00560
 */
export function connectionStrength(topology: Topology, values: Float32Array): ConnectionStrength {
  const where = 'connectionStrength';
  checkKind(where, 'topology', 'a Topology', topology, 'Pass sparseWeight.topology.');
  checkKind(where, 'values', 'a list', values, 'Pass what await sparseWeight.variable.data() gives.');
  const {rows, cols, nnz, rowPtr, colIdx} = topology;
  if (values.length !== nnz) {
    throw new RangeError(
      `connectionStrength: values must have ${nnz} entries to match the topology, received ${values.length}. Pass those of the same layer.`,
    );
  }
  const [inputs, outputs] = [new Float32Array(rows), new Float32Array(cols)];
  for (let row = 0; row < rows; row++) {
    for (let slot = rowPtr[row]; slot < rowPtr[row + 1]; slot++) {
      inputs[row] += Math.abs(values[slot]);
      outputs[colIdx[slot]] += Math.abs(values[slot]);
    }
  }
  return {inputs, outputs};
}
