// The methods that one layer can be proven by, and those of them that the suite has a prover for.

export type LayerMethod = 'ternary' | 'sparse' | 'dense' | 'vanilla-tree' | 'vanilla-sum';

/** The methods that the suite measures. */
export const LAYER_METHODS: readonly LayerMethod[] = ['ternary'];
