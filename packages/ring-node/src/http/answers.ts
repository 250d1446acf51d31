import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NodeFace } from '../node/node-face.js';
import { createApplication, type Surroundings } from './app.js';
import { CodeServices } from './own/code-services.js';

/** What a connection is for: everything, or one of the two services that may have ports of their own. */
export type Purpose = 'all' | 'codes' | 'messages';

/** What answers requests, by what their connection is for. */
export type Answers = Readonly<Record<Purpose, (request: IncomingMessage, response: ServerResponse) => void>>;

export function createAnswers(node: NodeFace, surroundings: Omit<Surroundings, 'codes'>): Answers {
  const codes = new CodeServices(node, surroundings.options);
  const application = createApplication(node, { ...surroundings, codes }).callback();
  return { ...codes.ports, all: (request, response) => void application(request, response) };
}
