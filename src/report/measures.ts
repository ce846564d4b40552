/** How a measure or metric is shown. */
export interface MeasureInfo {
  readonly title: string;
  /** For the head of a column. */
  readonly short: string;
  /** True if it is a share of a whole, to be shown in percent. */
  readonly isShare: boolean;
  /** Which of its values are good; undefined where that is not known. */
  readonly better?: 'higher' | 'lower';
  /** True if its values differ by factors, so that only a logarithmic axis shows them all. */
  readonly isLogarithmic?: boolean;
}

const share = (title: string, short = title): MeasureInfo => ({title, short, isShare: true});
const number = (title: string, short = title): MeasureInfo => ({title, short, isShare: false});

const KNOWN: Readonly<Record<string, MeasureInfo>> = {
  acc: share('Accuracy in training', 'Accuracy, training'),
  val_acc: share('Accuracy on the validation data', 'Accuracy, validation'),
  loss: number('Loss in training', 'Loss, training'),
  val_loss: number('Loss on the validation data', 'Loss, validation'),
  explorationRate: share('Explored share of the connections, Rₛ'),
  reliableRate: share('Reliably explored share of the connections'),
  density: share('Density'),
  dropFraction: share('Drop fraction'),
  dropped: number('Connections dropped by an update'),
  grown: number('Connections grown by an update'),
  survival: share('Survival: new connections that the next update kept'),
  survivalCurve: share('Survival of grown connections by number of updates'),
  distance: share('Distance of the topologies before and after an update'),
  drift: share('Distance to the initial topologies'),
  flops: {...number('Training FLOPs'), isLogarithmic: true},
};

/** The order in which they stand; others follow by name. */
const ORDER = ['val_acc', 'acc', 'val_loss', 'loss', ...Object.keys(KNOWN)];

/** Words in the names of metrics that say which values are good. */
const HIGHER = new Set(['acc', 'accuracy', 'precision', 'recall']);
const LOWER = new Set(['loss', 'error', 'crossentropy', 'mse', 'mae', 'perplexity']);

/** How to show a measure; one of another's making goes by its own name. */
export function measureInfo(name: string): MeasureInfo {
  const info = Object.hasOwn(KNOWN, name) ? KNOWN[name] : number(name);
  const words = name
    .replace(/(?<=[a-z\d])(?=[A-Z])/g, '_')
    .toLowerCase()
    .split(/[^a-z]+/);
  if (words.some((word) => HIGHER.has(word))) return {...info, better: 'higher'};
  return words.some((word) => LOWER.has(word)) ? {...info, better: 'lower'} : info;
}

/** Names in the order in which they are shown, each once. */
export function sortedNames(names: Iterable<string>): string[] {
  const rank = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return [...new Set(names)].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}
