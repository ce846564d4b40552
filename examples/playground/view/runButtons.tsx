import {info, step as made, restart, settings, state, tell} from '../store.ts';

/** Train, pause, step, restart, and where the run is. */
export function RunButtons() {
  const {steps, interval, method} = settings.value;
  const step = made.value;
  const isRunning = state.value === 'running';
  const isStarting = state.value === 'starting';
  const isReady = !isStarting && state.value !== 'none';
  const isDone = state.value === 'done';
  return (
    <div class="card run">
      <div class="buttons">
        <button
          type="button"
          class="primary"
          id="train"
          disabled={!isReady}
          onClick={() => {
            if (isRunning) return tell({type: 'pause'});
            if (isDone) restart();
            tell({type: 'run'});
          }}
        >
          {isRunning ? 'Pause' : isDone ? 'Train again' : step > 0 ? 'Resume' : 'Train'}
        </button>
        <button type="button" disabled={!isReady || isDone} onClick={() => tell({type: 'step', until: 'step'})}>
          Step
        </button>
        <button
          type="button"
          disabled={!isReady || isDone || method === 'static'}
          onClick={() => tell({type: 'step', until: 'update'})}
        >
          Next update
        </button>
        <button type="button" disabled={step === 0} onClick={() => restart()}>
          Restart
        </button>
      </div>
      <progress value={step} max={steps} aria-label="Steps of the run" />
      <p id="status" data-state={state.value} data-step={step}>
        {isStarting
          ? 'starting …'
          : info.value
            ? `${info.value.network}${info.value.loadedDensity === undefined ? '' : ' (loaded)'}, ${info.value.runsOn}` +
              ` · step ${step} of ${steps}` +
              (method === 'static' ? '' : ` · update ${Math.floor(step / interval)}`)
            : 'no run'}
      </p>
    </div>
  );
}
