import {drawInputMap, drawMatrix} from '../pictures/drawMatrix.ts';
import {drawNetwork} from '../pictures/drawNetwork.ts';
import {drawPlane} from '../pictures/drawPlane.ts';
import {boundary, info, settings, shown} from '../store.ts';
import {CanvasPicture} from './canvasPicture.tsx';

/** All neurons and connections of a small network. */
export function NetworkPicture() {
  const frame = shown.value;
  const nnz = frame?.layers.reduce((sum, {positions}) => sum + positions.length, 0) ?? 0;
  return (
    <figure class="card" data-tour="network">
      <figcaption>
        <strong>Every connection</strong>
        <Key
          names={[
            ['plus', 'adds'],
            ['minus', 'subtracts'],
            ['grown', 'just grown'],
          ]}
        />
      </figcaption>
      <CanvasPicture
        height={236}
        label={`The network ${info.value?.network ?? ''} with its ${nnz} connections`}
        draw={(canvas) => drawNetwork(canvas, frame)}
      />
    </figure>
  );
}

/** What both networks say of the plane. */
export function PlaneMaps() {
  const {size = 0, maps} = boundary.value ?? {};
  const points = info.value?.points;
  const kinds = settings.value.dense ? (['sparse', 'dense'] as const) : (['sparse'] as const);
  return (
    <>
      {kinds.map((kind) => (
        <figure class="card" key={kind}>
          <figcaption>
            <strong>What the {kind} network says</strong>
          </figcaption>
          <CanvasPicture
            height={260}
            label={`The plane as the ${kind} network divides it`}
            draw={(canvas) => drawPlane(canvas, size, maps?.[kind], points)}
          />
        </figure>
      ))}
    </>
  );
}

/** Which pixels the network looks at. */
export function InputMap() {
  const frame = shown.value;
  const shape = info.value?.inputShape ?? [];
  return (
    <figure class="card" data-tour="network">
      <figcaption>
        <strong>Connections of each pixel</strong>
      </figcaption>
      <CanvasPicture
        height={224}
        label="Connections of each pixel into the first layer"
        draw={(canvas) => drawInputMap(canvas, frame?.layers[0], shape)}
      />
    </figure>
  );
}

/** Where each layer has its connections. */
export function Matrices() {
  const frame = shown.value;
  return (
    <figure class="card" data-tour="network">
      <figcaption>
        <strong>Layers</strong>
        <Key
          names={[
            ['sparse', 'active'],
            ['grown', 'just grown'],
          ]}
        />
      </figcaption>
      <div class="matrices">
        {[0, 1, 2].map((index) => {
          const layer = frame?.layers[index];
          const size = layer ? `${layer.rows} × ${layer.cols}` : '…';
          return (
            <div key={index}>
              <CanvasPicture
                height={200}
                label={`Connections of layer ${index + 1}, ${size}`}
                draw={(canvas) => drawMatrix(canvas, layer, frame?.step ?? 0)}
              />
              <small>{size}</small>
            </div>
          );
        })}
      </div>
    </figure>
  );
}

function Key({names}: {names: readonly (readonly [color: string, text: string])[]}) {
  return (
    <span class="legend">
      {names.map(([color, text]) => (
        <span key={text}>
          <i style={{borderTop: `2.5px solid var(--${color})`}} /> {text}
        </span>
      ))}
    </span>
  );
}
