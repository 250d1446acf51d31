/** @throws TypeError for what JSON cannot carry: a mistake of the caller. */
export function jsonOf(value: unknown): string {
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) throw new TypeError('a record is a JSON value');
  return json;
}
