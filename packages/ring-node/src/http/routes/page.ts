import { paths } from '@coring/protocol';
import type { Context } from 'koa';
import type { Router } from 'koa-router';
import type { NodeFace } from '../../node/node-face.js';
import { HttpError } from '../errors-to-json.js';
import { pagePolicy } from '../own-page.js';
import { type PageFile, readPageFiles } from '../page-files.js';
import { rawPath } from '../request-target.js';

/** The live page of the ring at `/`, and the files that it is made of below `/page/`. */
export function pageRoutes(router: Router, node: NodeFace): void {
  let files: Promise<ReadonlyMap<string, PageFile>> | undefined;
  const fileOf = async (name: string): Promise<PageFile | undefined> => {
    files ??= readPageFiles().catch((error: unknown) => {
      // Tried again at the next request.
      files = undefined;
      throw error;
    });
    return (await files).get(name);
  };
  router.get(paths.page, async (context) => {
    const file = await fileOf('index.html');
    if (file !== undefined) {
      context.set('Content-Security-Policy', pagePolicy(node));
      return send(context, file, 'no-cache');
    }
    context.type = 'text';
    context.body = without;
  });
  // Its name changes with its content.
  router.get(`${paths.pageFiles}:name`, async (context) => {
    const file = await fileOf(rawPath(context.req.url!).slice(paths.pageFiles.length));
    if (file === undefined) throw new HttpError('no-such-route', 'the page has no such file');
    send(context, file, 'public, max-age=31536000, immutable');
  });
}

function send(context: Context, file: PageFile, caching: string): void {
  const coding = context.acceptsEncodings(...file.bytes.keys()) || 'identity';
  context.set({ 'Content-Type': file.type, 'Cache-Control': caching, ETag: file.etag(coding) });
  context.vary('Accept-Encoding');
  // Before a body makes it another status.
  context.status = 200;
  if (context.fresh) {
    context.status = 304;
    return;
  }
  if (coding !== 'identity') context.set('Content-Encoding', coding);
  context.body = file.bytes.get(coding)!;
}

/** In a build that lacks the page. */
const without = `This node was built without its page: npm run build makes it. Everything else is here:

${paths.files}    the files of the ring
${paths.ring}      the ring as this node sees it
${paths.events}    what happens, as it happens
${paths.metrics}   figures for Prometheus
`;
