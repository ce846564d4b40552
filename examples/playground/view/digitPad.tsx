import {useEffect, useRef} from 'preact/hooks';
import {digitImage, showImage} from '../pictures/digitImage.ts';
import {ask, drawing, probabilities, settings} from '../store.ts';
import {percent} from '../text.ts';

/** Of the pad, in its own pixels. */
const SIDE = 168;
const PEN = 13;

/** A digit drawn by hand, or one of the test set, and what both networks take it for. */
export function DigitPad() {
  const pad = useRef<HTMLCanvasElement>(null);
  const isEmpty = drawing.value === undefined;
  useEffect(() => {
    if (isEmpty) pad.current!.getContext('2d')!.clearRect(0, 0, SIDE, SIDE);
  }, [isEmpty]);
  const sample = async () => {
    const answer = await ask({type: 'sample'}, 'sample');
    if (!answer || !pad.current) return;
    showImage(pad.current, answer.pixels);
    drawing.value = answer.pixels;
  };
  return (
    <figure class="card">
      <figcaption>
        <strong>Your digit</strong>
        <span>draw here, or take a sample</span>
      </figcaption>
      <div class="pad">
        <div>
          <canvas
            ref={pad}
            width={SIDE}
            height={SIDE}
            role="img"
            aria-label="Pad to draw a digit on with a mouse, a pen or a finger; the button Sample fills it too"
            onPointerDown={(event) => {
              event.currentTarget.setPointerCapture(event.pointerId);
              stroke(event, true);
            }}
            onPointerMove={(event) => event.buttons > 0 && stroke(event, false)}
          />
          <div class="buttons">
            <button type="button" onClick={sample}>
              Sample
            </button>
            <button
              type="button"
              onClick={() => {
                drawing.value = undefined;
                probabilities.value = undefined;
              }}
            >
              Clear
            </button>
          </div>
        </div>
        <Answers />
      </div>
    </figure>
  );
}

/** A part of a stroke, from where the last one ended. */
function stroke(event: PointerEvent & {readonly currentTarget: HTMLCanvasElement}, isFirst: boolean): void {
  const {currentTarget: canvas, offsetX, offsetY} = event;
  const context = canvas.getContext('2d')!;
  const scale = SIDE / canvas.clientWidth;
  const [x, y] = [offsetX * scale, offsetY * scale];
  if (isFirst) {
    context.beginPath();
    context.moveTo(x, y);
  }
  context.lineTo(x, y);
  Object.assign(context, {strokeStyle: '#fff', lineWidth: PEN, lineCap: 'round', lineJoin: 'round'});
  context.stroke();
  const image = digitImage(canvas);
  if (image) drawing.value = image;
}

/** The share that each class gets. */
function Answers() {
  const {sparse, dense} = probabilities.value ?? {};
  const best = sparse?.indexOf(Math.max(...sparse));
  return (
    <table class="answers">
      <thead>
        <tr>
          <th scope="col">
            <span class="hidden">Digit</span>
          </th>
          <th scope="col" class="sparse">
            Sparse
          </th>
          {settings.value.dense && (
            <th scope="col" class="dense">
              Dense
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {Array.from({length: 10}, (_, digit) => (
          <tr key={digit} class={digit === best ? 'best' : ''}>
            <th scope="row">{digit}</th>
            <Share value={sparse?.[digit]} kind="sparse" />
            {settings.value.dense && <Share value={dense?.[digit]} kind="dense" />}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Share({value, kind}: {value: number | undefined; kind: string}) {
  return (
    <td>
      <span class="bar" style={{width: `${100 * (value ?? 0)}%`, background: `var(--${kind})`}} />
      <span class="hidden">{value === undefined ? 'none' : percent(value)}</span>
    </td>
  );
}
