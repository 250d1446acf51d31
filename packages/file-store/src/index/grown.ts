/** Up to here an array doubles; each time costs more than what is unused of a small one. */
const SMALL = 65_536;

/** The same values with room for `length` of them. A large array grows by a quarter, so that little of it is unused. */
export function grown<Values extends Uint32Array | Float64Array | Buffer>(values: Values, length: number): Values {
  if (length <= values.length) return values;
  const room = Math.max(64, length, values.length + (values.length < SMALL ? values.length : values.length >> 2));
  const larger = Buffer.isBuffer(values) ? Buffer.alloc(room) : new (values.constructor as new (length: number) => Uint32Array | Float64Array)(room);
  larger.set(values);
  return larger as Values;
}
