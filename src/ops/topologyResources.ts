import type {Topology} from '../topology/topology.ts';

/** Something made from a topology for one backend, outside the reach of the garbage collector. */
export interface TopologyResource<Value> {
  readonly value: Value;
  release(): void;
}

type Resources = Map<string, TopologyResource<unknown>>;

const resourcesOf = new WeakMap<Topology, Resources>();
/** Frees what a topology leaves behind that was dropped without {@link releaseTopology}. */
const forgotten = new FinalizationRegistry(releaseAll);

/**
 * What a backend needs of a topology, made at the first call and kept until {@link releaseTopology}.
 *
 * @param key     tells apart what different backends keep
 * @param create  makes it
 */
export function topologyResource<Value>(topology: Topology, key: string, create: () => TopologyResource<Value>): Value {
  const resources: Resources = resourcesOf.get(topology) ?? new Map();
  if (!resourcesOf.has(topology)) {
    resourcesOf.set(topology, resources);
    forgotten.register(topology, resources, resources);
  }
  const resource = (resources.get(key) as TopologyResource<Value> | undefined) ?? create();
  resources.set(key, resource);
  return resource.value;
}

/**
 * Releases everything that backends keep for a topology; used again, it is made again.
 *
 * Sparse layers do so when they get another topology or are disposed. Whoever calls the sparse ops by hand may do it at once
 * instead of leaving it to the garbage collector.
 */
export function releaseTopology(topology: Topology): void {
  const resources = resourcesOf.get(topology);
  if (!resources) return;
  forgotten.unregister(resources);
  resourcesOf.delete(topology);
  releaseAll(resources);
}

function releaseAll(resources: Resources): void {
  for (const resource of resources.values()) resource.release();
}
