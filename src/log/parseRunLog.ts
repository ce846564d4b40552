import {checkKind} from '../topology/checkKind.ts';
import {describeValue} from '../topology/describeValue.ts';
import {type DamagedLine, readLines} from './readLines.ts';
import {
  type EpochLine,
  type PicturesLine,
  RUN_FORMAT,
  type RunLine,
  type StartLine,
  type UpdateLine,
} from './runLines.ts';
import type {OpenedLine} from './sealedLine.ts';

/** A training as its log tells it. */
export interface Run {
  /** The name that the log was given. */
  readonly name: string;
  /** The first start; the run may have been continued since. */
  readonly start: StartLine;
  /** How often it was continued. */
  readonly continuations: number;
  /** The updates of the connectivity, by step. */
  readonly updates: readonly UpdateLine[];
  /** The ends of epochs, by step. */
  readonly epochs: readonly EpochLine[];
  /** The pictures of the topologies, by step. */
  readonly pictures: readonly PicturesLine[];
  /** True if the last line was cut off, by a crash for instance; it is left out. */
  readonly isCutOff: boolean;
  /** What was passed over because it is no line of a log, or not as it was written. */
  readonly damaged: readonly DamagedLine[];
  /** Lines that must have been there by the numbers of the others. */
  readonly missing: number;
}

/**
 * Reads the log of a run. Where the run was continued from a checkpoint, lines of later steps than the checkpoint's are left out. The
 * line of an epoch that ended at its very step stays, though it was written after the checkpoint, and epochs are numbered on from it.
 * A log that starts anew, at step 0, begins a new run. Lines of unknown types are passed over, and damaged ones: `damaged` and
 * `missing` tell of them.
 *
 * Each line carries its number and a checksum; logs of earlier versions, without them, are read as well.
 *
 * @param text  all lines
 * @throws Error if no line is the start of a log of this library and version
 */
export function parseRunLog(text: string): Run {
  checkKind('parseRunLog', 'text', 'a string', text, "Pass what is in the file: readFileSync(path, 'utf8').");
  const {lines, damaged, isCutOff} = readLines(text);
  if (!lines.some(({line}) => line.type === 'start')) {
    throw new Error(
      `parseRunLog: a log must start with a line of the format ${RUN_FORMAT.format}, version ${RUN_FORMAT.version}, received ` +
        `${text.trim() === '' ? 'no line' : describeValue(text.trim())}. Pass what a RunLog wrote, read by this version of itop.`,
    );
  }
  let starts: StartLine[] = [];
  let kept: RunLine[] = [];
  let missing = 0;
  let before: OpenedLine | undefined;
  for (const opened of lines) {
    const {line, number} = opened;
    // A sink that failed after it had written is given the same line again.
    if (number !== undefined && number === before?.number && JSON.stringify(opened) === JSON.stringify(before))
      continue;
    const expected = line.type === 'start' ? 0 : (before?.number ?? -1) + 1;
    if (number !== undefined) missing += number >= expected ? number - expected : number;
    before = opened;
    if (line.type === 'start') {
      if (line.step === 0) starts = [];
      kept = line.step === 0 ? [] : kept.filter(({step}) => step <= line.step);
      starts.push(line);
    } else {
      // The numbers begin again where a start is missing.
      if (number !== undefined && number < expected) kept = kept.filter(({step}) => step < line.step);
      if (line.type === 'epoch') keepEpoch(kept, line);
      else kept.push(line);
    }
  }
  const ofType = <Type extends RunLine['type']>(type: Type) =>
    kept.filter((line): line is Extract<RunLine, {type: Type}> => line.type === type);
  return {
    name: starts[0].name,
    start: starts[0],
    continuations: starts.length - 1,
    updates: ofType('update'),
    epochs: ofType('epoch'),
    pictures: ofType('pictures'),
    isCutOff,
    damaged,
    missing,
  };
}

/**
 * Adds an epoch to the lines before. A checkpoint of the last step of an epoch is older than the epoch's line, so that a log that goes on
 * from it gives that number again: to the next epoch, or to the same one at the same step.
 */
function keepEpoch(kept: RunLine[], line: EpochLine): void {
  const place = kept.findLastIndex(({type}) => type === 'epoch');
  const last = kept[place] as EpochLine | undefined;
  if (last && last.epoch === line.epoch && last.step === line.step) kept[place] = line;
  else kept.push({...line, epoch: Math.max(line.epoch, (last?.epoch ?? 0) + 1)});
}
