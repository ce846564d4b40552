import type {Plan, PlanStep} from './plan.ts';

/**
 * Which buffers of a plan can use the same memory one after the other when no gradient will need them: those that lie alike, borders
 * included, of which one is last read before the other is written.
 *
 * @returns for each buffer, the buffer whose memory it uses: its own, or another's
 */
export function sharedBuffers({buffers, steps, output}: Plan): number[] {
  const lastUse = buffers.map(() => -1);
  for (const [i, step] of steps.entries()) for (const buffer of usedBy(step)) lastUse[buffer] = i;
  lastUse[output] = steps.length;
  const layout = (buffer: number) => {
    const {height, width, channels, border, strips} = buffers[buffer];
    return [height, width, channels, strips, ...Object.values(border)].join();
  };
  const owners = buffers.map((_, buffer) => buffer);
  const free: number[] = [];
  for (const [i, step] of steps.entries()) {
    if ('output' in step) {
      const at = free.findIndex((owner) => layout(owner) === layout(step.output));
      if (at >= 0) [owners[step.output]] = free.splice(at, 1);
    }
    for (const buffer of usedBy(step)) if (lastUse[buffer] === i) free.push(owners[buffer]);
  }
  return owners;
}

/** The buffers that a step reads, writes or changes, each once. */
function usedBy(step: PlanStep): Set<number> {
  if ('buffer' in step) return new Set([step.buffer]);
  return new Set([...('inputs' in step ? step.inputs : [step.input]), step.output]);
}
