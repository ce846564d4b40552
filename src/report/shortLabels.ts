/** Letters of a short label at most. */
const MOST = 22;

/**
 * Labels that fit beside a chart: the end of long ones, where names of layers differ most; else their begin, both, or the part in which
 * they differ. Where all of that is equal for some, long ones have their number in front.
 */
export function shortLabels(labels: readonly string[]): Map<string, string> {
  const all = [...new Set(labels)];
  const long = all.filter((label) => label.length > MOST);
  const first = lengthOfCommon(long);
  const ways: readonly ((label: string) => string)[] = [
    (label) => `…${label.slice(1 - MOST)}`,
    (label) => `${label.slice(0, MOST - 1)}…`,
    (label) => `${label.slice(0, MOST / 2)}…${label.slice(1 - MOST / 2)}`,
    (label) => part(label, first - 6),
    (label) => part(label, first),
  ];
  const shorten = ways.find((way) => new Set(all.map((label) => fitting(label, way))).size === all.length);
  const numbered = (label: string) => `${all.indexOf(label) + 1} …${label.slice(7 - MOST)}`;
  return new Map(all.map((label) => [label, fitting(label, shorten ?? numbered)]));
}

function fitting(label: string, shorten: (label: string) => string): string {
  return label.length > MOST ? shorten(label) : label;
}

/** A part of a long label from a place on, or the end of it. */
function part(label: string, from: number): string {
  const begin = Math.min(Math.max(from, 1), label.length - MOST + 1);
  const end = begin + MOST - 2;
  return end + 1 >= label.length ? `…${label.slice(1 - MOST)}` : `…${label.slice(begin, end)}…`;
}

/** With how many letters all begin. */
function lengthOfCommon(labels: readonly string[]): number {
  const [shortest = ''] = [...labels].sort((a, b) => a.length - b.length);
  let length = 0;
  while (length < shortest.length && labels.every((label) => label[length] === shortest[length])) length++;
  return length;
}
