import {signal} from '@preact/signals';
import {useEffect, useRef} from 'preact/hooks';
import {change, isPlane, tell} from '../store.ts';
import {TOUR_STEPS} from '../tourSteps.ts';

/** Which step is shown; undefined while there is no tour. */
const at = signal<number>();

/** Shows a step: sets the controls and trains. After the last one the focus is where it was before the first. */
function show(next: number | undefined): void {
  at.value = next;
  if (next === undefined) {
    document.querySelector<HTMLElement>('#tour')?.focus({preventScroll: true});
    return;
  }
  change(TOUR_STEPS[next].settings);
  tell({type: 'run'});
}

/** Points at what to watch. @returns what takes that back */
function point(target: string): () => void {
  const parts = [...document.querySelectorAll(`[data-tour=${target}]`)];
  for (const part of parts) part.classList.add('pointed');
  const isReduced = matchMedia('(prefers-reduced-motion: reduce)').matches;
  // On a small screen the tour takes the lower half.
  const block = matchMedia('(max-width: 800px), (max-height: 700px)').matches ? 'start' : 'center';
  parts[0]?.scrollIntoView({block, behavior: isReduced ? 'auto' : 'smooth'});
  return () => {
    for (const part of parts) part.classList.remove('pointed');
  };
}

/** The button that begins the tour. */
export function TourButton() {
  return (
    <button type="button" id="tour" onClick={() => show(0)}>
      Guided tour
    </button>
  );
}

/** The tour: five steps beside the page, which stays in use. */
export function Tour() {
  const title = useRef<HTMLHeadingElement>(null);
  const index = at.value;
  useEffect(() => {
    if (index !== undefined) title.current?.focus({preventScroll: true});
  }, [index]);
  // The parts are others for points of the plane.
  useEffect(() => (index === undefined ? undefined : point(TOUR_STEPS[index].target)), [index, isPlane.value]);
  if (index === undefined) return null;
  const step = TOUR_STEPS[index];
  const isLast = index === TOUR_STEPS.length - 1;
  return (
    <section
      class="tour"
      aria-label="Guided tour"
      onKeyDown={({key}) => {
        if (key === 'Escape') show(undefined);
      }}
    >
      <h2 ref={title} tabIndex={-1}>
        <small>
          {index + 1} of {TOUR_STEPS.length}
        </small>{' '}
        {step.title}
      </h2>
      <p>{step.text}</p>
      <div class="buttons">
        <button type="button" disabled={index === 0} onClick={() => show(index - 1)}>
          Back
        </button>
        <button type="button" class="primary" onClick={() => show(isLast ? undefined : index + 1)}>
          {isLast ? 'Done' : 'Next'}
        </button>
        <button type="button" onClick={() => show(undefined)}>
          Leave
        </button>
      </div>
    </section>
  );
}
