import type { RingNode } from '@coring/protocol';
import type { Counted } from '../../model/holders.js';

interface CopiesTableProps {
  readonly nodes: readonly RingNode[];
  /** The nodes that have it, as far as is known. */
  readonly holders: readonly string[];
  /** Every copy, read; absent before that. */
  readonly counted: Counted | undefined;
}

/** Who should have the file, and what reading it there has shown; before that, who is said to have it. */
export function CopiesTable({ nodes, holders, counted }: CopiesTableProps) {
  const { owners = [], copies = [] } = counted ?? {};
  const ids = new Set([...owners, ...holders, ...copies.map(({ nodeId }) => nodeId)]);
  if (ids.size === 0) return null;
  return (
    <table class="copies-table">
      <caption class="hidden">Copies</caption>
      <thead>
        <tr>
          <th scope="col">Node</th>
          {counted !== undefined && <th scope="col">Owner</th>}
          <th scope="col">{counted === undefined ? 'Copy' : 'Read just now'}</th>
        </tr>
      </thead>
      <tbody>
        {[...ids].map((id) => {
          const node = nodes.find(({ nodeId }) => nodeId === id);
          return (
            <tr key={id}>
              <th scope="row">
                {node?.address ?? id.slice(0, 8)}
                {node !== undefined && node.state !== 'up' && <span class="state">{node.state}</span>}
              </th>
              {counted !== undefined && <td>{owners.includes(id) ? 'yes' : 'no'}</td>}
              <td>{counted === undefined ? 'by the receipt' : readInWords(copies.filter(({ nodeId }) => nodeId === id))}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function readInWords(copies: Counted['copies']): string {
  if (copies.length === 0) return 'none found';
  return copies
    .map(({ role, sound }) => {
      const what = role === 'current' ? '' : role === 'conflict' ? 'conflict copy ' : 'older version, goes by itself';
      return role === 'left-over' ? what : `${what}${sound === true ? 'equal to its digest' : 'could not be read whole'}`;
    })
    .join('; ');
}
