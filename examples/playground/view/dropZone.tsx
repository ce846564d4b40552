import type {ComponentChildren} from 'preact';
import {useState} from 'preact/hooks';
import {readDataFiles} from './readDataFiles.ts';

/** The page as a place to drop files of data on. */
export function DropZone({children}: {children: ComponentChildren}) {
  const [isOver, setOver] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files can be chosen with a button, too
    <div
      class={isOver ? 'page over' : 'page'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (event.relatedTarget === null) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        readDataFiles(event.dataTransfer?.files);
      }}
    >
      {children}
    </div>
  );
}
