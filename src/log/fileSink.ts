import {type NodeModules, nodeModule} from '../fused/nodeModule.ts';
import {checkKind} from '../topology/checkKind.ts';
import {openLine} from './sealedLine.ts';

/** Takes the lines of a log one by one, without the line break. One that throws has not taken its line. */
export type LineSink = (line: string) => void;

type Files = NodeModules['node:fs'];

/** How every log begins, whatever an editor or a crash of the host has put before. */
const BEGIN_OF_LOG = /^[\uFEFF\0\s]*\{"type":"start","format":"itop-run"/;
/** Bytes among which a log must begin. */
const HEAD = 2 ** 16;

/**
 * Appends lines to a log in a file; it is made if it is not there, its folder must be. Node only.
 *
 * Each line is handed to the system whole as it comes, so a crash of the process loses none; one that does not fit on the disk is
 * taken away again. At the end of an earlier log half a line is taken away; a file that is no log is left as it is.
 *
 * @throws Error if the host is not Node 20.16 or later, the file holds something else than a log, or it cannot be written
 */
export function fileSink(path: string): LineSink {
  checkKind('fileSink', 'path', 'a string', path, "Write fileSink('run.jsonl').");
  const fs = nodeModule('node:fs');
  if (!fs) {
    throw new Error(
      `fileSink: the host must be Node 20.16 or later, received one without files for "${path}". ` +
        'In a page pass a function that takes the lines.',
    );
  }
  try {
    if (fs.existsSync(path)) closeLog(fs, path);
    else append(fs, path, '');
  } catch (cause) {
    const {code, message} = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause; // says it all itself
    throw new Error(
      `fileSink: "${path}" must be a file in a folder that is there, received ${message}. Make the folder, or choose another path.`,
      {cause},
    );
  }
  return (line) => append(fs, path, `${line}\n`);
}

/** Sees to it that a log ends with a whole line. */
function closeLog(fs: Files, path: string): void {
  const bytes = fs.readFileSync(path);
  if (bytes.length === 0) return;
  if (!BEGIN_OF_LOG.test(bytes.toString('utf8', 0, HEAD))) {
    throw new Error(
      `fileSink: "${path}" must be a log of itop, an empty file or none, received one that begins with ` +
        `${JSON.stringify(bytes.toString('utf8', 0, 40))}. Choose another path.`,
    );
  }
  const end = bytes.lastIndexOf('\n') + 1;
  if (end === bytes.length) return;
  if (openLine(bytes.toString('utf8', end, bytes.length))) append(fs, path, '\n');
  else fs.truncateSync(path, end);
}

/** Writes all of a text, or nothing. */
function append(fs: Files, path: string, text: string): void {
  const bytes = new TextEncoder().encode(text);
  const file = fs.openSync(path, 'a');
  try {
    const {size} = fs.fstatSync(file);
    try {
      for (let begin = 0; begin < bytes.length; ) begin += fs.writeSync(file, bytes, begin);
    } catch (cause) {
      fs.ftruncateSync(file, size);
      throw new Error(
        `fileSink: "${path}" must take the whole line, received ${(cause as Error).message}. ` +
          'The log ends with the line before. Make room: a RunLog gives it again with the next one.',
        {cause},
      );
    }
  } finally {
    fs.closeSync(file);
  }
}
