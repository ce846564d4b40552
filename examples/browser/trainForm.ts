/** An element of the page that is there. */
export function byId<Found extends HTMLElement>(id: string): Found {
  return document.getElementById(id) as Found;
}

/** A form whose button starts a training and stops it. */
export class TrainForm {
  readonly status = byId<HTMLOutputElement>('status');
  private readonly form = byId<HTMLFormElement>('settings');
  private readonly button = this.form.querySelector('button')!;
  private stopped = true;

  /** @param run  trains until it is done or `isStopped`; what it throws is shown as the status */
  constructor(run: (settings: FormData) => Promise<void>) {
    this.form.addEventListener('submit', async (event) => {
      event.preventDefault();
      this.stopped = !this.stopped;
      if (this.stopped) return;
      this.button.textContent = 'Stop';
      try {
        await run(new FormData(this.form));
      } catch (error) {
        this.status.value = (error as Error).message;
      }
      this.stopped = true;
      this.button.textContent = 'Train';
    });
  }

  /** True while nothing is trained, or once the button was pressed again. */
  get isStopped(): boolean {
    return this.stopped;
  }

  /** How the status of a step begins. */
  stateAt(step: number, steps: number): string {
    return step === steps ? 'finished: ' : this.stopped ? 'stopped: ' : '';
  }
}

/** The first and the last value of a curve. */
export function ends(curve: readonly number[]): string {
  return `${curve[0].toFixed(2)} → ${curve[curve.length - 1].toFixed(2)}`;
}
