import {type ChildProcess, fork} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {softwareVulkan} from '../../test/support/softwareVulkan.ts';
import type {DifferenceReport, Message, Order, Tally} from './messages.ts';

/** What a run tells while it runs. */
export interface RunListener {
  ended(tally: Tally): void;
  differs(report: DifferenceReport): void;
}

/** How a run ended. */
export interface RunResult {
  /** Scripts that came to their end. */
  readonly scripts: number;
  /** Why the process ended in the middle of a script, if it did. */
  readonly failure?: string;
}

/** Scripts in a process of their own, watched: one that hangs is ended, one that dies is noticed. */
export class ChildRun {
  /** The seed of the script that is running. */
  current = 0;
  readonly finished: Promise<RunResult>;
  private readonly child: ChildProcess;
  private scripts = 0;
  private failure: string | undefined;
  private isStopped = false;
  private watchdog: NodeJS.Timeout | undefined;

  /**
   * @param patience  longest time for one run of a script, in milliseconds
   */
  constructor(
    order: Order,
    private readonly patience: number,
    private readonly listener: RunListener,
    entry = fileURLToPath(new URL('./child.ts', import.meta.url)),
  ) {
    this.child = fork(entry, {
      env: {...process.env, ...softwareVulkan()},
      execArgv: ['--import', 'tsx'],
      // What tfjs warns of is in both runs.
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    let errors = '';
    this.child.stderr!.on('data', (text) => {
      errors = (errors + text).slice(-2000);
    });
    this.child.on('message', (message: Message) => this.receive(message, order));
    this.rearm();
    this.finished = new Promise((resolve) => {
      this.child.on('close', (code, signal) => {
        clearTimeout(this.watchdog);
        const isWhole = this.isStopped || this.scripts === order.count;
        const died = `the process ended with ${signal ?? code}\n${errors}`;
        resolve({scripts: this.scripts, failure: this.failure ?? (isWhole ? undefined : died)});
      });
    });
  }

  /** Ends the process: its results are not wanted any more. */
  stop(): void {
    this.isStopped = true;
    this.child.kill('SIGKILL');
  }

  private receive(message: Message, order: Order): void {
    this.rearm();
    switch (message.kind) {
      case 'ready':
        this.child.send(order);
        break;
      case 'begin':
        this.current = message.seed;
        break;
      case 'end':
        this.scripts++;
        this.listener.ended(message.tally);
        break;
      case 'difference':
        this.listener.differs(message.report);
        break;
    }
  }

  private rearm(): void {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => {
      this.failure = `no answer for ${this.patience / 1000} seconds`;
      this.child.kill('SIGKILL');
    }, this.patience);
  }
}
