import type { RingNode } from '@coring/protocol';
import type { Receipt } from '../../model/receipt.js';
import type { Counted } from './file-details.js';

interface CopiesTableProps {
  readonly nodes: readonly RingNode[];
  readonly receipt: Receipt | undefined;
  /** Every copy, read; absent before that. */
  readonly counted: Counted | undefined;
}

/** Who should have the file, who has it, and what reading it has shown. */
export function CopiesTable({ nodes, receipt, counted }: CopiesTableProps) {
  if (receipt === undefined && counted === undefined) return null;
  const owners = counted?.owners;
  const holders = new Set([...(receipt?.nodes ?? []), ...(counted?.copies ?? []).map(({ nodeId }) => nodeId)]);
  const ids = [...new Set([...(owners ?? []), ...holders])];
  return (
    <table class="copies-table">
      <caption class="hidden">Copies</caption>
      <thead>
        <tr>
          <th scope="col">Node</th>
          {owners !== undefined && <th scope="col">Owner</th>}
          <th scope="col">Copy</th>
          <th scope="col">Read just now</th>
        </tr>
      </thead>
      <tbody>
        {ids.map((id) => {
          const node = nodes.find(({ nodeId }) => nodeId === id);
          const copies = counted?.copies.filter(({ nodeId }) => nodeId === id);
          return (
            <tr key={id}>
              <th scope="row">
                {node?.address ?? id.slice(0, 8)}
                {node !== undefined && node.state !== 'up' && <span class="state">{node.state}</span>}
              </th>
              {owners !== undefined && <td>{owners.includes(id) ? 'yes' : 'no'}</td>}
              <td>{holders.has(id) ? 'yes' : 'not yet'}</td>
              <td>{copies === undefined ? '…' : readInWords(copies)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function readInWords(copies: Counted['copies']): string {
  if (copies.length === 0) return 'nothing there';
  return copies
    .map(({ role, sound }) => {
      const what = role === 'current' ? '' : role === 'conflict' ? 'conflict copy ' : 'older version, goes by itself';
      return role === 'left-over' ? what : `${what}${sound === true ? 'equal to its digest' : 'could not be read whole'}`;
    })
    .join('; ');
}
