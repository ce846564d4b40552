import {useLayoutEffect, useRef} from 'preact/hooks';
import {onTheme} from '../pictures/canvas.ts';

/** A canvas that is drawn again with its data, its size and the theme. */
export function CanvasPicture({
  draw,
  label,
  height,
}: {
  draw: (canvas: HTMLCanvasElement) => void;
  label: string;
  height: number;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(draw);
  latest.current = draw;
  useLayoutEffect(() => {
    const redraw = () => latest.current(canvas.current!);
    const observer = new ResizeObserver(redraw);
    observer.observe(canvas.current!);
    const stop = onTheme(redraw);
    return () => {
      observer.disconnect();
      stop();
    };
  }, []);
  useLayoutEffect(() => draw(canvas.current!));
  return <canvas ref={canvas} role="img" aria-label={label} style={{height: `${height}px`}} />;
}
