import type {UpdateReport} from '../training/updateReport.ts';
import type {Measures} from './runLines.ts';

/** Everything that a tracker recorded at an update. */
type RecordedPoint = Readonly<Record<string, unknown>>;

/** Names that the report of the update has for the same. */
const IN_REPORT = new Set(['step', 'rate', 'rates']);

/** What an update did in all: the numbers of its report, and what the tracker recorded beside. */
export function updateMeasures({step, ...report}: UpdateReport, point: object): Measures {
  return {...numbersIn(report), ...numbersIn(extras(point))};
}

/** The same by layer. A list of the tracker with one value per layer, `distances`, is the measure `distance` of each. */
export function layerMeasures({layers}: UpdateReport, point: object): Record<string, Measures> {
  const lists = Object.entries(extras(point)).filter(
    (entry): entry is [string, (number | null)[]] => Array.isArray(entry[1]) && entry[1].length === layers.length,
  );
  return Object.fromEntries(
    layers.map(({name, ...layer}, i) => [
      name,
      {...numbersIn(layer), ...Object.fromEntries(lists.map(([key, values]) => [key.replace(/s$/, ''), values[i]]))},
    ]),
  );
}

function extras(point: object): RecordedPoint {
  return Object.fromEntries(Object.entries(point).filter(([key]) => !IN_REPORT.has(key)));
}

function numbersIn(record: object): Measures {
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => typeof value === 'number' || value === null),
  ) as Measures;
}
