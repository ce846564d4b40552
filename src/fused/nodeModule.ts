export interface NodeModules {
  readonly 'node:fs': {
    existsSync(path: string): boolean;
    readFileSync(path: string): {
      readonly length: number;
      lastIndexOf(text: string): number;
      toString(encoding: 'utf8', begin: number, end: number): string;
    };
    truncateSync(path: string, length: number): void;
    openSync(path: string, flags: 'a'): number;
    fstatSync(file: number): {readonly size: number};
    writeSync(file: number, bytes: Uint8Array, begin: number): number;
    ftruncateSync(file: number, length: number): void;
    closeSync(file: number): void;
  };
  readonly 'node:os': {availableParallelism(): number};
  readonly 'node:worker_threads': {
    readonly workerData: unknown;
    readonly Worker: new (
      source: string,
      options: {eval: true; workerData: unknown},
    ) => {unref(): void; on(event: 'error', listener: () => void): void; terminate(): Promise<number>};
  };
}

/** A module of Node, or undefined where the host is no Node; not imported, so that bundlers for pages do not look for it. */
export function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  return typeof process === 'object' ? (process.getBuiltinModule?.(name as 'node:os') as never) : undefined;
}
