/** Rows in columns; numbers belong right-aligned. Widths count code points. */
export function table(rows: readonly (readonly string[])[], rightAligned: readonly number[] = []): string {
  const widths: number[] = [];
  for (const row of rows) for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, [...cell].length);
  return rows.map((row) => `${row.map((cell, column) => padded(cell, column)).join('  ').trimEnd()}\n`).join('');

  function padded(cell: string, column: number): string {
    const space = ' '.repeat(widths[column]! - [...cell].length);
    return rightAligned.includes(column) ? space + cell : cell + space;
  }
}
