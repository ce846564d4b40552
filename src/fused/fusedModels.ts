import * as tf from '@tensorflow/tfjs';
import {supportsWasmKernels} from '../kernels/wasm/kernelModule.ts';
import {OutOfMemory} from '../kernels/wasm/memoryPool.ts';
import {keptFor} from '../layers/keptFor.ts';
import {NotCovered} from '../layers/kinds/notCovered.ts';
import {sparseWeights} from '../layers/sparseWeights.ts';
import {lacksKernels, WEBGPU_MISSING} from '../ops/dispatch.ts';
import {releaseTopology} from '../ops/topologyResources.ts';
import type {SparseWeight} from '../weights/sparseWeight.ts';
import {arena} from './arena.ts';
import {Assumptions} from './assumptions.ts';
import {type DeviceModel, deviceStepFor} from './deviceStep.ts';
import {betweenSteps} from './exclusively.ts';
import {FusedModel} from './fusedModel.ts';
import {innerModel} from './modelLayers.ts';

/** Gives back the indices of models that are gone. Their layers may stay: tfjs remembers those of the last 100 models that it ran. */
const forgotten = new FinalizationRegistry<readonly SparseWeight[]>((weights) => {
  for (const {topology} of weights) releaseTopology(topology);
});

/** What stands in for a model's training step, and can let go of what it holds. */
interface StandIn {
  release(): void;
}

/** A stand-in, or why there is none, and what of the model that goes by. */
interface Known<Kind> {
  readonly standIn: Kind | NotCovered;
  readonly assumptions: Assumptions;
}

/** The stand-ins of one kind, a model's made when it is asked for, and anew when the model's layers are not what they were. */
class StandIns<Kind extends StandIn> {
  private readonly known = new WeakMap<tf.LayersModel, Known<Kind>>();
  /** The last model that ended in an output: a Sequential makes another one of the same layers whenever it is compiled. */
  private readonly latest = keptFor<{model?: WeakRef<tf.LayersModel>}>(() => ({}));

  constructor(private readonly make: (model: tf.LayersModel) => Kind) {}

  of(outer: tf.LayersModel): Kind | NotCovered {
    const model = innerModel(outer);
    const known = this.known.get(model);
    if (known?.assumptions.hold()) return known.standIn;
    this.release(model);
    this.latest.of(model).model = new WeakRef(model);
    const standIn = this.create(model);
    this.known.set(model, {standIn, assumptions: new Assumptions(model)});
    return standIn;
  }

  /** Also of a Sequential the model that was inside before it was compiled again. */
  release(outer: tf.LayersModel): void {
    const model = innerModel(outer);
    for (const one of new Set([model, this.latest.of(model).model?.deref() ?? model])) {
      const standIn = this.known.get(one)?.standIn;
      if (standIn && !(standIn instanceof NotCovered)) betweenSteps(() => standIn.release());
    }
  }

  private create(model: tf.LayersModel): Kind | NotCovered {
    try {
      const weights = sparseWeights(model).map(({weight}) => weight);
      if (weights.length === 0) throw new NotCovered('the model has no sparse layer');
      if (!this.known.has(model)) forgotten.register(model, weights);
      return this.make(model);
    } catch (error) {
      if (error instanceof NotCovered) return error;
      throw error;
    }
  }
}

const fused = new StandIns(createFusedModel);
const onDevice = new StandIns((model) => deviceStepFor(tf.backend())!.create(model));

/** Why nothing is fused, nor replayed, in some engines. */
export const NO_WASM = 'the engine lacks or forbids WebAssembly with SIMD';

function createFusedModel(model: tf.LayersModel): FusedModel {
  if (!supportsWasmKernels()) throw new NotCovered(NO_WASM);
  try {
    return new FusedModel(model, arena());
  } catch (error) {
    throw error instanceof OutOfMemory ? new NotCovered('the process has no address space for the fused step') : error;
  }
}

/** A model in the heap of the loops, or why it has no form there. */
export function fusedModelOf(model: tf.LayersModel): FusedModel | NotCovered {
  return fused.of(model);
}

/** A model whose steps run on the device of the backend as a whole, or why they do not. */
export function deviceModelOf(model: tf.LayersModel): DeviceModel | NotCovered {
  if (deviceStepFor(tf.backend())) return onDevice.of(model);
  const name = tf.getBackend();
  if (lacksKernels(name)) return new NotCovered(WEBGPU_MISSING);
  return new NotCovered(
    name === 'webgpu'
      ? 'the backend webgpu is of a version whose steps cannot be replayed'
      : `the backend ${name} has no fused step: wasm and cpu have it, and webgpu replays steps`,
  );
}

/** Gives back what a model has in the heap and on the device; when it is used on, it takes it anew. */
export function releaseModel(model: tf.LayersModel): void {
  fused.release(model);
  onDevice.release(model);
}
