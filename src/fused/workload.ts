import type {Arena} from './arena.ts';
import {type Plan, productsOf} from './plan.ts';

/** Multiply-adds of a program from which on threads gain more than their waiting for each other takes. */
const LEAST_WORK = 8e6;

/**
 * The threads that a program is worth.
 *
 * @param passes  how often each connection is gone through: forward, and twice backward
 */
export function threadsFor(arena: Arena, plan: Plan, batch: number, passes: number): number {
  return passes * workOf(plan, batch) < LEAST_WORK ? 1 : arena.available();
}

/** Samples that predictions go through the heap with: as many at a time as keep the threads busy. */
export function samplesAtOnce(arena: Arena, plan: Plan, samples: number): number {
  return Math.min(samples, plan.block * threadsFor(arena, plan, samples, 1));
}

/** Multiply-adds of a forward pass. */
function workOf(plan: Plan, batch: number): number {
  return productsOf(plan).reduce((sum, {window, layer}) => {
    const connections = layer.weights[0].shape.reduce((size: number, n) => size * n!, 1);
    return sum + batch * connections * window.outHeight * window.outWidth;
  }, 0);
}
