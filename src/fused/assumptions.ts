import type * as tf from '@tensorflow/tfjs';
import {regularizersOf} from '../layers/kinds/regularizer.ts';
import {walkLayers} from '../layers/walkLayers.ts';

/** Fields of an object as they were. */
interface Snapshot {
  readonly object: Readonly<Record<string, unknown>>;
  readonly names: readonly string[];
  readonly values: readonly unknown[];
}

/**
 * Everything about the layers of a model that a plan or a recording was made from, as it was then: the fields of each layer, of its
 * regularizers and of its activation, the elements of its lists, and the methods that make it what it is.
 *
 * Not part of it are the weights, and whether they are trained: who stands in for a step looks at these at every step.
 */
export class Assumptions {
  private readonly snapshots: Snapshot[] = [];

  constructor(model: tf.LayersModel) {
    for (const {layer} of walkLayers(model)) {
      const fields = Object.keys(layer).filter((name) => name !== 'trainable_');
      this.add(layer, [...fields, 'call', 'apply']);
      const {activation} = layer as {activation?: object | null};
      if (activation != null) this.add(activation, [...Object.keys(activation), 'apply']);
      for (const regularizer of regularizersOf(layer)) this.add(regularizer, [...Object.keys(regularizer), 'apply']);
    }
  }

  /** True while all is as it was. */
  hold(): boolean {
    for (const {object, names, values} of this.snapshots) {
      for (let i = 0; i < names.length; i++) if (!Object.is(object[names[i]], values[i])) return false;
    }
    return true;
  }

  private add(object: object, names: readonly string[]): void {
    const fields = object as Snapshot['object'];
    const values = names.map((name) => fields[name]);
    this.snapshots.push({object: fields, names, values});
    for (const value of values) if (Array.isArray(value)) this.addList(value);
  }

  private addList(list: readonly unknown[]): void {
    const names = ['length', ...Object.keys(list)];
    const fields = list as unknown as Snapshot['object'];
    this.snapshots.push({object: fields, names, values: names.map((name) => fields[name])});
  }
}
