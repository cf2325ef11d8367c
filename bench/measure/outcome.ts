/** The figures of a case, or the reason why there are none. */
export type Outcome<F> = F | { readonly reason: string };
