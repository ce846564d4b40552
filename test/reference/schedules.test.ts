import {describe, expect, it} from 'vitest';
import {cosineDecay} from '../../src/algorithms/schedules/cosineDecay.ts';
import {cubicDensity} from '../../src/algorithms/schedules/cubicDensity.ts';
import {linearDecay} from '../../src/algorithms/schedules/linearDecay.ts';
import {toSchedule} from '../../src/algorithms/schedules/toSchedule.ts';
import {describeReference, readReference} from '../support/reference.ts';

interface Cases {
  cosine: {death_rate: number; T_max: number; eta_min: number; steps: number[]; value: number[]}[];
  linear: {
    death_rate: number;
    factor: number;
    frequency: number;
    value_fed_back: number[];
    value_not_fed_back: number[];
  }[];
  linear_imagenet: {death_rate: number; T_max: number; value: number[]}[];
  gmp: {
    density: number;
    init_prune_epoch: number;
    final_prune_epoch: number;
    multiplier: number;
    epoch: number[];
    sparsity_from_formula: (number | null)[];
    size: number;
    num_zero_in_mask: number[];
  }[];
}

describeReference('schedules against ITOP', () => {
  const cases = readReference<Cases>('schedules');

  describe.each(cases.cosine)('cosine decay from $death_rate over $T_max steps', ({
    death_rate,
    T_max,
    eta_min,
    steps,
    value,
  }) => {
    const schedule = cosineDecay(death_rate, T_max);

    it('has the official values up to the end', () => {
      for (const [i, step] of steps.entries()) {
        if (step <= T_max) expect(Math.abs(schedule(step) - value[i])).toBeLessThan(1e-14);
      }
    });

    it('stays at the floor after the end, where the official rate rises again', () => {
      for (const [i, step] of steps.entries()) {
        if (step <= T_max) continue;
        expect(schedule(step)).toBe(eta_min);
        if (death_rate > eta_min) expect(value[i]).toBeGreaterThan(eta_min);
      }
    });
  });

  it.each(
    cases.linear_imagenet,
  )('linear decay from $death_rate over $T_max steps is that of the ImageNet script, which falls below 0 after its end', ({
    death_rate,
    T_max,
    value,
  }) => {
    const schedule = linearDecay(death_rate, T_max);
    for (const [step, official] of value.entries()) {
      expect(Math.abs(schedule(step) - Math.max(official, 0))).toBeLessThan(1e-14);
    }
    expect(value.at(-1)).toBeLessThan(0);
  });

  it.each(cases.linear)("ITOP's LinearDecay with factor $factor is geometric: a function of one's own stands for it", ({
    death_rate,
    factor,
    frequency,
    value_fed_back: value,
  }) => {
    // Entry i is the rate after step i + 1.
    const geometric = toSchedule((step) => death_rate * factor ** Math.floor(step / frequency));
    for (const [i, official] of value.entries()) expect(geometric(i + 1)).toBeCloseTo(official, 14);
  });

  describe.each(
    cases.gmp,
  )('gradual pruning to density $density from epoch $init_prune_epoch to $final_prune_epoch, times $multiplier', ({
    density,
    init_prune_epoch,
    final_prune_epoch,
    multiplier,
    epoch: epochs,
    sparsity_from_formula,
    size,
    num_zero_in_mask,
  }) => {
    const begin = multiplier * init_prune_epoch;
    const final = multiplier * final_prune_epoch;
    // The official divisor is final − begin + 1: its curve would end one epoch after the last one that it is used for.
    const schedule = cubicDensity(1, density, {beginStep: begin, endStep: final + 1});
    const zeros = (epoch: number) => Math.floor((1 - schedule(epoch)) * size + 1e-9);

    it('has the official sparsities with an end one epoch later', () => {
      for (const [i, epoch] of epochs.entries()) {
        const official = sparsity_from_formula[i];
        if (official !== null) expect(Math.abs(1 - schedule(epoch) - official)).toBeLessThan(1e-14);
        if (epoch <= final) expect(zeros(epoch)).toBe(num_zero_in_mask[i]);
      }
    });

    it('reaches the final density, where the official mask stays one connection or more short of it', () => {
      for (const [i, epoch] of epochs.entries()) {
        if (epoch <= final) continue;
        expect(schedule(epoch)).toBe(density);
        expect(num_zero_in_mask[i]).toBe(zeros(final));
        expect(num_zero_in_mask[i]).toBeLessThan(Math.round((1 - density) * size));
      }
    });
  });
});
