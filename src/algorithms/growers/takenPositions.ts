import {mergePositions, type Positions} from '../../topology/positions.ts';
import type {GrowRequest} from '../types.ts';

/** The positions that must not be grown, ascending: the active ones, and those that are barred. */
export function takenPositions({size, active, barred}: Pick<GrowRequest, 'size' | 'active' | 'barred'>): Positions {
  return barred ? mergePositions(size, active, barred) : active;
}
