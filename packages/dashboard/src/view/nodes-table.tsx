import { bytesInWords } from '@coring/protocol';
import { type Picture, present, shownState } from '../model/picture.js';

const heads = ['Node', 'State', 'Files', 'Size', 'Free'];

/** The ring in words: for who cannot see the picture, or wants to read it off. */
export function NodesTable({ picture, onSelect }: { readonly picture: Picture; onSelect(nodeId: string): void }) {
  const nodes = present(picture.ring);
  return (
    <details class="nodes-table">
      <summary>The ring as a table</summary>
      <table>
        <thead>
          <tr>
            {heads.map((head, i) => (
              <th key={head} scope="col" class={i > 1 ? 'number' : ''}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {nodes.map((node) => (
            <tr key={node.nodeId}>
              <th scope="row">
                <button type="button" class="link" onClick={() => onSelect(node.nodeId)}>
                  {node.address}
                </button>
              </th>
              <td>{shownState(picture, node)}</td>
              <td class="number">{node.files ?? ''}</td>
              <td class="number">{node.bytes === undefined ? '' : bytesInWords(node.bytes)}</td>
              <td class="number">{node.freeBytes === undefined ? '' : bytesInWords(node.freeBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
