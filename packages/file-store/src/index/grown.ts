/** The same values with room for `length` of them. Grows by a quarter, so that little of a large array is unused. */
export function grown<Values extends Uint32Array | Float64Array>(values: Values, length: number): Values {
  if (length <= values.length) return values;
  const larger = new (values.constructor as new (length: number) => Values)(Math.max(64, length, values.length + (values.length >> 2)));
  larger.set(values);
  return larger;
}
