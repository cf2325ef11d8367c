// What a value from anywhere is, before its bytes or integers are used: an object that only says that it has a length
// would be read as zeros, or made into a list of that length.

const typedArrayTag = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get;

/** The typed arrays that this library takes. */
interface TypedArrays {
  readonly Uint8Array: Uint8Array;
  readonly Uint32Array: Uint32Array;
  readonly Int32Array: Int32Array;
}

/** Whether a value is a typed array of this kind, whatever its prototype or realm say; a Node Buffer is a Uint8Array. */
export function isTyped<K extends keyof TypedArrays>(value: unknown, kind: K): value is TypedArrays[K] {
  return typedArrayTag?.call(value) === kind;
}

/** Whether two lists of bytes are the same; in time that depends on both. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, k) => byte === b[k]);
}
