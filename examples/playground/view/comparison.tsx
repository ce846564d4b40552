import type {Pair, Progress} from '../protocol.ts';
import {latest, settings} from '../store.ts';
import {bytes, milliseconds, percent, short, times} from '../text.ts';

const ROWS: readonly {
  readonly name: string;
  pick(progress: Progress): Pair;
  show(value: number): string;
  readonly better: 'less' | 'more';
}[] = [
  {name: 'Test accuracy', pick: ({accuracy}) => accuracy, show: percent, better: 'more'},
  {name: 'Time per step', pick: (progress) => progress.milliseconds, show: milliseconds, better: 'less'},
  {name: 'Connections', pick: ({connections}) => connections, show: short, better: 'less'},
  {name: 'Size of the model', pick: (progress) => progress.bytes, show: bytes, better: 'less'},
  {name: 'FLOPs so far', pick: ({flops}) => flops, show: short, better: 'less'},
];

/** Sparse and dense side by side. */
export function Comparison() {
  const progress = latest.value;
  return (
    <div class="card" data-tour="comparison">
      <table id="comparison">
        <caption>Side by side, on the same batches</caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="hidden">Measure</span>
            </th>
            <th scope="col" class="sparse">
              Sparse
            </th>
            <th scope="col" class="dense">
              Dense
            </th>
            <th scope="col">Ratio</th>
          </tr>
        </thead>
        <tbody>
          {ROWS.map(({name, pick, show, better}) => {
            const {sparse, dense} = progress ? pick(progress) : {};
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{sparse === undefined ? '–' : show(sparse)}</td>
                <td>{dense === undefined ? (settings.value.dense ? '–' : 'off') : show(dense)}</td>
                <td>{better === 'less' && sparse && dense ? times(dense / sparse) : ''}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
