import {failure, info, isPlane, notice} from '../store.ts';
import {Charts} from './charts.tsx';
import {Comparison} from './comparison.tsx';
import {Controls} from './controls.tsx';
import {DigitPad} from './digitPad.tsx';
import {DropZone} from './dropZone.tsx';
import {Keep} from './keep.tsx';
import {InputMap, Matrices, NetworkPicture, PlaneMaps} from './pictures.tsx';
import {Replay} from './replay.tsx';
import {RunButtons} from './runButtons.tsx';
import {Tour, TourButton} from './tour.tsx';

/** The whole page. */
export function App() {
  return (
    <DropZone>
      <header>
        <div>
          <h1>Sparse training, in this page</h1>
          <TourButton />
        </div>
        <p>
          A network learns with a few percent of its connections. Every ΔT steps the weakest go and others grow: in time
          it explores far more than it ever holds.
        </p>
      </header>
      <div class="columns">
        <Controls />
        <main>
          <RunButtons />
          <p id="failure" role="alert">
            {failure.value}
          </p>
          <p id="notice" role="status">
            {notice.value}
          </p>
          <section class="pictures" aria-label="The networks">
            <Comparison />
            {isPlane.value ? (
              <>
                <NetworkPicture />
                <PlaneMaps />
              </>
            ) : (
              <>
                <InputMap />
                <Matrices />
                {info.value?.inputShape[0] === 28 && <DigitPad />}
              </>
            )}
            <Replay />
          </section>
          <Charts />
          <Keep />
        </main>
      </div>
      <Tour />
    </DropZone>
  );
}
