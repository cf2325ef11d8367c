// The names of the methods that a layer can be proven by (DESIGN.md, section 8), and those that have a prover.

export type LayerMethod = 'ternary' | 'sparse' | 'dense' | 'vanilla-tree' | 'vanilla-sum';

/** The methods that the suite measures. */
export const LAYER_METHODS: readonly LayerMethod[] = ['ternary'];
