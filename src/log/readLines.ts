import {type OpenedLine, openLine} from './sealedLine.ts';

/** A piece of a log that is no line. */
export interface DamagedLine {
  /** Its place in the file, 1 for the first. */
  readonly line: number;
  /** How it begins. */
  readonly received: string;
}

/** What a log holds. */
export interface ReadLines {
  readonly lines: readonly OpenedLine[];
  readonly damaged: readonly DamagedLine[];
  /** True if the last line has no end. */
  readonly isCutOff: boolean;
}

/** Every line begins so, and no text inside one: quotes are escaped there. */
const BEGIN_OF_LINE = /(?=\{"type":")/;
const SHOWN = 60;

/**
 * Reads the lines of a log, those that stand behind half a line or a block of zeros too. White space and byte-order marks are passed
 * over.
 */
export function readLines(text: string): ReadLines {
  const lines: OpenedLine[] = [];
  const damaged: DamagedLine[] = [];
  const rows = text.split('\n');
  let isCutOff = false;
  for (const [i, row] of rows.entries()) {
    for (const piece of piecesOf(row.trim())) {
      const opened = openLine(piece);
      isCutOff = !opened && i === rows.length - 1;
      if (opened && isNext(opened, lines.at(-1))) lines.push(opened);
      else if (!isCutOff) damaged.push({line: i + 1, received: shortened(piece)});
    }
  }
  return {lines, damaged, isCutOff};
}

/** Lines without numbers stand together, and their steps do not fall; numbers are checked where lines are counted. */
function isNext({line, number}: OpenedLine, last: OpenedLine | undefined): boolean {
  if (!last || line.type === 'start' || number !== undefined) return true;
  return last.number === undefined && line.step >= last.line.step;
}

function shortened(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** A row as it is if it is a line; else what may be one. */
function piecesOf(row: string): string[] {
  if (row === '') return [];
  return openLine(row) ? [row] : row.split(BEGIN_OF_LINE).map((piece) => piece.trim());
}
