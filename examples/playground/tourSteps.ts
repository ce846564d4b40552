import type {Settings} from './protocol.ts';
import {defaultsFor} from './settings.ts';

/** A step of the tour: what is set, what is said, and where to look. */
export interface TourStep {
  readonly title: string;
  readonly text: string;
  readonly settings: Settings;
  /** The parts of the page with this `data-tour`. */
  readonly target: string;
}

const DIGITS = defaultsFor('digits');

export const TOUR_STEPS: readonly TourStep[] = [
  {
    title: 'Sparse is small',
    text: 'Two networks learn to read digits: a dense one, and one with 5 % of its connections. The sparse one never holds more than these: compare the time of a step and the size of the model.',
    settings: {...DIGITS, method: 'static'},
    target: 'comparison',
  },
  {
    title: 'Static is not enough',
    text: 'Now 2 % of the connections, drawn once and never changed. Small, but see the accuracy: it stays behind that of the dense network. R_s, the share of all connections that were ever tried, stays at 0.02.',
    settings: {...DIGITS, method: 'static', density: 0.02},
    target: 'comparison',
  },
  {
    title: 'Connections that move',
    text: 'The same budget, but every 20 steps the weakest connections go and as many grow elsewhere (orange, in the layers). The pixels show that the network leaves the border of the image, where nothing is written, and accuracy rises.',
    settings: {...DIGITS, density: 0.02, fraction: 0.5},
    target: 'network',
  },
  {
    title: 'Too fast is unreliable',
    text: 'An update after every step tries nearly everything: R_s goes to 1. But a new connection gets one step to prove itself. Hardly any does: the reliable R_s, of those that outlived an update, stays low.',
    settings: {...DIGITS, density: 0.02, fraction: 0.9, interval: 1},
    target: 'exploration',
  },
  {
    title: 'R_s near 1, with patience',
    text: 'At 5 % and an update every 10 steps the longer run brings R_s near 1, as the planner foretold (dashed), while new connections have time to grow. This is in-time over-parameterization: dense in time, sparse at every moment.',
    settings: {...DIGITS, fraction: 0.5, interval: 10, steps: 3000},
    target: 'exploration',
  },
];
