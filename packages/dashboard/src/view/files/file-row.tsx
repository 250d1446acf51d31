import { bytesInWords, countOf, filePath, type ListedFile, type RingNode } from '@coring/protocol';
import type { Known } from '../../files.js';
import { ageInWords } from '../../model/age.js';
import { Where } from './where.js';

interface FileRowProps {
  readonly file: ListedFile;
  readonly index: number;
  /** In pixels from the top of the list. */
  readonly top: number;
  readonly isActive: boolean;
  readonly known: ReadonlyMap<string, Known>;
  readonly nodes: readonly RingNode[];
  readonly base: string;
  readonly selected: string | undefined;
  readonly nowMs: number;
  onFocus(index: number): void;
  onSelect(name: string): void;
}

export function FileRow({ file, index, top, isActive, known, nodes, base, selected, nowMs, onFocus, onSelect }: FileRowProps) {
  const { name, size, modified } = file;
  const about = known.get(name);
  const conflicts = about?.receipt.conflicts ?? file.conflicts ?? 0;
  const folder = name.slice(0, name.lastIndexOf('/') + 1);
  return (
    <div role="row" aria-rowindex={index + 2} class={`row${name === selected ? ' selected' : ''}`} style={{ transform: `translateY(${top}px)` }}>
      <span role="cell" class="name">
        <button type="button" data-row={index} tabIndex={isActive ? 0 : -1} onFocus={() => onFocus(index)} onClick={() => onSelect(name)} aria-pressed={name === selected} title={name}>
          {folder !== '' && <span class="folder">{folder}</span>}
          <span class="base">{name.slice(folder.length)}</span>
        </button>
        {conflicts > 0 && <span class="conflicts">{countOf(conflicts, 'conflict copy', 'conflict copies')}</span>}
      </span>
      <span role="cell" class="number size">
        {bytesInWords(size)}
      </span>
      <span role="cell" class="number age">
        <time dateTime={modified} title={new Date(modified).toLocaleString()}>
          {ageInWords(modified, nowMs)}
        </time>
      </span>
      <Copies about={about} />
      <span role="cell" class="place">
        {about !== undefined && <Where nodes={nodes} holders={about.receipt.nodes} />}
        <a class="get" href={base + filePath(name)} download={name.slice(folder.length)} tabIndex={-1} aria-label={`Download ${name}`}>
          <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
            <path d="M8 2V10.5M4.5 7.5L8 11L11.5 7.5M3 14H13" />
          </svg>
        </a>
      </span>
    </div>
  );
}

/** As `3/3`, marked where it is less than wanted, or weak. */
function Copies({ about }: { readonly about: Known | undefined }) {
  if (about === undefined) {
    return (
      <span role="cell" class="copies">
        <span class="unknown">…</span>
      </span>
    );
  }
  const { copies, wanted, grade } = about.receipt;
  const isShort = copies < wanted;
  return (
    <span role="cell" class={`copies ${isShort ? 'short' : ''}`}>
      {copies}/{wanted}
      {grade === 'weak' && <span class="weak">weak</span>}
    </span>
  );
}
