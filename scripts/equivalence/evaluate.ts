import * as tf from '@tensorflow/tfjs';
import * as itop from 'itop';
import * as own from './runtime/own.ts';

/** The value of an expression that may use `tf`, `itop` and `own`. */
export function evaluate<Result>(source: string): Result {
  return new Function('tf', 'itop', 'own', `'use strict'; return (${source});`)(tf, itop, own) as Result;
}
