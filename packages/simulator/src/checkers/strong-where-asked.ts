import { gradeOf, type History, type Operation } from '../history.js';

/** Who asks for a strong answer, or writes where everybody does, gets that or an error. */
export function checkStrongWhereAsked({ history, options }: { readonly history: History; readonly options?: { readonly settings: { readonly writes: 'strong' | 'weak' } } }): string[] {
  const isAsked = ({ request }: Operation): boolean => request.requireStrong || (options?.settings.writes === 'strong' && (request.op === 'put' || request.op === 'delete'));
  return history.operations.filter((operation) => gradeOf(operation.answer) === 'weak' && isAsked(operation)).map(sayWeak);
}

function sayWeak({ request, node, answer }: Operation): string {
  return `${node} answered ${request.op} ${request.ref} weakly, ${answer?.type}, though it was to be strong`;
}
