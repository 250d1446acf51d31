import { nameFromPath, paths } from '@coring/protocol';
import type { Context } from 'koa';
import type { Router } from 'koa-router';
import { HttpError } from '../errors-to-json.js';
import { fileRoute } from '../file-route.js';
import { rawPath } from '../request-target.js';
import { deleteFile } from '../files/delete-file.js';
import { getFile } from '../files/get-file.js';
import { listFiles } from '../files/list-files.js';
import { putFile } from '../files/put-file.js';
import type { FileSurroundings } from '../files/surroundings.js';

/** `/files/` lists, `/files/NAME` is a file. */
export function fileRoutes(router: Router, surroundings: FileSurroundings): void {
  router.get(paths.files, (context) => listFiles(context, surroundings));
  router.get(fileRoute, (context) => getFile(context, nameOf(context), surroundings));
  router.put([paths.files, fileRoute], (context) => putFile(context, nameOf(context), surroundings));
  router.delete([paths.files, fileRoute], (context) => deleteFile(context, nameOf(context), surroundings));
}

/** Decoded once from the raw path: what the router took for a parameter may be decoded and is not looked at. */
function nameOf(context: Context): string {
  const named = nameFromPath(rawPath(context.req.url!), paths.files);
  if ('fault' in named) throw new HttpError('bad-name', named.fault);
  return named.name;
}
