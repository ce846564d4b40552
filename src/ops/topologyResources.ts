import {checkKind} from '../topology/checkKind.ts';
import type {Topology} from '../topology/topology.ts';

/** Something made from a topology for one backend, outside the reach of the garbage collector. */
interface Resource<Value> {
  readonly value: Value;
  readonly release: (value: Value) => void;
}

type Resources = Map<string, Resource<unknown>>;

/** What backends keep of a topology. */
interface Holding {
  readonly resources: Resources;
  /** Compiled programs and others that have addresses in the resources. */
  holders: number;
  /** Released while somebody held it: the last holder does it. */
  isReleased: boolean;
}

const backendIds = new WeakMap<object, number>();
let nextId = 0;

/** Tells apart backends under one name: after `tf.engine().reset()` it is another one, without the tensors of the first. */
export function backendId(backend: object): number {
  const id = backendIds.get(backend) ?? nextId++;
  backendIds.set(backend, id);
  return id;
}

const holdings = new WeakMap<Topology, Holding>();
/** Frees what a topology leaves behind that was dropped without {@link releaseTopology}. */
const forgotten = new FinalizationRegistry(releaseAll);

/**
 * What a backend needs of a topology, made at the first call and kept as long as the topology lives, or until
 * {@link releaseTopology}.
 *
 * @param key      tells apart what different backends keep
 * @param create   makes it
 * @param release  frees it; a function of a module, not one made beside the topology: closures of one scope share what they
 * see, and a finalizer that sees the topology would keep it alive
 */
export function topologyResource<Value>(
  topology: Topology,
  key: string,
  create: () => Value,
  release: (value: Value) => void,
): Value {
  const {resources} = holdingOf(topology);
  const known = resources.get(key) as Resource<Value> | undefined;
  if (known) return known.value;
  const value = create();
  resources.set(key, {value, release} as Resource<unknown>);
  return value;
}

/**
 * Releases everything that backends keep for a topology; used again, it is made again. While compiled programs use it, it
 * stays until the last of them is discarded.
 *
 * Sparse layers do so when they get another topology or are disposed. Whoever calls the sparse ops by hand may do it at once
 * instead of leaving it to the garbage collector.
 */
export function releaseTopology(topology: Topology): void {
  checkKind('releaseTopology', 'topology', 'a Topology', topology, 'Pass that of a sparse weight.');
  const holding = holdings.get(topology);
  if (!holding) return;
  holding.isReleased = holding.holders > 0;
  if (holding.isReleased) return;
  holdings.delete(topology);
  forgotten.unregister(holding.resources);
  releaseAll(holding.resources);
}

/**
 * Has everything that backends keep for a topology stay where it is.
 *
 * @returns ends it; to be called once
 */
export function holdTopology(topology: Topology): () => void {
  const holding = holdingOf(topology);
  holding.holders++;
  return () => {
    holding.holders--;
    if (holding.holders === 0 && holding.isReleased) releaseTopology(topology);
  };
}

/** Computes something once: what backends make of the topology for it is released, what they had before stays. */
export function useOnce<Result>(topology: Topology, compute: () => Result): Result {
  const {resources} = holdingOf(topology);
  const before = new Set(resources.keys());
  try {
    return compute();
  } finally {
    const made = new Map([...resources].filter(([key]) => !before.has(key)));
    for (const key of made.keys()) resources.delete(key);
    releaseAll(made);
  }
}

function holdingOf(topology: Topology): Holding {
  const known = holdings.get(topology);
  if (known) return known;
  const holding: Holding = {resources: new Map(), holders: 0, isReleased: false};
  holdings.set(topology, holding);
  forgotten.register(topology, holding.resources, holding.resources);
  return holding;
}

function releaseAll(resources: Resources): void {
  for (const {value, release} of resources.values()) release(value);
}
