// A plugin of Stryker: the sentence of an error is for people, and no test need hold its words. It is the last argument
// of the errors that verifiers raise; the code and the place before it are mutated.

const ERRORS = new Set(['Rejection', 'InputError', 'UsageError']);

const sentences = {
  shouldIgnore({ node, parent, listKey }) {
    if (listKey !== 'arguments' || parent?.type !== 'NewExpression' || !ERRORS.has(parent.callee.name))
      return undefined;
    return parent.arguments.at(-1) === node ? 'the sentence of an error' : undefined;
  },
};

export const strykerPlugins = [{ kind: 'Ignore', name: 'sentences', value: sentences }];
