// A plugin of Stryker: the sentence of an error is for people, and no test need hold its words. It is the last argument of
// the errors that verifiers raise, and one argument of a channel's checks and of `checkOwn`. Codes and places are mutated.

const ERRORS = new Set(['Rejection', 'InputError', 'UsageError']);
/** The place of the sentence among the arguments of a check. */
const CHECKS = new Map([
  ['require', 3],
  ['requireNonzero', 2],
  ['checkOwn', 0],
]);

/** The place of the sentence in a call; undefined for any other. */
function placeOf({ type, callee, arguments: given }) {
  if (type === 'NewExpression' && ERRORS.has(callee.name)) return given.length - 1;
  return type === 'CallExpression' ? CHECKS.get(callee.property?.name ?? callee.name) : undefined;
}

const sentences = {
  shouldIgnore({ node, parent, listKey }) {
    if (listKey !== 'arguments' || parent === undefined) return undefined;
    const place = placeOf(parent);
    return place !== undefined && parent.arguments[place] === node ? 'the sentence of an error' : undefined;
  },
};

export const strykerPlugins = [{ kind: 'Ignore', name: 'sentences', value: sentences }];
