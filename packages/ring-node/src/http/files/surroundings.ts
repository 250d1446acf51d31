import type { NodeFace } from '../../node/node-face.js';
import type { HttpOptions } from '../http-options.js';

/** What requests about files work with. */
export interface FileSurroundings {
  readonly node: NodeFace;
  readonly options: HttpOptions;
}
