import {
  type EpochLine,
  type PicturesLine,
  RUN_FORMAT,
  type RunLine,
  type StartLine,
  type UpdateLine,
} from './runLines.ts';

/** A training as its log tells it. */
export interface Run {
  readonly name: string;
  /** The first start; the run may have been continued since. */
  readonly start: StartLine;
  /** How often it was continued. */
  readonly continuations: number;
  readonly updates: readonly UpdateLine[];
  readonly epochs: readonly EpochLine[];
  readonly pictures: readonly PicturesLine[];
  /** True if the last line was cut off, by a crash for instance; it is left out. */
  readonly isCutOff: boolean;
}

/**
 * Reads the log of a run. Where the run was continued from a checkpoint, what was logged after that checkpoint before is left out.
 * A log that starts anew, at step 0, begins a new run. Lines of unknown types are passed over.
 *
 * @param text  all lines; a last one that is cut off is tolerated
 * @throws Error at the first line that is no JSON, and if the log does not begin as one of this library and version does
 */
export function parseRunLog(text: string): Run {
  const pieces = text.split('\n');
  const last = pieces.pop()!;
  const lines = pieces.map((piece, i) => parseLine(piece, i + 1));
  const tail = parsed(last);
  if (tail) lines.push(tail);
  checkStart(lines[0]);
  let starts: StartLine[] = [];
  let kept: RunLine[] = [];
  for (const line of lines) {
    if (line.type === 'start') {
      checkStart(line);
      if (line.step === 0) starts = [];
      kept = line.step === 0 ? [] : kept.filter(({step}) => step <= line.step);
      starts.push(line);
    } else kept.push(line);
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
    isCutOff: last !== '' && !tail,
  };
}

/** What a piece of text holds; undefined if it is no JSON object. */
function parsed(text: string): RunLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as RunLine) : undefined;
  } catch {
    return undefined;
  }
}

function parseLine(text: string, number: number): RunLine {
  const line = parsed(text);
  if (!line) {
    throw new Error(
      `parseRunLog: line ${number} must be a JSON object, received ${JSON.stringify(shortened(text))}. ` +
        'Pass the log as it was written; only its last line may be cut off.',
    );
  }
  return line;
}

function checkStart(line: RunLine | undefined): void {
  const {format, version} = (line?.type === 'start' ? line : {}) as Partial<StartLine>;
  if (format !== RUN_FORMAT.format || version !== RUN_FORMAT.version) {
    throw new Error(
      `parseRunLog: a log must start with a line of the format itop-run, version 1, received ` +
        `${line ? shortened(JSON.stringify(line)) : 'no line'}. Pass what a RunLog wrote, read by this version of itop.`,
    );
  }
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
