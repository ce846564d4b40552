import {useEffect, useState} from 'preact/hooks';
import {history, replayed} from '../store.ts';

/** Milliseconds that a frame of the replay is shown. */
const FRAME_MS = 180;

/** Goes back over the last updates, by hand or by itself. */
export function Replay() {
  const [isPlaying, setPlaying] = useState(false);
  const last = history.value.length - 1;
  // A frame that is too old for the history stays where it was put, before the first.
  const at = replayed.value ? Math.max(0, history.value.indexOf(replayed.value)) : last;
  useEffect(() => {
    if (!isPlaying) return undefined;
    const timer = setInterval(() => {
      const frames = history.peek();
      const now = replayed.peek();
      replayed.value = now && frames[frames.indexOf(now) + 1];
      if (replayed.peek() === undefined) setPlaying(false);
    }, FRAME_MS);
    return () => clearInterval(timer);
  }, [isPlaying]);
  const frame = replayed.value ?? history.value[last];
  return (
    <div class="card replay">
      <button
        type="button"
        disabled={last < 1}
        onClick={() => {
          if (!isPlaying) replayed.value = history.value[at === last ? 0 : at];
          setPlaying(!isPlaying);
        }}
      >
        {isPlaying ? 'Stop' : 'Replay'}
      </button>
      <label>
        <span class="hidden">Update that is shown</span>
        <input
          type="range"
          min={0}
          max={Math.max(0, last)}
          value={Math.max(0, at)}
          disabled={last < 1}
          aria-valuetext={frame ? `after step ${frame.step}` : 'none yet'}
          onInput={({currentTarget}) => {
            setPlaying(false);
            const index = Number(currentTarget.value);
            replayed.value = index === last ? undefined : history.value[index];
          }}
        />
      </label>
      <output>
        {replayed.value === undefined || !frame ? 'live' : `step ${frame.step}, R_s ${frame.rate.toFixed(3)}`}
      </output>
    </div>
  );
}
