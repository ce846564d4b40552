import {signal} from '@preact/signals';
import {useEffect, useRef} from 'preact/hooks';
import {change, tell} from '../store.ts';
import {TOUR_STEPS} from '../tourSteps.ts';

/** Which step is shown; undefined while there is no tour. */
const at = signal<number>();

/** Shows a step: sets the controls, trains, and points at what to watch. */
function show(next: number | undefined): void {
  at.value = next;
  for (const part of document.querySelectorAll('.pointed')) part.classList.remove('pointed');
  if (next === undefined) return;
  const {settings, target} = TOUR_STEPS[next];
  change(settings);
  tell({type: 'run'});
  const part = document.querySelector(`[data-tour=${target}]`);
  part?.classList.add('pointed');
  const isReduced = matchMedia('(prefers-reduced-motion: reduce)').matches;
  part?.scrollIntoView({block: 'center', behavior: isReduced ? 'auto' : 'smooth'});
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
