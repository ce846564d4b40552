interface NodeModules {
  readonly 'node:fs': {
    existsSync(path: string): boolean;
    readFileSync(path: string): {readonly length: number; lastIndexOf(text: string): number};
    truncateSync(path: string, length: number): void;
    appendFileSync(path: string, text: string): void;
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
