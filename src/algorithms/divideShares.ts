import {describeValue} from '../topology/describeValue.ts';
import {sum} from '../topology/sum.ts';

/**
 * Whole numbers with an exact sum, in proportion to shares, none above its room: what exceeds the room of one goes to the others in
 * the same proportion, and where they have no share, in proportion to their room.
 *
 * Shares that are whole numbers with that sum already come back as they are.
 *
 * @param shares  at least 0
 * @param total   an integer, at most the sum of the rooms
 * @param rooms   integers of at least 0
 * @throws RangeError if a share is negative or not finite, or the total exceeds the room
 */
export function divideShares(
  where: string,
  shares: readonly number[],
  total: number,
  rooms: readonly number[],
): number[] {
  checkShares(where, shares, rooms.length);
  checkRoom(where, total, rooms);
  const wanted = new Array<number>(shares.length).fill(0);
  let open = [...shares.keys()];
  let left = total;
  while (left > 0) {
    const hasShare = open.some((i) => shares[i] > 0);
    const shareOf = (i: number) => (hasShare ? shares[i] : rooms[i]);
    const sum = open.reduce((all, i) => all + shareOf(i), 0);
    const full = open.filter((i) => (left * shareOf(i)) / sum >= rooms[i]);
    if (full.length === 0) {
      for (const i of open) wanted[i] = (left * shareOf(i)) / sum;
      break;
    }
    for (const i of full) {
      wanted[i] = rooms[i];
      left -= rooms[i];
    }
    open = open.filter((i) => !full.includes(i));
  }
  return roundToTotal(wanted, total, rooms);
}

/**
 * Integers with this sum, as close to the wanted numbers as the bounds allow: rounded down first, then one by one up where the most
 * is missing, the earlier one first among equals; or down where the least is (only where some were lifted to the lower bound).
 *
 * @param wanted  real numbers whose sum is the total, or nearly
 * @param rooms   the upper bounds
 * @param lowest  the lower bound of all. @defaultValue 0
 */
export function roundToTotal(wanted: readonly number[], total: number, rooms: readonly number[], lowest = 0): number[] {
  const counts = wanted.map((count, i) => Math.min(Math.max(Math.floor(count), lowest), rooms[i]));
  let missing = total - sum(counts);
  for (; missing > 0; missing--) {
    let best = -1;
    for (let i = 0; i < counts.length; i++) {
      if (counts[i] < rooms[i] && (best < 0 || wanted[i] - counts[i] > wanted[best] - counts[best])) best = i;
    }
    counts[best]++;
  }
  for (; missing < 0; missing++) {
    let best = -1;
    for (let i = 0; i < counts.length; i++) {
      if (counts[i] > lowest && (best < 0 || wanted[i] - counts[i] <= wanted[best] - counts[best])) best = i;
    }
    counts[best]--;
  }
  return counts;
}

/** Throws unless there is a share for each layer. */
export function checkShares(where: string, shares: readonly number[], layers: number): void {
  const wrong = shares.findIndex((share) => !(share >= 0 && Number.isFinite(share)));
  if (shares.length === layers && wrong < 0) return;
  throw new RangeError(
    `${where}: shares must be ${layers} finite numbers of at least 0, one for each layer, received ` +
      `${wrong < 0 ? `${shares.length} of them` : describeValue(shares[wrong])}. Check the redistribution.`,
  );
}

function checkRoom(where: string, total: number, rooms: readonly number[]): void {
  const room = sum(rooms);
  if (total > room) {
    throw new RangeError(
      `${where}: connections to divide must fit into the layers, which have room for ${room}, received ${total}. ` +
        'Use a lower density.',
    );
  }
}
