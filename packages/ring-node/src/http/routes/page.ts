import { paths, type RingBody } from '@coring/protocol';
import type { Router } from 'koa-router';
import type { NodeFace } from '../../node/node-face.js';

/** A plain page that says where things are. */
export function pageRoutes(router: Router, node: NodeFace): void {
  router.get(paths.page, (context) => {
    context.type = 'html';
    context.body = page(node.isReady ? node.ring() : undefined);
  });
}

function page(ring: RingBody | undefined): string {
  const links = places.map(([path, what]) => `<li><a href="${path}"><code>${path}</code></a> ${what}</li>`).join('\n');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Coring</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem }</style>
<h1>Coring</h1>
${ring === undefined ? '<p>This node has not joined its ring yet.</p>' : ringOf(ring)}
<h2>Where things are</h2>
<ul>
${links}
</ul>
<p>Put a file: <code>curl -T FILE http://HOST:PORT/files/</code>, or <code>webclient -put FILE</code>. Any node takes it, every node gives it.</p>
</html>
`;
}

const places = [
  [paths.files, 'the files of the ring'],
  [paths.ring, 'the ring as this node sees it'],
  [paths.events, 'what happens, as it happens'],
  [paths.metrics, 'figures for Prometheus'],
  [paths.healthz, 'whether the process is well'],
  [paths.readyz, 'whether it serves'],
] as const;

function ringOf({ nodes, self, state }: RingBody): string {
  const lines = nodes.map(({ nodeId, address, state: of }) => `<li>${escaped(address)}, ${escaped(of)}${nodeId === self ? ', this node' : ''}</li>`);
  return `<p>The ring is ${escaped(state)}. In its order:</p>\n<ol>\n${lines.join('\n')}\n</ol>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
