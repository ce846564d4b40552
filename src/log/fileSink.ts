import {nodeModule} from '../fused/nodeModule.ts';

/** Takes the lines of a log one by one, without the line break. */
export type LineSink = (line: string) => void;

/**
 * Appends lines to a file; it is made if it is not there, its folder must be. Node only.
 *
 * Each line is handed to the system as it comes, so a crash of the process loses none. One that was cut off by a crash, at the end
 * of the file, is taken away first.
 *
 * @throws Error if the host is not Node 20.16 or later, or the file cannot be written
 */
export function fileSink(path: string): LineSink {
  const fs = nodeModule('node:fs');
  if (!fs) {
    throw new Error(
      `fileSink: the host must be Node 20.16 or later, received one without files for "${path}". ` +
        'In a page pass a function that takes the lines.',
    );
  }
  if (fs.existsSync(path)) {
    const bytes = fs.readFileSync(path);
    const end = bytes.lastIndexOf('\n') + 1;
    if (end < bytes.length) fs.truncateSync(path, end);
  }
  fs.appendFileSync(path, '');
  return (line) => fs.appendFileSync(path, `${line}\n`);
}
