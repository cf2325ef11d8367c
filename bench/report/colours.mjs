// Colours and marks of every picture. The hues are those of Okabe and Ito, which colour-blind readers tell apart, darkened
// until each has a contrast of 3 with white. Lines differ in the shape of their marks besides.

export const GREEN = '#009e73';
export const BLUE = '#005f9e';
export const AMBER = '#c07f00';
export const PINK = '#c0639a';
export const RED = '#b03a00';
export const SKY = '#2e8fd0';
export const GREY = '#808080';

const SHAPES = {
  [GREEN]: 'circle',
  [BLUE]: 'square',
  [AMBER]: 'triangle-up',
  [PINK]: 'diamond',
  [RED]: 'cross',
  [SKY]: 'triangle-down',
  [GREY]: 'triangle-left',
  black: 'triangle-right',
};

/**
 * The encoding of a field's values as colour.
 *
 * @param names - the values, in the order of the legend
 * @param palette - the colour of each
 */
export const coloured = (field, names, palette, rest = {}) => ({
  color: { field, type: 'nominal', title: null, sort: names, scale: { domain: names, range: palette }, ...rest },
});

/** The same, as the colour of lines and the shape of the marks on them. */
export function lined(field, names, palette, rest = {}) {
  const { color } = coloured(field, names, palette, rest);
  return { color, shape: { ...color, scale: { domain: names, range: palette.map((colour) => SHAPES[colour]) } } };
}
