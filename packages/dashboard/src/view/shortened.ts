/** At most so many characters of a text, its beginning and its end. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most / 2)}…${text.slice(-most / 2 + 1)}`;
}
