import type { ListedFile, RingNode } from '@coring/protocol';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Known } from '../../files.js';
import { stepTo } from '../step.js';
import { FileRow } from './file-row.js';

interface FileTableProps {
  readonly files: readonly ListedFile[];
  readonly known: ReadonlyMap<string, Known>;
  readonly nodes: readonly RingNode[];
  readonly base: string;
  readonly selected: string | undefined;
  /** There are more names than are here. */
  readonly hasMore: boolean;
  readonly nowMs: number;
  onSelect(name: string): void;
  onDelete(name: string): void;
  /** Which rows are in view now. */
  onShow(names: readonly string[]): void;
  onEnd(): void;
}

/** Rows drawn above and below those that can be seen. */
const BESIDE = 6;

const heads = [['Name'], ['Size', 'number'], ['Age', 'number'], ['Copies', 'copies'], ['Where']] as const;

/** The list, of which only what can be seen is drawn: a thousand names cost what thirty do. */
export function FileTable({ files, onSelect, onDelete, onShow, onEnd, hasMore, ...rest }: FileTableProps) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600, row: 44 });
  const [active, setActive] = useState(0);
  /** The row that is to have the focus as soon as it is drawn. */
  const wanted = useRef<number | undefined>(undefined);
  const first = Math.max(0, Math.min(Math.floor(view.top / view.row) - BESIDE, files.length - 1));
  const last = Math.min(files.length, Math.ceil((view.top + view.height) / view.row) + BESIDE);
  const shown = files.slice(first, last);
  const current = Math.min(active, files.length - 1);

  useLayoutEffect(() => {
    const observer = new ResizeObserver(look);
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  const names = shown.map(({ name, version }) => `${name} ${version}`).join('\n');
  useEffect(() => onShow(shown.map(({ name }) => name)), [names]);
  useEffect(() => {
    if (hasMore && last >= files.length - 20) onEnd();
  }, [last, files.length, hasMore]);
  useEffect(() => {
    const row = wanted.current === undefined ? null : box.current!.querySelector<HTMLElement>(`[data-row="${Math.min(wanted.current, files.length - 1)}"]`);
    if (row === null) return;
    wanted.current = undefined;
    row.focus({ preventScroll: true });
  });

  function look(): void {
    const { scrollTop, clientHeight } = box.current!;
    // Its height is the style sheet's business.
    const row = Number.parseFloat(getComputedStyle(box.current!).getPropertyValue('--row')) || 44;
    setView({ top: scrollTop, height: clientHeight, row });
  }

  function onKey(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(view.height / view.row) - 1);
    const next = stepTo(event.key, current, files.length, page);
    if (event.key === 'Delete' && files[current] !== undefined) onDelete(files[current].name);
    else if (next === undefined) return;
    else go(next);
    event.preventDefault();
  }

  function go(row: number): void {
    setActive(row);
    wanted.current = row;
    const [top, bottom] = [row * view.row, (row + 1) * view.row];
    const { scrollTop, clientHeight } = box.current!;
    if (top < scrollTop) box.current!.scrollTop = top;
    else if (bottom > scrollTop + clientHeight) box.current!.scrollTop = bottom - clientHeight;
  }

  return (
    <div class="file-table" role="table" aria-label="Files" aria-rowcount={hasMore ? -1 : files.length + 1}>
      <div role="rowgroup" class="heads">
        <div role="row" aria-rowindex={1}>
          {heads.map(([head, kind]) => (
            <span key={head} role="columnheader" class={kind}>
              {head}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" class="rows" ref={box} onScroll={look} onKeyDown={onKey}>
        <div role="presentation" class="all" style={{ height: `${files.length * view.row}px` }}>
          {shown.map((file, i) => (
            <FileRow key={file.name} file={file} index={first + i} top={(first + i) * view.row} isActive={first + i === current} onFocus={setActive} onSelect={onSelect} {...rest} />
          ))}
        </div>
      </div>
    </div>
  );
}
