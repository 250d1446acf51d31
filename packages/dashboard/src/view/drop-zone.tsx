import { useEffect, useState } from 'preact/hooks';
import { type Dropped, droppedFiles } from '../net/dropped.js';

/** Takes files that are dropped anywhere on the page. */
export function DropZone({ onDrop }: { onDrop(dropped: readonly Dropped[]): void }) {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    // Entering an element inside comes before leaving the one around it.
    let depth = 0;
    const over = (change: number) => (event: DragEvent) => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      depth = Math.max(0, depth + change);
      setOver(depth > 0);
    };
    const [enter, move, leave] = [over(1), over(0), over(-1)];
    const drop = (event: DragEvent): void => {
      depth = 0;
      setOver(false);
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      void droppedFiles(event.dataTransfer.items).then(onDrop);
    };
    const listeners = { dragenter: enter, dragover: move, dragleave: leave, drop } as const;
    for (const [type, listener] of Object.entries(listeners)) window.addEventListener(type as 'drop', listener);
    return () => {
      for (const [type, listener] of Object.entries(listeners)) window.removeEventListener(type as 'drop', listener);
    };
  }, []);
  return isOver ? <div class="drop-zone">Drop it: the ring keeps it</div> : null;
}
