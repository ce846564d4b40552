import {describe, expect, test} from 'vitest';
import {DATA} from '../../examples/playground/protocol.ts';
import {defaultsFor, fromHash, parse, toHash} from '../../examples/playground/settings.ts';
import {TOUR_STEPS} from '../../examples/playground/tourSteps.ts';

describe('settings of the playground', () => {
  test('an address holds the data and what is not as by default', () => {
    const settings = {...defaultsFor('moons'), density: 0.3, dense: false};
    expect(toHash(settings)).toBe('data=moons&density=0.3&dense=false');
    expect(toHash(defaultsFor('digits'))).toBe('data=digits');
  });

  test('every step of the tour and all defaults come back from their address', () => {
    for (const settings of [...DATA.map(defaultsFor), ...TOUR_STEPS.map(({settings}) => settings)]) {
      expect(fromHash(`#${toHash(settings)}`)).toEqual(settings);
    }
  });

  test('an empty address means the digits, and what an address names wrongly is as by default', () => {
    expect(fromHash('')).toEqual(defaultsFor('digits'));
    expect(
      fromHash('#data=moons&density=5&interval=2.5&method=prune&seed=&dense=1&constructor=x&fraction=0.4'),
    ).toEqual({
      ...defaultsFor('moons'),
      fraction: 0.4,
    });
  });

  test('a setting is parsed within its limits', () => {
    expect(parse('density', '0.02')).toBe(0.02);
    expect(parse('density', '0')).toBeUndefined();
    expect(parse('density', 'NaN')).toBeUndefined();
    expect(parse('interval', '1')).toBe(1);
    expect(parse('interval', '0')).toBeUndefined();
    expect(parse('backend', 'webgl')).toBeUndefined();
    expect(parse('dense', 'false')).toBe(false);
  });
});
