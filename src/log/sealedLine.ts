import {crc32Hex} from '../io/crc32.ts';
import {isRunLine} from './checkLine.ts';
import type {RunLine} from './runLines.ts';

/** A line that was read. */
export interface OpenedLine {
  readonly line: RunLine;
  /** Its number in its part of the log; undefined in logs that have none. */
  readonly number: number | undefined;
}

/** What closes a line: its number, and the checksum of the text before the checksum. */
const SEAL = /,"n":(\d{1,15}),"crc":"([0-9a-f]{8})"\}$/;

/**
 * A line as text that tells if it was damaged, and which place it has.
 *
 * @param number  lines that the same `RunLog` wrote before
 */
export function sealLine(line: RunLine, number: number): string {
  const body = `${JSON.stringify(line).slice(0, -1)},"n":${number}`;
  return `${body},"crc":"${checksum(body)}"}`;
}

/** The line of a text; undefined if it is none, or a damaged one. Logs of earlier versions have no checksums. */
export function openLine(text: string): OpenedLine | undefined {
  const seal = SEAL.exec(text);
  if (seal && checksum(text.slice(0, seal.index + `,"n":${seal[1]}`.length)) !== seal[2]) return undefined;
  try {
    const {n, crc, ...line} = JSON.parse(text);
    if (!isRunLine(line) || (!seal && (n ?? crc) !== undefined)) return undefined;
    return {line, number: n};
  } catch {
    return undefined;
  }
}

function checksum(text: string): string {
  return crc32Hex(new TextEncoder().encode(text));
}
