import type {Command} from 'commander';

/** Runs a command without ending the process. @returns what it printed, and whether it ended with an error */
export async function runCommand(
  make: (print: (text: string) => void) => Command,
  args: readonly string[],
): Promise<{printed: string; failed: boolean}> {
  let printed = '';
  const print = (text: string) => {
    printed += text;
  };
  const command = make(print).exitOverride().configureOutput({writeOut: print, writeErr: print});
  try {
    await command.parseAsync(args, {from: 'user'});
    return {printed, failed: false};
  } catch (error) {
    const {exitCode} = error as {exitCode?: number};
    if (exitCode === undefined) throw error;
    return {printed: printed.trimEnd(), failed: exitCode !== 0};
  }
}
